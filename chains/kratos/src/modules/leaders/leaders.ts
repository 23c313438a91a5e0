import type { Slot } from "@polis/codec";
import { type Candidate, drawLeader, type Participant, type Q64, type Snapshot, takeSnapshot } from "@polis/slots";
import type { AccountId } from "../../identifiers.ts";
import type { BlockContext } from "../../runtime/context.ts";
import type { State } from "../../state/state.ts";
import { clocks } from "../clock/clockRecord.ts";
import { credits, totalCredits } from "../credits/creditRecord.ts";
import { epochData } from "../epoch/epochData.ts";
import { isBootstrapGrace } from "../security/graces.ts";
import { activeValidators } from "../validators/activeSet.ts";
import { canParticipate } from "../validators/canParticipate.ts";

/** The leader of a slot of the current epoch (kratos-core 6.5); undefined when nobody can produce. */
export function leaderOf(state: State, slot: Slot): AccountId | undefined {
  const { schedule, randomness } = state.get(epochData);
  return drawLeader({ candidates: schedule, total: totalOf(schedule) }, randomness.at(-1)!.value, slot)?.leader;
}

/** Sums of schedules that are still in use: one draws in every slot of an epoch. */
const totals = new WeakMap<readonly Candidate[], Q64>();

function totalOf(schedule: readonly Candidate[]): Q64 {
  const known = totals.get(schedule);
  if (known !== undefined) return known;
  const total = schedule.reduce((sum, { weight }) => sum + weight, 0n);
  totals.set(schedule, total);
  return total;
}

/** The candidates as they are now, with their weights (kratos-core 6.4). */
export function candidatesNow({ state, block }: Pick<BlockContext, "state" | "block">): Snapshot {
  const grace = isBootstrapGrace(state, block.number);
  const participants = activeValidators(state).flatMap((validator): Participant[] => {
    if (!canParticipate(validator, block.epoch)) return [];
    const { id, stake, isBootstrap } = validator;
    const { status } = state.get(clocks.of(id));
    const total = totalCredits(state.get(credits.of(id)));
    return [{ account: id, stake, credits: total, bootstrap: isBootstrap && grace, clock: status }];
  });
  return takeSnapshot(participants);
}
