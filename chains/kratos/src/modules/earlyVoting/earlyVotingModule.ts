import type { Module } from "../../runtime/module.ts";
import { admitAndRemove, CandidateApproved } from "./approve.ts";
import { CandidateProposed, CandidateVoted, ProposeEarlyValidator, VoteEarlyValidator } from "./earlyVoting.ts";

/** Validators without stake, voted in while the network begins (kratos-core 4.6). Listed behind the security module. */
export const earlyVotingModule: Module = {
  name: "earlyVoting",
  calls: [ProposeEarlyValidator, VoteEarlyValidator],
  events: [CandidateProposed, CandidateVoted, CandidateApproved],
  epoch: { security: admitAndRemove },
};
