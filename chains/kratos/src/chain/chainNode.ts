import { type Digest, encodeKce } from "@polis/codec";
import type { SparseNode } from "@polis/state";
import type { Block } from "../block/block.ts";
import { blockHash, type Header } from "../block/header.ts";
import type { DoneBlock } from "../block/produceBlock.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type TransactionCodec, transactionHash } from "../transaction/transaction.ts";
import { type FinalEntries, Layer, type LayerChange } from "./layer.ts";
import type { Outcome } from "./records.ts";
import { type Touch, touchesOf } from "./touches.ts";

/** A block of the tree above the last final one. The final block itself is the root, with the final state as entries. */
export interface ChainNode {
  readonly hash: Digest;
  readonly header: Header;
  /** Undefined for the root. */
  parent: ChainNode | undefined;
  children: ChainNode[];
  readonly entries: Layer | FinalEntries;
  tree: SparseNode;
  readonly outcome: Outcome;
  /** Hashes of its transactions, in order. */
  readonly transactions: readonly Digest[];
  readonly touches: readonly Touch[];
}

/** The node of a block that was applied. */
export function nodeOf(runtime: Runtime, codec: TransactionCodec, parent: ChainNode, done: DoneBlock): ChainNode {
  const { block, applied, tree } = done;
  const outcome = {
    receipts: applied.receipts,
    events: applied.events.map((event) => encodeKce(runtime.event, event)),
  };
  return attach(codec, parent, { block, tree, outcome, changes: applied.state.changes() });
}

/** What a node is made of, fresh or read back. */
export interface NodeParts {
  readonly block: Block;
  readonly tree: SparseNode;
  readonly outcome: Outcome;
  readonly changes: readonly LayerChange[];
}

/** A node above its parent; the parent does not know it yet. */
export function attach(
  codec: TransactionCodec,
  parent: ChainNode,
  { block, tree, outcome, changes }: NodeParts,
): ChainNode {
  const { header, transactions } = block;
  return {
    ...{ hash: blockHash(header), header, parent, children: [], tree, outcome },
    entries: new Layer(parent.entries, changes),
    transactions: transactions.map(({ transaction }) => transactionHash(codec, transaction)),
    touches: touchesOf(transactions),
  };
}
