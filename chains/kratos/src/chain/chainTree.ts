import { type Digest, encodeKce } from "@polis/codec";
import type { Justification } from "@polis/finality";
import type { Store } from "@polis/ports";
import { type LoadSparse, stored } from "@polis/state";
import type { ChainRules } from "../block/applyBlock.ts";
import { type Block, kceBlock } from "../block/block.ts";
import { checkUnattached } from "../block/checkBody.ts";
import { blockHash, HEADER_BYTES, type Header, kceHeader } from "../block/header.ts";
import { importBlock } from "../block/importBlock.ts";
import type { DoneBlock, Tip } from "../block/produceBlock.ts";
import type { Genesis } from "../genesis/buildGenesis.ts";
import { validators } from "../modules/validators/validator.ts";
import { State } from "../state/state.ts";
import type { TransactionCodec } from "../transaction/transaction.ts";
import { type ChainNode, nodeOf, UnfinalNode } from "./chainNode.ts";
import { finalRows } from "./finalRows.ts";
import { isBetterHead } from "./forkChoice.ts";
import { handoffRows } from "./handoffRows.ts";
import { type FinalEntries, Layer } from "./layer.ts";
import { mergeChanges } from "./mergeChanges.ts";
import { type OpenedChain, openChain } from "./openChain.ts";
import { Orphans } from "./orphans.ts";
import { descendants, parting, pathFrom, refOf } from "./paths.ts";
import { kceUnfinal, readStored } from "./records.ts";
import { releaseDeep } from "./releaseDeep.ts";
import { releaseTree } from "./releaseTree.ts";
import { Rivals } from "./rivals.ts";
import { chainTables, placeKey } from "./tables.ts";
import type { ChainTreeOptions, Finalized, HeadChange, ImportHints, ImportOutcome, ImportResult } from "./types.ts";

/** Seconds that a block may be ahead of the local clock (kratos-core V16). */
const FUTURE_TOLERANCE_S = 10;
/** Finalizations after which the parts of trees that are on disk leave memory. */
const RELEASE_EVERY = 256;
/** Blocks beyond the best known height that are looked at (kratos-core 12.11). */
const BUFFER_WINDOW = 100;

/**
 * The blocks of a node: the final chain in a store, above it a tree of blocks with a layer of state each, and the head by fork
 * choice (kratos-core 3.8). Everything imported is stored at once, so that a node comes back as it was.
 */
export class ChainTree {
  readonly rules: ChainRules;
  readonly codec: TransactionCodec;
  readonly genesis: Genesis;
  readonly store: Store;
  readonly orphans: Orphans;
  readonly #entries: FinalEntries;
  readonly #nodes: Map<Digest, ChainNode>;
  readonly #rivals = new Rivals();
  #root: ChainNode;
  #head: ChainNode;
  #written: Promise<void>;
  #finalizations = 0;

