import { type Digest, digestOf, encodeKce } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { type LoadSparse, type SparseNode, updateSparse } from "@polis/state";
import type { Block } from "../block/block.ts";
import { blockHash, type Header } from "../block/header.ts";
import type { DoneBlock } from "../block/produceBlock.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type TransactionCodec, transactionHash } from "../transaction/transaction.ts";
import { type FinalEntries, Layer, type LayerChange } from "./layer.ts";
import { mergeChanges } from "./mergeChanges.ts";
import { pathFrom } from "./paths.ts";
import type { Outcome, StoredChange, UnfinalRecord } from "./records.ts";
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
export function nodeOf(runtime: Runtime, codec: TransactionCodec, parent: ChainNode, done: DoneBlock): UnfinalNode {
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
): UnfinalNode {
  return new UnfinalNode(parent, block, { tree, outcome }, changes, codec);
}

/** Where a released node finds again what it let go. */
export interface NodeSource {
  readonly read: (node: Pick<ChainNode, "hash" | "header">) => UnfinalRecord;
  readonly load: LoadSparse;
}

/**
 * A block that is not final. Deep below the head it lets go of everything that is stored anyway: without finality such blocks
 * pile up, and each holds the entry `epoch` anew, some 20 kB with 101 validators.
 */
export class UnfinalNode implements ChainNode {
  readonly hash: Digest;
  readonly header: Header;
  parent: ChainNode | undefined;
  children: ChainNode[] = [];
  readonly entries: Layer;
  readonly transactions: readonly Digest[];
  readonly touches: readonly Touch[];
  #held: { tree: SparseNode; readonly outcome: Outcome } | NodeSource;

  constructor(
    parent: ChainNode,
    { header, transactions }: Block,
    held: { readonly tree: SparseNode; readonly outcome: Outcome },
    changes: readonly LayerChange[],
    codec: TransactionCodec,
  ) {
    this.hash = blockHash(header);
    this.header = header;
    this.parent = parent;
    this.entries = new Layer(parent.entries, changes);
    this.transactions = transactions.map(({ transaction }) => transactionHash(codec, transaction));
    this.touches = touchesOf(transactions);
    this.#held = { ...held };
  }

  get tree(): SparseNode {
    return "tree" in this.#held ? this.#held.tree : rebuildTree(this, this.#held.load);
  }

  set tree(tree: SparseNode) {
    if ("tree" in this.#held) this.#held.tree = tree;
  }

  get outcome(): Outcome {
    return "tree" in this.#held ? this.#held.outcome : this.#held.read(this).outcome;
  }

  get isReleased(): boolean {
    return !("tree" in this.#held);
  }

  release(source: NodeSource): void {
    this.#held = source;
    this.entries.release(() => source.read(this).changes);
  }
}

/** The tree of a released node: that of the last final block with everything changed since. */
function rebuildTree(node: ChainNode, load: LoadSparse): SparseNode {
  let root = node;
  while (root.parent !== undefined) root = root.parent;
  return changeTree(root.tree, [...mergeChanges(pathFrom(root, node)).values()], load);
}

/** A tree with entries changed. */
export function changeTree(tree: SparseNode, changes: readonly StoredChange[], load: LoadSparse): SparseNode {
  const hashed = changes.map(({ key, value }) => ({
    key: digestOf(blake3(key)),
    value: value && digestOf(blake3(value)),
  }));
  return updateSparse(tree, hashed, load);
}
