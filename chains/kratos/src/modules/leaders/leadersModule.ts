import type { Epoch } from "@polis/codec";
import { type Krat12, kceFixed, kceRecord } from "@polis/codec";
import { epochRandomness } from "@polis/slots";
import { kceEpoch, kceKrat } from "../../kce.ts";
import type { BlockContext } from "../../runtime/context.ts";
import { defineEvent, type EventKind } from "../../runtime/event.ts";
import type { Module } from "../../runtime/module.ts";
import { economics } from "../economics/economicsState.ts";
import { epochData, PERIOD, REMEMBERED_RANDOMNESS } from "../epoch/epochData.ts";
import { candidatesNow } from "./leaders.ts";

/** Fields of event 14. */
export interface EpochStart {
  readonly epoch: Epoch;
  readonly randomness: Uint8Array;
  readonly emissionPerBlock: Krat12;
  readonly burnAllowance: Krat12;
}

/** Event 14, when everything about the epoch is fixed. */
export const EpochStarted: EventKind<EpochStart> = defineEvent(
  14,
  "EpochStarted",
  kceRecord({ epoch: kceEpoch, randomness: kceFixed(32), emissionPerBlock: kceKrat, burnAllowance: kceKrat }),
);

/** Randomness, the schedule, and the snapshot for the epoch after (kratos-core 3.7 (2f), 6.4 to 6.6). */
export const leadersModule: Module = {
  name: "leaders",
  events: [EpochStarted],
  epoch: { leaders: installSchedule, finalitySet: announce },
};

function installSchedule(context: BlockContext): void {
  const { state, block } = context;
  const data = state.get(epochData);
  const entered = { epoch: block.epoch, value: epochRandomness(block.epoch, data.accumulator) };
  state.set(epochData, {
    ...data,
    current: block.epoch,
    randomness: [...data.randomness, entered].slice(-REMEMBERED_RANDOMNESS),
    periods: block.epoch % PERIOD === 0 ? [...data.periods, entered].slice(-2) : data.periods,
    schedule: data.nextSchedule,
    nextSchedule: candidatesNow(context).candidates,
    blocks: 0,
  });
}

function announce({ state, block, emit }: BlockContext): void {
  const { emissionPerBlock, burnAllowance } = state.get(economics);
  const { value: randomness } = state.get(epochData).randomness.at(-1)!;
  emit(EpochStarted.of({ epoch: block.epoch, randomness, emissionPerBlock, burnAllowance }));
}
