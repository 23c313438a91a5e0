import { asciiBytes, concatBytes, encodeKce } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import type { FinalityVote } from "../seam/types.ts";
import { kceSignedPart } from "./encodeVote.ts";

const PREFIX = asciiBytes("KRATOS_FINALITY_V1:");

/** What a vote signs besides the chain's identity. */
export type UnsignedVote = Pick<FinalityVote, "type" | "target" | "round" | "set">;

/**
 * The bytes that a voter signs (kratos-core 7.3): prefix, chain identity, type, target number and hash, round, set.
 * @param chainIdentity 32 bytes
 */
export function votePayload(chainIdentity: Uint8Array, vote: UnsignedVote): Uint8Array {
  return concatBytes(PREFIX, chainIdentity, encodeKce(kceSignedPart, vote));
}

/** True when the voter signed this vote on this chain. */
export function hasValidSignature(
  chainIdentity: Uint8Array,
  vote: Omit<FinalityVote, "voter">,
  voter: string,
): boolean {
  return ed25519.verify(votePayload(chainIdentity, vote), vote.signature, Uint8Array.fromHex(voter));
}
