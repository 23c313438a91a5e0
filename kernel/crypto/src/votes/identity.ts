import type { Digest, Epoch, ValidatorIndex } from "@polis/codec";
import { bls } from "../native/primitives.ts";
import type { BlsPublicKey } from "../primitives/types.ts";
import { encodeProposePayload, encodeStatusPayload } from "./payloads.ts";
import type { VoteKeys, VoteScheme } from "./types.ts";

/**
 * Parses the validators' individual BLS keys once, with the subgroup check. Throws a RangeError on a malformed key: the
 * list was checked when genesis was loaded (kairos K8).
 */
export function parseKeys(keys: readonly Uint8Array[]): readonly BlsPublicKey[] {
  return keys.map((bytes, index) => {
    const key = bls.parsePublicKey(bytes);
    if (key === undefined) throw new RangeError(`the BLS key of validator ${index} is not valid`);
    return key;
  });
}

/** The checks that use the individual keys in both schemes: proposals and status answers (kairos K6). */
export function identityChecks(
  genesisHash: Digest,
  epoch: Epoch,
  keys: readonly BlsPublicKey[],
): Pick<VoteScheme, "verifyProposal" | "verifyStatus"> {
  return {
    verifyProposal(signer, claim, sig) {
      if (claim.epoch !== epoch) return false;
      return verifyBytes(keys[signer], () => encodeProposePayload(genesisHash, claim), sig);
    },
    verifyStatus(signer, claim, sig) {
      if (claim.epoch !== epoch || claim.nonce.length !== 32) return false;
      return verifyBytes(keys[signer], () => encodeStatusPayload(genesisHash, claim), sig);
    },
  };
}

/** Verifies a signature given as bytes; false for a missing key or a malformed signature. */
export function verifyBytes(key: BlsPublicKey | undefined, message: () => Uint8Array, sig: Uint8Array): boolean {
  if (key === undefined) return false;
  const signature = bls.parseSignature(sig);
  return signature !== undefined && bls.verify(message(), key, signature);
}

/** Signs with a key that was checked at construction. */
export function signBytes(message: Uint8Array, secret: Uint8Array): Uint8Array {
  const signature = bls.sign(message, secret);
  if (signature === undefined) throw new RangeError("a BLS secret key must be in 1..r-1");
  return signature;
}

/** The signatures of the individual key in both schemes (kairos K6). */
export function identitySignatures(
  index: ValidatorIndex,
  genesisHash: Digest,
  secret: Uint8Array,
): Pick<VoteKeys, "index" | "signProposal" | "signStatus"> {
  if (bls.publicKey(secret) === undefined) throw new RangeError("a BLS secret key must be in 1..r-1");
  return {
    index,
    signProposal: (claim) => signBytes(encodeProposePayload(genesisHash, claim), secret),
    signStatus: (claim) => signBytes(encodeStatusPayload(genesisHash, claim), secret),
  };
}
