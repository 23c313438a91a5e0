import { identityChecks } from "../identity.ts";
import type { VoteScheme } from "../types.ts";
import { assembleThreshold } from "./assembleThreshold.ts";
import { createThresholdContext, type ThresholdOptions } from "./context.ts";
import { verifySeed, verifyThresholdCertificate, verifyThresholdVote } from "./verifyThreshold.ts";
import { thresholdVoteSigBytes } from "./voteSig.ts";

/**
 * The threshold scheme (kairos 3.6): a certificate is one signature under the group key of sharing M or L, whoever signed.
 * Throws a RangeError when the options cannot be of a validator list; `checkSharing` tells whether the share keys fit the
 * group keys.
 */
export function createThresholdScheme(options: ThresholdOptions): VoteScheme {
  const context = createThresholdContext(options);
  const { n, quorums, seeded, genesisHash, epoch, keys } = context;
  return {
    name: "threshold",
    n,
    f: options.f,
    quorumM: quorums.m,
    quorumL: quorums.l,
    voteSigBytes: thresholdVoteSigBytes(seeded),
    ...identityChecks(genesisHash, epoch, keys),
    verifyVote: (vote) => verifyThresholdVote(vote, context),
    assemble: (kind, votes) => assembleThreshold(kind, votes, context),
    verifyCertificate: (certificate) => verifyThresholdCertificate(certificate, context),
    verifySeed: (view, seed) => verifySeed(view, seed, context),
    signers: () => undefined,
  };
}
