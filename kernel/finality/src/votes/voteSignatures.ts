import { ed25519 } from "@polis/crypto";
import type { FinalityVote } from "../seam/types.ts";
import { hasValidSignature, type UnsignedVote, votePayload } from "./votePayload.ts";

/** How votes are signed and checked; a simulator of many voters brings a cheaper way. */
export interface VoteSignatures {
  /** @param chainIdentity 32 bytes @param secret the voter's Ed25519 seed @returns 64 bytes */
  sign(chainIdentity: Uint8Array, vote: UnsignedVote, secret: Uint8Array): Uint8Array;
  /** True when the voter signed this vote on this chain. @param voter AccountId as hex */
  verify(chainIdentity: Uint8Array, vote: Omit<FinalityVote, "voter">, voter: string): boolean;
}

/** Ed25519 (kratos-core 7.3). */
export const realVoteSignatures: VoteSignatures = {
  sign: (chainIdentity, vote, secret) => ed25519.sign(votePayload(chainIdentity, vote), secret),
  verify: hasValidSignature,
};
