import { height, type Slot } from "@polis/codec";
import { epochOf, slotStart } from "@polis/slots";
import type { AccountId } from "../identifiers.ts";
import { epochData } from "../modules/epoch/epochData.ts";
import { leaderOf } from "../modules/leaders/leaders.ts";
import type { BlockContext } from "../runtime/context.ts";
import { State } from "../state/state.ts";
import { advance } from "./advance.ts";
import type { ChainRules } from "./applyBlock.ts";
import type { Tip } from "./produceBlock.ts";

/** A slot as its leader finds it, before any transaction. */
export interface BlockPreview {
  /** State and place in which the first transaction would run. What it changes is thrown away. */
  readonly context: BlockContext;
  /** Who may produce in the slot; undefined when nobody can. */
  readonly leader: AccountId | undefined;
  /** 32 bytes: the randomness of the epoch, for the proof of the leader (kratos-core 6.6). */
  readonly randomness: Uint8Array;
}

/**
 * Brings the state of a tip to a slot without a block: for the question who leads it, and for choosing transactions.
 * @param author of the block that is thought of; anybody, when only the leader is asked for
 */
export function previewBlock(
  rules: ChainRules,
  tip: Tip,
  slot: Slot,
  author: AccountId = tip.header.author,
): BlockPreview {
  const { clock, params, chainIdentity, runtime, signatures } = rules;
  const state = new State(tip.entries);
  const place = {
    number: height(tip.header.number + 1),
    slot,
    epoch: epochOf(clock, slot),
    timestamp: slotStart(clock, slot),
  };
  const context: BlockContext = {
    state,
    block: { ...place, author, params, chainIdentity, signatures },
    emit: () => undefined,
  };
  advance(runtime, context, tip.header.slot, clock);
  return { context, leader: leaderOf(state, slot), randomness: state.get(epochData).randomness.at(-1)!.value };
}
