import { type AccountId, ProposeEarlyValidator, VoteEarlyValidator } from "@polis/kratos";
import { KratosClientError } from "../../client/clientError.ts";
import type { KratosResult } from "../../client/createKratosClient.ts";
import { walletError } from "../errors.ts";
import { answer } from "../io.ts";
import type { WalletNode } from "../node/openNode.ts";
import { answerPerformed, type Performed, perform, type SignOptions } from "../node/perform.ts";
import type { Session } from "../session.ts";
import { shortAddress } from "../text/addresses.ts";
import { groups } from "../text/amounts.ts";

type Status = KratosResult<"validator_getEarlyVotingStatus">;
type Candidacy = KratosResult<"validator_getCandidateVotes">;

/** Lists who waits for votes, and says in which era the chain is (kratos-core 4.6). */
export async function showCandidates(session: Session): Promise<readonly AccountId[]> {
  const { client } = await session.node();
  const status = await client.validator_getEarlyVotingStatus();
  const { candidates } = await client.validator_getPendingCandidates();
  const own = session.wallet.account;
  const lines = candidates.map(({ candidate, vote_count, votes_required, voters, has_quorum }) => {
    const mine = voters.includes(own) ? "  you voted" : "";
    const quorum = has_quorum ? "  becomes a validator at the next epoch" : "";
    return `0x${candidate}  ${vote_count}/${votes_required} votes${mine}${quorum}`;
  });
  if (candidates.length === 0) lines.push("no candidates are waiting");
  const listed = candidates.map((candidacy) =>
    candidateJson({ ...candidacy, status: "Pending", approved_at: undefined }),
  );
  answer(session.io, { era: eraJson(status), candidates: listed }, [...eraLines(status), ...lines]);
  return candidates.map(({ candidate }) => candidate);
}

/** Shows the votes of one candidate. */
export async function showCandidate(session: Session, candidate: AccountId): Promise<void> {
  const { client } = await session.node();
  const candidacy = await client.validator_getCandidateVotes(candidate);
  const { status, vote_count, votes_required, voters, proposer } = candidacy;
  const lines =
    status === "not_found"
      ? [`0x${candidate} was not proposed`]
      : [
          `candidate 0x${candidate}`,
          `status    ${status}`,
          `votes     ${vote_count} of ${votes_required}`,
          `proposer  0x${proposer}`,
          ...voters.map((voter) => `voter     0x${voter}${voter === session.wallet.account ? " (you)" : ""}`),
        ];
  answer(session.io, candidateJson(candidacy), lines);
}

/** Proposes a validator without stake; the proposal is the first vote. @throws UserError as `checkVoter`, CANDIDACY_EXISTS, ALREADY_VALIDATOR */
export async function propose(session: Session, candidate: AccountId, options: SignOptions): Promise<void> {
  const node = await session.node();
  await checkVoter(session, node);
  const { status } = await node.client.validator_getCandidateVotes(candidate);
  if (status === "Pending") {
    const hint = `vote for it: kratos wallet vote 0x${candidate}`;
    throw walletError("refused", "CANDIDACY_EXISTS", "this account is a candidate already", hint);
  }
  if (status === "Approved") {
    throw walletError("refused", "ALREADY_VALIDATOR", "this account is approved already", "there is nothing to do");
  }
  const lines = [
    `candidate 0x${candidate}`,
    "It becomes a validator without stake when enough validators vote for it.",
  ];
  const intent = {
    ...{ call: ProposeEarlyValidator.of({ candidate }), amount: 0n, spends: 0n, isOnce: true },
    ...{ note: `propose ${shortAddress(candidate)}`, lines, question: "Propose it?" },
  };
  await answerVote(session, await perform(session, intent, options), candidate);
}

