import { type Krat12, krat12 } from "@polis/codec";

/** 1 KRAT in base units (kratos-core 1.1). */
export const KRAT: Krat12 = krat12(10n ** 12n);
/** The smallest balance that a credit may leave: 0.001 KRAT. */
export const EXISTENTIAL_DEPOSIT: Krat12 = krat12(10n ** 9n);
/** 1,000,000,000 KRAT. */
export const INITIAL_SUPPLY: Krat12 = krat12(1_000_000_000n * 10n ** 12n);

/** What a genesis record may set; everything else is a constant of the protocol (kratos-core 1.7, 3.9). */
export interface ChainParams {
  /** 6 on production chains. */
  readonly slotSeconds: number;
  /** 600 on production chains. */
  readonly slotsPerEpoch: number;
  /** 1,440 on production chains. */
  readonly bootstrapMinEpochs: number;
  /** 403,200 on production chains: 28 days. */
  readonly unbondingBlocks: number;
}

/** The values of a production chain. */
export const productionParams: ChainParams = {
  slotSeconds: 6,
  slotsPerEpoch: 600,
  bootstrapMinEpochs: 1_440,
  unbondingBlocks: 403_200,
};