  /** Opens the chain of a store, or begins one. @throws ChainStoreError when the store holds another chain */
  constructor(options: ChainTreeOptions) {
    ({ rules: this.rules, codec: this.codec, genesis: this.genesis, store: this.store } = options);
    this.orphans = new Orphans(this.codec);
    const opened: OpenedChain = openChain(options);
    ({ root: this.#root, nodes: this.#nodes, entries: this.#entries, written: this.#written } = opened);
    this.#head = bestOf(this.#nodes.values(), this.#root);
    for (const { header } of this.#nodes.values()) this.#rivals.add(header);
  }

  /** Reads a node of the state tree. */
  readonly load: LoadSparse = (hash) => {
    const bytes = this.store.get(chainTables.tree, Uint8Array.fromHex(hash));
    if (bytes === undefined) throw new Error(`the tree node ${hash} is not stored`);
    return bytes;
  };

  /** The head of the best chain, to build on and to read. */
  get head(): ChainNode {
    return this.#head;
  }

  /** The last final block. */
  get final(): ChainNode {
    return this.#root;
  }

  /** The last final block or one above it; undefined for any other. */
  node(hash: Digest): ChainNode | undefined {
    return this.#nodes.get(hash);
  }

  /** Every block above the last final one, and that one. */
  nodes(): Iterable<ChainNode> {
    return this.#nodes.values();
  }

  /** What a producer builds on. */
  tip(node: ChainNode = this.#head): Tip {
    const { hash, header, entries, tree } = node;
    return { hash, header, entries, tree };
  }

  /** Takes a block of a peer, and everything that waited for it. Idempotent (kratos-core 3.8). */
  import(block: Block, hints: ImportHints = {}): ImportResult {
    const before = this.#head;
    const outcome = this.#importOne(block, blockHash(block.header), hints);
    const drained: { readonly hash: Digest; readonly outcome: ImportOutcome }[] = [];
    const done = outcome.kind === "imported" ? [outcome.block.hash] : [];
    for (let hash = done.pop(); hash !== undefined; hash = done.pop()) {
      for (const orphan of this.orphans.takeChildren(hash)) {
        const next = this.#importOne(orphan.block, orphan.hash, hints);
        drained.push({ hash: orphan.hash, outcome: next });
        if (next.kind === "imported") done.push(orphan.hash);
      }
    }
    return { outcome, drained, headChange: this.#changeSince(before), durable: this.#written };
  }

  /** Stores a block that this node produced; nothing is applied again (kratos-core 3.8, I3). */
  adopt(done: DoneBlock): { readonly headChange: HeadChange | undefined; readonly durable: Promise<void> } {
    const before = this.#head;
    const parent = this.#nodes.get(done.block.header.parentHash);
    if (parent === undefined) throw new Error("a produced block whose parent is not in the tree");
    if (!this.#nodes.has(blockHash(done.block.header))) this.#attach(parent, done);
    return { headChange: this.#changeSince(before), durable: this.#written };
  }

  /**
   * Makes a block and its ancestors final: their layers go into the store in one batch, and branches without it end.
   * @returns undefined when the block is final already
   * @throws Error for a block that is not above the last final one: a gadget asks for no other
   */
  finalize(hash: Digest, justification?: Justification): Finalized | undefined {
    const target = this.#nodes.get(hash);
    if (target === undefined) throw new Error(`the block ${hash} is not above the last final block`);
    if (target === this.#root) return undefined;
    const before = this.#head;
    const path = pathFrom(this.#root, target);
    const changes = mergeChanges(path);
    const kept = new Set(descendants(target));
    const onPath = new Set(path);
    // Read before the commit, which forgets what is stored of unfinal blocks.
    const { outcome } = target;
    const dropped = [...this.#nodes.values()].filter((n) => n !== this.#root && !kept.has(n) && !onPath.has(n));
    const rows = [
      ...finalRows({ before: this.#root.tree, path, changes, dropped, justification }, this.load),
      ...(justification === undefined ? [] : handoffRows(target, justification, this.load)),
    ];
    this.#written = this.store.commit(rows);
    this.#entries.absorb(changes.values());
    if (!kept.has(this.#head)) this.#head = bestOf(kept, target);
    const headChange = this.#changeSince(before);
    const root: ChainNode = {
      ...target,
      parent: undefined,
      entries: this.#entries,
      tree: stored(target.header.stateRoot),
      outcome,
    };
    this.#settle(root, target, kept, new Set(path.map(({ entries }) => entries)));
    this.orphans.prune(target.header.number);
    return { blocks: path.map(refOf), dropped: dropped.map((n) => n.hash), headChange, durable: this.#written };
  }

  #importOne(block: Block, hash: Digest, { nowS, bestKnown = 0 }: ImportHints): ImportOutcome {
    const { header } = block;
    const final = this.#root.header.number;
    if (this.isKnown(hash)) return { kind: "known" };
    const parent = this.#nodes.get(header.parentHash);
    const parentNumber = (parent?.header ?? this.readHeader(header.parentHash))?.number;
    // The parent is known and has another number than the one before this block's (kratos-core 12.9).
    if (parentNumber !== undefined && parentNumber + 1 !== header.number) {
      return { kind: "fault", fault: { code: "InvalidParentHash", ban: true } };
    }
    if (header.number <= final) return { kind: "stale" };
    if (nowS !== undefined && header.timestamp > nowS + FUTURE_TOLERANCE_S) return { kind: "future" };
    if (parent === undefined) return this.#buffer(block, hash, Math.max(bestKnown, this.#head.header.number));
    // One leader could fill every disk with blocks of one slot: a third counts when somebody else has built on it.
    if (this.#rivals.isFull(header) && !this.orphans.isBuiltOn(hash, header.author)) return { kind: "tooFar" };
    const done = importBlock(this.rules, this.codec, this.tip(parent), block, this.load);
    if ("fault" in done) return { kind: "fault", fault: done.fault };
    return { kind: "imported", block: refOf(this.#attach(parent, done)) };
  }

  #buffer(block: Block, hash: Digest, bestKnown: number): ImportOutcome {
    if (block.header.number > bestKnown + BUFFER_WINDOW) return { kind: "tooFar" };
    const fault = checkUnattached(this.rules, this.codec, block);
    if (fault !== undefined) return { kind: "fault", fault };
    if (this.#isStranger(block.header)) return { kind: "tooFar" };
    if (!this.orphans.add(hash, block)) return { kind: "tooFar" };
    return { kind: "buffered", missing: this.orphans.missingAncestor(block.header.parentHash) };
  }

  /** Whoever may lead up to the next epoch is a validator now: others have no place in the buffer, or keys would be free. */
  #isStranger({ epoch, author }: Header): boolean {
    const { header, entries } = this.#head;
    return epoch <= header.epoch + 1 && new State(entries).get(validators.of(author)) === undefined;
  }

  /** Resolves when everything that the tree tells at this moment is on disk; rejects when the disk fails. */
  get durable(): Promise<void> {
    return this.#written;
  }

  /** True for a block that is stored, final or not. */
  isKnown(hash: Digest): boolean {
    return this.#nodes.has(hash) || this.store.get(chainTables.blocks, Uint8Array.fromHex(hash)) !== undefined;
  }

  /** The header of a stored block. */
  readHeader(hash: Digest): Header | undefined {
    const bytes = this.store.get(chainTables.blocks, Uint8Array.fromHex(hash));
    return bytes && readStored(kceHeader, bytes.subarray(0, HEADER_BYTES), "header");
  }

  /** A stored block, final or not. */
  readBlock(hash: Digest): Block | undefined {
    const bytes = this.store.get(chainTables.blocks, Uint8Array.fromHex(hash));
    return bytes && readStored(kceBlock(this.codec), bytes, "block");
  }

  #attach(parent: ChainNode, done: DoneBlock): ChainNode {
    const node = nodeOf(this.rules.runtime, this.codec, parent, done);
    const { hash, header, entries, outcome } = node;
    const changes = entries instanceof Layer ? [...entries.changes.values()] : [];
    this.#written = this.store.commit([
      { table: chainTables.blocks, key: Uint8Array.fromHex(hash), value: encodeKce(kceBlock(this.codec), done.block) },
      {
        table: chainTables.unfinal,
        key: placeKey(header.number, hash),
        value: encodeKce(kceUnfinal, { changes, outcome }),
      },
    ]);
    parent.children.push(node);
    this.#nodes.set(hash, node);
    this.#rivals.add(header);
    releaseDeep(this.store, node);
    if (isBetterHead(node, this.#head)) this.#head = node;
    return node;
  }

  /** The target becomes the root; of the rest only what is above it stays. */
  #settle(root: ChainNode, target: ChainNode, kept: ReadonlySet<ChainNode>, nowFinal: ReadonlySet<unknown>): void {
    for (const [hash, node] of [...this.#nodes]) {
      if (kept.has(node)) continue;
      this.#nodes.delete(hash);
      this.#rivals.remove(node.header);
    }
    for (const child of root.children) child.parent = root;
    for (const { entries } of kept) if (entries instanceof Layer) entries.settle(this.#entries, nowFinal);
    this.#nodes.set(root.hash, root);
    this.#root = root;
    if (this.#head === target) this.#head = root;
    this.#finalizations = (this.#finalizations + 1) % RELEASE_EVERY;
    if (this.#finalizations !== 0) return;
    for (const node of descendants(root)) {
      const isHeld = !(node instanceof UnfinalNode && node.isReleased);
      if (node.parent !== undefined && isHeld) node.tree = releaseTree(node.tree, node.parent.tree, this.load);
    }
  }

  #changeSince(before: ChainNode): HeadChange | undefined {
    const head = this.#head;
    if (head.hash === before.hash) return undefined;
    const [gone, come] = parting(before, head);
    return { head: refOf(head), abandoned: gone.map(({ hash }) => hash), adopted: come.map(({ hash }) => hash) };
  }
}

function bestOf(nodes: Iterable<ChainNode>, root: ChainNode): ChainNode {
  return [...nodes].reduce((best, node) => (isBetterHead(node, best) ? node : best), root);
}
