import { MIN_VOTERS } from "@polis/finality";
import type { AccountId } from "../../identifiers.ts";
import type { BlockContext } from "../../runtime/context.ts";
import type { Module } from "../../runtime/module.ts";
import { security } from "../security/securityState.ts";
import { activeValidators } from "../validators/activeSet.ts";
import { canParticipate } from "../validators/canParticipate.ts";
import { finality, MAX_SETS, type RecordedSet } from "./finalityRecord.ts";
import { FinalityRecorded, RecordFinality } from "./recordFinality.ts";

/** Finality on chain: what is recorded, and who votes (kratos-core 7). */
export const finalityModule: Module = {
  name: "finality",
  calls: [RecordFinality],
  events: [FinalityRecorded],
  epoch: { security: countSilence, finalitySet: openSet },
};

/** Epochs without a recorded justification; none are counted while too few could vote (kratos-core 10.1). */
function countSilence({ state }: BlockContext): void {
  const voters = state.get(finality).sets.at(-1)?.voters.length ?? 0;
  state.update(security, (record) => ({
    ...record,
    epochsWithoutFinality: voters < 3 ? 0 : record.epochsWithoutFinality + 1,
  }));
}

/**
 * Opens a set when the membership is another one. The set before votes up to the block that opens it: a change of voters is
 * final under those who voted before it, and a final block's own state says who votes behind it (kratos-core 7.2, KD12). One
 * of too few voters stands by and would never hand over (7.8): the next one takes its place, blocks and all.
 */
export function openSet({ state, block }: BlockContext): void {
  const voters = votersNow({ state, block });
  const record = state.get(finality);
  const last = record.sets.at(-1);
  if (last !== undefined && isSame(last.voters, voters)) return;
  if (record.sets.length >= MAX_SETS) return;
  const standsBy = (last?.voters.length ?? 0) < MIN_VOTERS;
  const kept = standsBy ? record.sets.slice(0, -1) : record.sets;
  const ended = kept.map((set) => (set === last ? { ...set, handoff: block.number } : set));
  const open = ended.filter((set, i) => mayVote(set, ended[i - 1]?.handoff ?? record.number));
  state.set(finality, { ...record, sets: [...open, { id: block.epoch, voters, handoff: undefined }] });
}

/** False for a set that is over, and for one that a block opened and closed when it crossed several boundaries. */
function mayVote({ handoff }: RecordedSet, from: number): boolean {
  return handoff === undefined || handoff > from;
}

function votersNow({ state, block }: Pick<BlockContext, "state" | "block">): readonly AccountId[] {
  return activeValidators(state).flatMap((validator) => (canParticipate(validator, block.epoch) ? [validator.id] : []));
}

function isSame(a: readonly AccountId[], b: readonly AccountId[]): boolean {
  return a.length === b.length && a.every((account, i) => account === b[i]);
}
