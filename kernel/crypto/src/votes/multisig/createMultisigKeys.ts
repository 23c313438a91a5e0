import type { Digest, ValidatorIndex } from "@polis/codec";
import { identitySignatures, signBytes } from "../identity.ts";
import { encodeNotarizePayload, encodeNullifyPayload } from "../payloads.ts";
import type { VoteKeys } from "../types.ts";

/** The private side of one validator in the multisig scheme. */
export interface MultisigKeysOptions {
  readonly index: ValidatorIndex;
  readonly genesisHash: Digest;
  /** 32 bytes, the individual BLS secret key. */
  readonly secret: Uint8Array;
}

/** Votes are signed with the individual BLS key (kairos K6, K9). Throws a RangeError on a secret outside 1..r-1. */
export function createMultisigKeys({ index, genesisHash, secret }: MultisigKeysOptions): VoteKeys {
  return {
    ...identitySignatures(index, genesisHash, secret),
    signNotarize: (epoch, view, digest) => signBytes(encodeNotarizePayload(genesisHash, epoch, view, digest), secret),
    signNullify: (epoch, view) => signBytes(encodeNullifyPayload(genesisHash, epoch, view), secret),
  };
}
