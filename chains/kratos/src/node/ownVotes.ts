import { decodeKce, type Epoch, encodeKce, writeU32, writeU64 } from "@polis/codec";
import { type FinalityVote, kceVote } from "@polis/finality";
import type { Row } from "@polis/ports";
import type { Rows } from "./options.ts";
import { producerTables } from "./tables.ts";

/** Rounds of a set whose own votes are kept: as many as the gadget remembers (kratos-core 7.1). */
const KEPT_ROUNDS = 100;
/** Sets whose own votes the disk keeps, as the gadget does. */
const KEPT_SETS = 5;
/** Sets at most that a disk holds votes of, and votes of each. */
const MAX_READ = 100_000;
const MAX_VOTE_BYTES = 256;

/** Every own vote that the disk holds, of all sets, oldest first. @throws Error for a damaged row */
export function readOwnVotes(rows: Rows): readonly FinalityVote[] {
  return [...rows.range(producerTables.votes, { limit: MAX_READ })].map(([key, value]) => {
    const vote = decodeKce(kceVote, value, MAX_VOTE_BYTES);
    if (!vote.ok) throw new Error(`the own vote ${key.toHex()} on disk is damaged`);
    return vote.value;
  });
}

/** What makes votes durable, and forgets those of the round that left the gadget's memory. */
export function voteRows(votes: readonly FinalityVote[]): readonly Row[] {
  return votes.flatMap((vote) => {
    const row = { table: producerTables.votes, key: voteKey(vote), value: encodeKce(kceVote, vote) };
    if (vote.round <= KEPT_ROUNDS) return [row];
    return [
      row,
      { table: producerTables.votes, key: voteKey({ ...vote, round: vote.round - KEPT_ROUNDS }), value: undefined },
    ];
  });
}

/**
 * The sets that voted last, when one begins: a reorganisation may have brought an older one back.
 * @param sets the last one at the end
 * @returns `oldest` when there is no room for all: votes of sets before it may go
 */
export function keepSets(
  sets: readonly Epoch[],
  begun: Epoch,
): { readonly kept: readonly Epoch[]; readonly oldest: Epoch | undefined } {
  const known = [...sets.filter((set) => set !== begun), begun];
  const kept = known.slice(-KEPT_SETS);
  const oldest = kept.reduce((lowest, set) => (set < lowest ? set : lowest));
  return { kept, oldest: known.length > KEPT_SETS ? oldest : undefined };
}

/**
 * Deletes votes of sets that are over. A set whose last block is final may come back after a crash that lost that commit, so
 * that the set before the current one stays.
 */
export function forgetSets(rows: Rows, before: Epoch): readonly Row[] {
  const to = new Uint8Array(8);
  writeU64(to, 0, before);
  return [...rows.range(producerTables.votes, { to, limit: MAX_READ })].map(([key]) => ({
    table: producerTables.votes,
    key,
    value: undefined,
  }));
}

function voteKey({ set, round, type }: Pick<FinalityVote, "set" | "round" | "type">): Uint8Array {
  const key = new Uint8Array(13);
  writeU64(key, 0, set);
  writeU32(key, 8, round);
  key[12] = type === "prevote" ? 0 : 1;
  return key;
}
