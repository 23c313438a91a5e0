import type { Epoch, Slot } from "@polis/codec";
import { epochOf } from "@polis/slots";
import type { AccountId } from "../identifiers.ts";
import { epochData } from "../modules/epoch/epochData.ts";
import { leaderOf } from "../modules/leaders/leaders.ts";
import { State } from "../state/state.ts";
import type { ChainRules } from "./applyBlock.ts";
import { type BlockPreview, previewBlock } from "./previewBlock.ts";
import type { Tip } from "./produceBlock.ts";

/** Who may produce in a slot, and from which randomness its proof is. */
export interface SlotDuty {
  /** Undefined when nobody can produce. */
  readonly leader: AccountId | undefined;
  /** R of the slot's epoch, 32 bytes. */
  readonly randomness: Uint8Array;
  readonly epoch: Epoch;
  /** Where a boundary lies between, the state behind it, which a producer needs not make again. */
  readonly preview: BlockPreview | undefined;
}

/**
 * The duty of a slot in a block upon `tip`, when nothing is produced between (kratos-core 6.5). In the epoch of the tip it is
 * a look at the schedule; beyond, the boundaries are processed on a layer that is thrown away.
 * @param author of the block that is thought of; anybody, when only the leader is asked for
 */
export function leaderAt(rules: ChainRules, tip: Tip, slot: Slot, author?: AccountId): SlotDuty {
  const epoch = epochOf(rules.clock, slot);
  const isBeyond = epoch !== epochOf(rules.clock, tip.header.slot);
  const preview = isBeyond ? previewBlock(rules, tip, slot, author) : undefined;
  if (preview !== undefined) return { leader: preview.leader, randomness: preview.randomness, epoch, preview };
  const state = new State(tip.entries);
  return { leader: leaderOf(state, slot), randomness: state.get(epochData).randomness.at(-1)!.value, epoch, preview };
}