/** Votes for a candidate. @throws UserError as `checkVoter`, ALREADY_VOTED, CANDIDACY_NOT_PENDING */
export async function vote(session: Session, candidate: AccountId, options: SignOptions): Promise<void> {
  const node = await session.node();
  await checkVoter(session, node);
  const { status, voters, vote_count, votes_required } = await node.client.validator_getCandidateVotes(candidate);
  if (status !== "Pending") {
    const what = status === "not_found" ? "was not proposed" : `is ${status.toLowerCase()}`;
    const hint = "see who waits with `kratos wallet candidates`";
    throw walletError("refused", "CANDIDACY_NOT_PENDING", `this account ${what}`, hint);
  }
  if (voters.includes(session.wallet.account)) {
    throw walletError(
      "refused",
      "ALREADY_VOTED",
      "you have voted for this candidate",
      "one vote of each validator counts",
    );
  }
  const lines = [`candidate 0x${candidate}`, `votes     ${vote_count} of ${votes_required} without yours`];
  const intent = {
    ...{ call: VoteEarlyValidator.of({ candidate }), amount: 0n, spends: 0n, isOnce: true },
    ...{ note: `vote for ${shortAddress(candidate)}`, lines, question: "Vote for it?" },
  };
  await answerVote(session, await perform(session, intent, options), candidate);
}

/** Says when the quorum is reached: by the chain when it was waited for, else by counting. */
async function answerVote(session: Session, done: Performed, candidate: AccountId): Promise<void> {
  const now = await votesNow(session, candidate);
  if (now === undefined) {
    const line = "votes    the node does not tell how many there are now";
    answerPerformed(session, done, { data: { votes: null, votesRequired: null, hasQuorum: null }, lines: [line] });
    return;
  }
  const isCounted = now.voters.includes(session.wallet.account);
  const votes = now.vote_count + (isCounted ? 0 : 1);
  const hasQuorum = votes >= now.votes_required;
  const when = isCounted ? "" : " once your vote is in a block";
  const line = hasQuorum
    ? `quorum   reached${when}: 0x${candidate} becomes a validator at the start of the next epoch`
    : `votes    ${votes} of ${now.votes_required}${when}`;
  answerPerformed(session, done, { data: { votes, votesRequired: now.votes_required, hasQuorum }, lines: [line] });
}

/** @returns undefined when the node does not tell: the vote is sent all the same, and its hash is what counts */
async function votesNow({ client }: Session, candidate: AccountId): Promise<Candidacy | undefined> {
  try {
    return await client.validator_getCandidateVotes(candidate);
  } catch (error) {
    if (error instanceof KratosClientError) return undefined;
    throw error;
  }
}

/** @throws UserError BOOTSTRAP_ENDED, NOT_VALIDATOR */
async function checkVoter({ wallet }: Session, { client }: WalletNode): Promise<void> {
  const { can_vote, is_bootstrap_era } = await client.validator_canVote(wallet.account);
  if (!is_bootstrap_era) {
    const hint = "validators join with stake now: kratos wallet validator register";
    throw walletError("refused", "BOOTSTRAP_ENDED", "the bootstrap era is over, and early voting with it", hint);
  }
  if (can_vote) return;
  const hint = "only validators propose and vote: ask one of them to propose you";
  throw walletError("refused", "NOT_VALIDATOR", "this account is no validator", hint);
}

function eraLines(status: Status): readonly string[] {
  if (!status.is_bootstrap_era) return ["The bootstrap era is over: validators join with stake, nobody is voted in."];
  const { blocks_until_end: left, votes_required, validator_count, max_validators } = status;
  return [
    `Bootstrap era: validators vote others in without stake. ${validator_count} of ${max_validators} places are taken.`,
    `A candidate needs ${votes_required} votes. The era lasts ${groups(left)} blocks more at least.`,
  ];
}

function eraJson(status: Status) {
  const { is_bootstrap_era, blocks_until_end, votes_required, validator_count, max_validators } = status;
  return {
    ...{ isBootstrap: is_bootstrap_era, blocksUntilEnd: blocks_until_end, votesRequired: votes_required },
    ...{ validators: validator_count, maxValidators: max_validators },
  };
}

function candidateJson(candidacy: Candidacy) {
  const { candidate, proposer, status, vote_count, votes_required, has_quorum, voters } = candidacy;
  return {
    ...{ candidate: `0x${candidate}`, proposer: proposer === undefined ? null : `0x${proposer}`, status },
    ...{ votes: vote_count, votesRequired: votes_required, hasQuorum: has_quorum },
    voters: voters.map((voter) => `0x${voter}`),
  };
}
