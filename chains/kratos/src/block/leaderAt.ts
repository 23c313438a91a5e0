import type { Epoch, Slot } from "@polis/codec";
import { epochOf } from "@polis/slots";
import type { AccountId } from "../identifiers.ts";
import { epochData } from "../modules/epoch/epochData.ts";
import { leaderOf } from "../modules/leaders/leaders.ts";
import { State } from "../state/state.ts";
import { advance } from "./advance.ts";
import type { ChainRules } from "./applyBlock.ts";
import type { Tip } from "./produceBlock.ts";

/** Who may produce in a slot, and from which randomness its proof is. */
export interface SlotDuty {
  /** Undefined when nobody can produce. */
  readonly leader: AccountId | undefined;
  /** R of the slot's epoch, 32 bytes. */
  readonly randomness: Uint8Array;
  readonly epoch: Epoch;
}

/**
 * The duty of a slot in a block upon `tip`, when nothing is produced between (kratos-core 6.5). In the epoch of the tip it is
 * a look at the schedule; beyond, the boundaries are processed on a layer that is thrown away.
 */
export function leaderAt(rules: Pick<ChainRules, "runtime" | "params" | "clock">, tip: Tip, slot: Slot): SlotDuty {
  const { runtime, params, clock } = rules;
  const epoch = epochOf(clock, slot);
  const state = new State(tip.entries);
  const { number, timestamp, author, slot: parentSlot } = tip.header;
  if (epoch !== epochOf(clock, parentSlot)) {
    const block = { number, slot, epoch, timestamp, author, params, chainIdentity: new Uint8Array(32) };
    advance(runtime, { state, block, emit: () => undefined }, parentSlot, clock);
  }
  return { leader: leaderOf(state, slot), randomness: state.get(epochData).randomness.at(-1)!.value, epoch };
}
