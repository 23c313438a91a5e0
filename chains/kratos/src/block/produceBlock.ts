import { encodeKce, height, type Slot } from "@polis/codec";
import { epochOf, type SlotClock, slotStart } from "@polis/slots";
import type { LoadSparse, SparseNode } from "@polis/state";
import type { AccountId } from "../identifiers.ts";
import { commitState } from "../state/commitState.ts";
import type { EntryReader } from "../state/state.ts";
import type { SignedTransaction, TransactionCodec } from "../transaction/transaction.ts";
import { type AppliedBlock, applyBlock, type ChainRules } from "./applyBlock.ts";
import type { Block, ParentBlock } from "./block.ts";
import type { BlockFault } from "./checkHeader.ts";
import type { Header, UnsignedHeader } from "./header.ts";
import { listRoot } from "./listRoot.ts";

/** A block's parent with its state, on which the next one is applied. */
export interface Tip extends ParentBlock {
  readonly entries: EntryReader;
  readonly tree: SparseNode;
}

/** A block with what applying it gave: what one commit stores (kratos-core 3.8). */
export interface DoneBlock {
  readonly block: Block;
  readonly applied: AppliedBlock;
  readonly tree: SparseNode;
}

/** What a producer brings. */
export interface Production {
  readonly slot: Slot;
  readonly author: AccountId;
  readonly vrfProof: Uint8Array;
  readonly transactions: readonly SignedTransaction[];
  readonly sign: (header: UnsignedHeader) => Header;
}

/**
 * Makes the block of a slot (kratos-core 3.8): applied once, on a layer over the parent's state; storing it applies nothing
 * again. The producer records slot and hash durably before it signs: `sign` is its own.
 */
export function produceBlock(
  rules: ChainRules,
  codec: TransactionCodec,
  tip: Tip,
  production: Production,
  load: LoadSparse,
): DoneBlock | { readonly fault: BlockFault } {
  const { slot, author, vrfProof, transactions, sign } = production;
  const header = { ...place(rules.clock, tip, slot), author, vrfProof };
  const outcome = applyBlock(rules, tip.entries, tip, { header, transactions });
  if ("fault" in outcome) return outcome;
  const tree = commitState(tip.tree, outcome.applied.state.changes(), load);
  const transactionsRoot = listRoot(transactions.map((signed) => encodeKce(codec.signed, signed)));
  const signed = sign({ ...header, transactionsRoot, stateRoot: tree.hash });
  return { block: { header: signed, transactions }, applied: outcome.applied, tree };
}

function place(clock: SlotClock, { hash, header }: Tip, slot: Slot) {
  return {
    ...{ number: height(header.number + 1), parentHash: hash, slot, epoch: epochOf(clock, slot) },
    timestamp: slotStart(clock, slot),
  };
}
