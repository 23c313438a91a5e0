import { type Epoch, epoch, type Slot, slot } from "@polis/codec";
import { epochOf, firstSlot, type SlotClock } from "@polis/slots";
import { countExcludedSlot, showClock } from "../modules/clock/clockEvent.ts";
import { clocks, isOut } from "../modules/clock/clockRecord.ts";
import { leaderOf } from "../modules/leaders/leaders.ts";
import { countDuty } from "../modules/participation/duties.ts";
import { chargeMiss } from "../modules/validators/reputation.ts";
import { validators } from "../modules/validators/validator.ts";
import type { BlockContext } from "../runtime/context.ts";
import type { Runtime } from "../runtime/runtime.ts";

/** A longer run of empty slots inside one epoch is an outage of the network, and nobody's fault (kratos-core 3.7). */
const OUTAGE_SLOTS = 50;

/**
 * Brings a state from the slot of the parent to the slot of a block: missed slots are charged and epochs entered in their
 * order, so that everything up to a boundary depends on the parent alone (kratos-core 3.7 (1, 2)).
 */
export function advance(runtime: Runtime, context: BlockContext, parentSlot: Slot, clock: SlotClock): void {
  const { block } = context;
  let from = slot(parentSlot + 1);
  for (let current = epochOf(clock, parentSlot); ; current = epoch(current + 1)) {
    const end = current === block.epoch ? block.slot : firstSlot(clock, epoch(current + 1));
    chargeRun(at(context, current), from, end);
    if (current === block.epoch) return;
    runtime.enterEpoch(at(context, epoch(current + 1)));
    from = end;
  }
}

/** Charges the leaders of the empty slots `from` to before `end`. */
function chargeRun(context: BlockContext, from: Slot, end: Slot): void {
  if (end - from > OUTAGE_SLOTS) return;
  const { state } = context;
  for (let missed = from; missed < end; missed = slot(missed + 1)) {
    const leader = leaderOf(state, missed);
    const validator = leader === undefined ? undefined : state.get(validators.of(leader));
    if (validator === undefined || validator.status !== "Active") continue;
    if (isOut(state.get(clocks.of(validator.id)))) {
      countExcludedSlot(context, validator.id);
      continue;
    }
    countDuty(state, validator.id, "missed");
    chargeMiss(context, validator);
    showClock(context, validator.id, "bad");
  }
}

function at(context: BlockContext, current: Epoch): BlockContext {
  return { ...context, block: { ...context.block, epoch: current } };
}
