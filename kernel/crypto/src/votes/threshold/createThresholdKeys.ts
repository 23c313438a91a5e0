import { concatBytes, type Digest, type Epoch, type ValidatorIndex, type View } from "@polis/codec";
import { bls } from "../../native/primitives.ts";
import { identitySignatures, signBytes } from "../identity.ts";
import { encodeNotarizePayload, encodeNullifyPayload, encodeSeedPayload } from "../payloads.ts";
import type { VoteKeys } from "../types.ts";

/** The private side of one validator in the threshold scheme; secrets are 32 bytes each. */
export interface ThresholdKeysOptions {
  readonly index: ValidatorIndex;
  readonly genesisHash: Digest;
  /** The individual BLS key: proposals and status answers. */
  readonly secret: Uint8Array;
  readonly shareM: Uint8Array;
  readonly shareL: Uint8Array;
  readonly randomness: "hash" | "seed";
}

/** Votes are partial signatures by the two shares (kairos K6, K10). Throws a RangeError on a secret outside 1..r-1. */
export function createThresholdKeys(options: ThresholdKeysOptions): VoteKeys {
  const { index, genesisHash, secret, shareM, shareL, randomness } = options;
  if (bls.publicKey(shareM) === undefined || bls.publicKey(shareL) === undefined) {
    throw new RangeError("a share must be in 1..r-1");
  }
  function seed(epoch: Epoch, view: View): Uint8Array {
    if (randomness === "hash") return new Uint8Array(0);
    return signBytes(encodeSeedPayload(genesisHash, epoch, view), shareM);
  }
  return {
    ...identitySignatures(index, genesisHash, secret),
    signNotarize(epoch, view, digest) {
      const message = encodeNotarizePayload(genesisHash, epoch, view, digest);
      return concatBytes(signBytes(message, shareM), signBytes(message, shareL), seed(epoch, view));
    },
    signNullify(epoch, view) {
      return concatBytes(signBytes(encodeNullifyPayload(genesisHash, epoch, view), shareM), seed(epoch, view));
    },
  };
}
