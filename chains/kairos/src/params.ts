import type { Address, Digest } from "@polis/codec";

/** Limits of a block (kairos 5.5). Gas is counted in bigint, sizes in bytes. */
export interface BlockLimits {
  readonly gasLimit: bigint;
  readonly maxBytes: number;
  readonly maxTransactions: number;
}

/** Limits of one transaction (kairos 5.5, T15). */
export interface TransactionLimits {
  readonly maxBytes: number;
  readonly maxGas: bigint;
  readonly allowUnprotected: boolean;
  /** Hashes of legacy transactions without a chain id that are accepted all the same (kairos 7.1). */
  readonly unprotected: readonly Digest[];
  /** Signature kinds a payment may use: 0 secp256k1, 1 Ed25519, 2 P-256. */
  readonly paymentKinds: readonly number[];
}

/** The fee schedule (kairos 8). Prices in 10^-18 USDC per gas. */
export interface FeeParams {
  readonly targetGas: bigint;
  readonly floor: bigint;
  readonly cap: bigint;
  readonly initial: bigint;
  readonly smoothing: bigint;
  readonly changeDivisor: bigint;
}

/** How USDC presents itself (kairos U8, U9): what the face answers and what its EIP-712 domain is made of. */
export interface UsdcNames {
  readonly name: string;
  readonly symbol: string;
  readonly currency: string;
  readonly version: string;
}

/** Everything execution needs to know of the chain: one value, taken from genesis. */
export interface KairosParams {
  readonly chainId: bigint;
  readonly epoch: number;
  readonly block: BlockLimits;
  readonly tx: TransactionLimits;
  readonly fees: FeeParams;
  readonly treasury: Address;
  /** Rules of the EVM from genesis on (kairos E1). */
  readonly hardfork: "prague" | "osaka";
  /** Blocks from this Unix second on have Osaka's rules; undefined when the rules never change. */
  readonly osakaTimestampS: number | undefined;
  readonly usdc: UsdcNames;
  readonly randomness: "hash" | "seed";
}

/** The defaults of kairos 5.5 and 8. `tx.maxGas` defaults to the block's gas, or to this with Osaka rules. */
export const defaults = {
  block: { gasLimit: 60_000_000n, maxBytes: 2_097_152, maxTransactions: 10_000 },
  tx: {
    maxBytes: 131_072,
    maxGasOsaka: 16_777_216n,
    allowUnprotected: false,
    unprotected: [],
    paymentKinds: [0, 1, 2],
  },
  fees: {
    targetGas: 30_000_000n,
    floor: 47_619_047_620n,
    cap: 476_190_476_190n,
    smoothing: 8n,
    changeDivisor: 16n,
  },
  maxViewLead: 64,
} as const;

/** Bytes of an envelope that are not transactions: header, list heads and a seed, rounded up. */
export const envelopeOverheadBytes = 1_024;

/**
 * The relations that the parameters must have.
 * @returns one sentence per broken relation, empty when all hold
 */
export function checkParams(params: Pick<KairosParams, "block" | "tx" | "fees">): readonly string[] {
  const { block, tx, fees } = params;
  const relations: readonly (readonly [holds: boolean, sentence: string])[] = [
    [block.gasLimit >= 21_000n, "block.gasLimit must be at least 21000, the gas of one payment"],
    [block.gasLimit < 1n << 53n, "block.gasLimit must be below 2^53"],
    [block.maxTransactions >= 1, "block.maxTransactions must be at least 1"],
    [block.maxBytes <= 16_777_216, "block.maxBytes must be at most 16777216"],
    [tx.maxBytes >= 512, "tx.maxBytes must be at least 512"],
    [tx.maxBytes + envelopeOverheadBytes <= block.maxBytes, "block.maxBytes must exceed tx.maxBytes by at least 1024"],
    [tx.maxGas >= 21_000n && tx.maxGas <= block.gasLimit, "tx.maxGas must be between 21000 and block.gasLimit"],
    [fees.targetGas >= 1n && fees.targetGas <= block.gasLimit, "fees.targetGas must be between 1 and block.gasLimit"],
    [fees.floor >= 1n, "fees.floor must be at least 1"],
    [fees.cap < 1n << 128n, "fees.cap must be below 2^128"],
    [fees.floor <= fees.initial && fees.initial <= fees.cap, "fees.floor <= fees.initial <= fees.cap must hold"],
    [fees.smoothing >= 1n, "fees.smoothing must be at least 1"],
    [fees.changeDivisor >= 1n, "fees.changeDivisor must be at least 1"],
  ];
  return relations.filter(([holds]) => !holds).map(([, sentence]) => sentence);
}
