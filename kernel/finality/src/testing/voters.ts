import { type Digest, digestOf, epoch } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import type { BlockRef, FinalityVote, VoterSet, VoteType } from "../seam/types.ts";
import { votePayload } from "../votes/votePayload.ts";
import { genesis } from "./testChain.ts";

/** A voter with its key. */
export interface TestVoter {
  readonly account: Digest;
  readonly secret: Uint8Array;
}

/** The identity of the test chain. */
export const chainIdentity: Uint8Array = new Uint8Array(32).fill(0xc4);

/** n voters in ascending order of their accounts. */
export function makeVoters(n: number): readonly TestVoter[] {
  return Array.from({ length: n }, (_, i) => {
    const secret = new Uint8Array(32).fill(i + 1);
    return { account: digestOf(ed25519.publicKey(secret)), secret };
  }).sort((a, b) => (a.account < b.account ? -1 : 1));
}

/** The first set of these voters, from genesis on. */
export function firstSet(voters: readonly TestVoter[], id = 0): VoterSet {
  return { id: epoch(id), voters: voters.map(({ account }) => account), base: genesis };
}

/** A signed vote. */
export function signVote(voter: TestVoter, type: VoteType, target: BlockRef, round = 1, set = 0): FinalityVote {
  const unsigned = { type, target: { number: target.number, hash: target.hash }, round, set: epoch(set) };
  const signature = ed25519.sign(votePayload(chainIdentity, unsigned), voter.secret);
  return { ...unsigned, voter: voter.account, signature };
}
