import type { Slot } from "@polis/codec";
import { epochOf } from "@polis/slots";
import { type EntryReader, State } from "../state/state.ts";
import { advance } from "./advance.ts";
import type { ChainRules } from "./applyBlock.ts";
import type { Header } from "./header.ts";

/**
 * The state in which a block of a slot would begin, when nothing is produced between: within the epoch of the parent that is
 * the parent's, beyond it the boundaries are processed on a layer that nobody keeps (kratos-core 3.7).
 */
export function stateAt(
  { runtime, params, clock }: Pick<ChainRules, "runtime" | "params" | "clock">,
  { entries, header }: { readonly entries: EntryReader; readonly header: Header },
  slot: Slot,
): State {
  const state = new State(entries);
  const epoch = epochOf(clock, slot);
  const { number, timestamp, author, slot: parentSlot } = header;
  if (epoch !== epochOf(clock, parentSlot)) {
    const block = { number, slot, epoch, timestamp, author, params, chainIdentity: new Uint8Array(32) };
    advance(runtime, { state, block, emit: () => undefined }, parentSlot, clock);
  }
  return state;
}
