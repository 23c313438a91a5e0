import type { Address, Digest } from "@polis/codec";

/** What a call pretends of one account (kairos 16.2). Absent members stay as they are. */
export interface AccountOverride {
  readonly address: Address;
  /** 10^-18 USDC. */
  readonly balance: bigint | undefined;
  readonly nonce: bigint | undefined;
  readonly code: Uint8Array | undefined;
  /** The whole storage: every slot that is not listed is 0. */
  readonly state: ReadonlyMap<Digest, bigint> | undefined;
  /** Single slots. Never given together with `state`. */
  readonly stateDiff: ReadonlyMap<Digest, bigint> | undefined;
}

/** What a call pretends of its block. */
export interface BlockOverride {
  readonly number?: bigint | undefined;
  readonly timestampS?: number | undefined;
  readonly gasLimit?: bigint | undefined;
  readonly feeRecipient?: Address | undefined;
  readonly prevRandao?: Digest | undefined;
  readonly baseFeePerGas?: bigint | undefined;
  readonly blobBaseFee?: bigint | undefined;
}
