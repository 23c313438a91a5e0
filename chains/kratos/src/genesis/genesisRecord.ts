import {
  type Kce,
  type Krat12,
  kceBool,
  kceDigest,
  kceFixed,
  kceList,
  kceRecord,
  kceText,
  kceU32,
  kceU64,
  type Seconds,
} from "@polis/codec";
import type { AccountId } from "../identifiers.ts";
import { kceKrat, kceSeconds } from "../kce.ts";
import { type ChainParams, productionParams } from "../params/chainParams.ts";

/** What a chain begins with (kratos-core 3.9). */
export interface GenesisRecord {
  readonly chainName: string;
  readonly chainId: number;
  readonly timestamp: Seconds;
  readonly protocolVersion: number;
  /** 32 bytes. */
  readonly randomnessSeed: Uint8Array;
  readonly balances: readonly { readonly account: AccountId; readonly amount: Krat12 }[];
  readonly validators: readonly {
    readonly account: AccountId;
    readonly stake: Krat12;
    readonly isBootstrap: boolean;
  }[];
  /** Empty on production chains. */
  readonly overrides: readonly { readonly name: string; readonly value: bigint }[];
}

const MAX_BALANCES = 1_000_000;

/** A record on disk and on the wire. */
export const kceGenesis: Kce<GenesisRecord> = kceRecord({
  chainName: kceText(64),
  chainId: kceU32,
  timestamp: kceSeconds,
  protocolVersion: kceU32,
  randomnessSeed: kceFixed(32),
  balances: kceList(kceRecord({ account: kceDigest, amount: kceKrat }), MAX_BALANCES),
  validators: kceList(kceRecord({ account: kceDigest, stake: kceKrat, isBootstrap: kceBool }), 101),
  overrides: kceList(kceRecord({ name: kceText(64), value: kceU64 }), 8),
});

/** A person's mistake in a genesis record. */
export class GenesisError extends Error {
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

const NAMES: Readonly<Record<string, keyof ChainParams>> = {
  slot_seconds: "slotSeconds",
  slots_per_epoch: "slotsPerEpoch",
  bootstrap_min_epochs: "bootstrapMinEpochs",
  unbonding_blocks: "unbondingBlocks",
};

/** The parameters of a chain: those of production, with what its record overrides. @throws GenesisError */
export function paramsOf({ overrides }: GenesisRecord): ChainParams {
  const params: Record<keyof ChainParams, number> = { ...productionParams };
  for (const { name, value } of overrides) {
    const key = NAMES[name];
    if (key === undefined) throw new GenesisError(`no parameter ${name}`, `one of ${Object.keys(NAMES).join(", ")}`);
    if (value < 1n || value > 1_000_000_000n)
      throw new GenesisError(`${name} is ${value}`, "between 1 and 1,000,000,000");
    params[key] = Number(value);
  }
  return params;
}
