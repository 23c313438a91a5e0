import type { Digest, Epoch, ValidatorIndex, View } from "@polis/codec";
import {
  bls,
  createMultisigKeys,
  createMultisigScheme,
  type ProposalClaim,
  type Vote,
  type VoteKeys,
  type VoteScheme,
} from "@polis/crypto";
import { quantile } from "./stats.ts";

/** BLS costs between a proposal and its finality, medians in microseconds. */
export interface CriticalPathCost {
  /** The leader signs its proposal and its vote. */
  readonly leaderSignsUs: number;
  /** A replica checks the proposal and the leader's vote, and signs its own. */
  readonly replicaUs: number;
  /** A replica combines L votes into a certificate and checks it. */
  readonly certificateUs: number;
}

const genesisHash = "11".repeat(32) as Digest;
const digest = "22".repeat(32) as Digest;
const parentDigest = "33".repeat(32) as Digest;
const epoch = 0 as Epoch;
const WARM_UP = 20;

/**
 * Measures the BLS operations of one view with the real multisig scheme of n validators, every round in a view of its
 * own, because the scheme remembers what it has checked.
 * @param rounds measured after a warm-up
 */
export function measureCriticalPath(n: number, f: number, rounds: number): CriticalPathCost {
  const secrets = Array.from({ length: n }, (_, i) => bls.keygen(new Uint8Array(32).fill(i + 1)));
  const publicKeys = secrets.map((secret) => bls.publicKey(secret)!);
  const scheme = createMultisigScheme({ f, genesisHash, epoch, publicKeys });
  const keys = secrets.map((secret, i) => createMultisigKeys({ index: i as ValidatorIndex, genesisHash, secret }));
  const leader: number[] = [];
  const replica: number[] = [];
  const certificate: number[] = [];
  for (let round = 0; round < WARM_UP + rounds; round++) {
    const times = oneView(scheme, keys, (round + 1) as View);
    if (round < WARM_UP) continue;
    leader.push(times.leaderSignsUs);
    replica.push(times.replicaUs);
    certificate.push(times.certificateUs);
  }
  return {
    leaderSignsUs: quantile(leader, 0.5),
    replicaUs: quantile(replica, 0.5),
    certificateUs: quantile(certificate, 0.5),
  };
}

function oneView(scheme: VoteScheme, keys: readonly VoteKeys[], view: View): CriticalPathCost {
  const claim: ProposalClaim = { epoch, view, digest, parentView: (view - 1) as View, parentDigest };
  const vote = ({ index }: VoteKeys, sig: Uint8Array): Vote => ({
    kind: "notarize",
    ...{ epoch, view, digest, sig },
    signer: index,
  });
  const [leader, other] = [keys[0]!, keys[1]!];
  const start = performance.now();
  const proposalSig = leader.signProposal(claim);
  const leaderSig = leader.signNotarize(epoch, view, digest);
  const signed = performance.now();
  const valid = scheme.verifyProposal(leader.index, claim, proposalSig) && scheme.verifyVote(vote(leader, leaderSig));
  const ownSig = other.signNotarize(epoch, view, digest);
  const voted = performance.now();
  const rest = keys.slice(2, scheme.quorumL).map((key) => vote(key, key.signNotarize(epoch, view, digest)));
  const votes = [vote(leader, leaderSig), vote(other, ownSig), ...rest];
  const full = performance.now();
  const assembled = scheme.assemble("finalization", votes);
  const done = performance.now();
  if (!valid || !assembled.ok) throw new Error("the votes of the benchmark are not valid");
  return {
    leaderSignsUs: (signed - start) * 1000,
    replicaUs: (voted - signed) * 1000,
    certificateUs: (done - full) * 1000,
  };
}
