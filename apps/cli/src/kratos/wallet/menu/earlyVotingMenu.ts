import { propose, showCandidate, showCandidates, vote } from "../actions/earlyVoting.ts";
import type { Prompts } from "../prompts.ts";
import type { Session } from "../session.ts";
import { parseAddress, shortAddress } from "../text/addresses.ts";
import { type Action, chooseAgain } from "./chooseAgain.ts";
import { menuSigning } from "./money.ts";

/** Candidates, their votes, propose, vote. Everybody may look; the chain lets validators alone do more. */
export function earlyVotingMenu(session: Session, prompts: Prompts): Promise<void> {
  return chooseAgain(session, prompts, "Early validators", [
    { name: "List candidates", value: showCandidates },
    { name: "Vote", value: chooseAndVote },
    { name: "Propose somebody", value: withAddress((who) => propose(session, who, menuSigning)) },
    { name: "Look at one candidate", value: withAddress((who) => showCandidate(session, who)) },
  ]);
}

async function chooseAndVote(session: Session, prompts: Prompts): Promise<void> {
  const waiting = await showCandidates(session);
  if (waiting.length === 0) return;
  const choices = waiting.map((candidate) => ({ name: shortAddress(candidate), value: candidate }));
  await vote(session, await prompts.choose("For whom?", choices), menuSigning);
}

function withAddress(act: (address: ReturnType<typeof parseAddress>) => Promise<void>): Action {
  return async (_session, prompts) => act(parseAddress(await prompts.text("Which address?", parseAddress)));
}
