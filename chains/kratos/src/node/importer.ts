import type { Digest } from "@polis/codec";
import type { Justification } from "@polis/finality";
import type { Block } from "../block/block.ts";
import { blockHash } from "../block/header.ts";
import type { DoneBlock } from "../block/produceBlock.ts";
import type { Finalized, HeadChange, ImportOutcome, ImportResult } from "../chain/types.ts";
import type { RecordParams } from "../modules/finality/recordFinality.ts";
import { type SecurityRecord, security } from "../modules/security/securityState.ts";
import { State } from "../state/state.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";
import type { PeerName } from "../wire/link.ts";
import type { NodeCore } from "./core.ts";
import type { EvidenceBook } from "./evidenceBook.ts";

/** How a block came. */
export interface Arrival {
  readonly from: PeerName | undefined;
  /** The greatest proven height. */
  readonly bestKnown: number;
}

/** What became of a block and of those that waited for it. */
export type Imported = Pick<ImportResult, "outcome" | "drained">;

/** What an import causes beyond the chain. */
export interface ImporterHost {
  /** A block carried proof of finality (kratos-core 7.6). */
  carried(justification: Justification): void;
}

/** Brings blocks into the chain, and tells the rest of the node what that changed: the pool, evidence, reports. */
export class Importer {
  readonly #core: NodeCore;
  readonly #evidence: EvidenceBook;
  readonly #host: ImporterHost;
  #hasChanged = false;
  #securityState: string | undefined;

  constructor(core: NodeCore, evidence: EvidenceBook, host: ImporterHost) {
    this.#core = core;
    this.#evidence = evidence;
    this.#host = host;
  }

  /** True once after the chain changed: the gadget looks at it then. */
  takeChange(): boolean {
    const changed = this.#hasChanged;
    this.#hasChanged = false;
    return changed;
  }

  /**
   * Tries a block, and those that waited for it. V16 counts for blocks that synchronisation fetched too: those of the past pass
   * it anyway, and one of a future slot would keep everybody from producing until then.
   */
  import(block: Block, { from, bestKnown }: Arrival): Imported {
    const { tree, nowS } = this.#core;
    const { outcome, drained, headChange } = tree.import(block, { bestKnown, nowS });
    this.#observe(block, outcome);
    const bodies = new Map<Digest, readonly SignedTransaction[]>();
    if (outcome.kind === "imported") {
      bodies.set(outcome.block.hash, block.transactions);
      this.#tell(outcome, from);
    }
    for (const { outcome: later } of drained) this.#tell(later, undefined);
    this.#headChanged(headChange, bodies);
    for (const transactions of this.#importedBodies(bodies, drained)) this.#carry(transactions);
    return { outcome, drained };
  }

  /** Stores an own block (kratos-core 3.8). */
  adopt(done: DoneBlock): void {
    const { headChange } = this.#core.tree.adopt(done);
    this.#evidence.observe(done.block.header, true);
    this.#headChanged(headChange, new Map([[blockHash(done.block.header), done.block.transactions]]));
  }

  /** Makes a block final; nothing when it is final already. */
  finalize(hash: Digest, justification: Justification): void {
    const { tree } = this.#core;
    if (tree.node(hash) === undefined) return;
    const done: Finalized | undefined = tree.finalize(hash, justification);
    if (done === undefined) return;
    const { header } = tree.final;
    this.#headChanged(done.headChange, new Map());
    this.#hasChanged = true;
    this.#evidence.settle(new State(tree.final.entries));
    const slotsBehind = Math.max(0, (this.#core.slot ?? 0) - header.slot);
    this.#core.report({ kind: "finalized", number: header.number, hash, slotsBehind });
  }

  /** Reports the security state when it is another one than before (kratos-core 10.5). */
  watchSecurity(): void {
    const { state, history }: SecurityRecord = this.#core.state.get(security);
    if (state === this.#securityState) return;
    this.#securityState = state;
    this.#core.report({ kind: "security", state, reason: history.at(-1)?.reason ?? "T1" });
  }

  /** Headers of good blocks are remembered; one whose block is bad may still be the second of its slot. */
  #observe(block: Block, outcome: ImportOutcome): void {
    if (outcome.kind === "known" || outcome.kind === "tooFar") return;
    this.#evidence.observe(block.header, outcome.kind === "imported" || outcome.kind === "buffered");
  }

  #tell(outcome: ImportOutcome, from: PeerName | undefined): void {
    if (outcome.kind !== "imported") return;
    this.#hasChanged = true;
    const { number, hash } = outcome.block;
    this.#core.report({ kind: "imported", number, hash, from });
  }

  *#importedBodies(
    known: ReadonlyMap<Digest, readonly SignedTransaction[]>,
    drained: Imported["drained"],
  ): Generator<readonly SignedTransaction[]> {
    yield* known.values();
    for (const { hash, outcome } of drained) if (outcome.kind === "imported") yield this.#bodyOf(hash, known);
  }

  /** A proof in a block is worth as much as one by gossip: a node that synchronises makes blocks final along the way. */
  #carry(transactions: readonly SignedTransaction[]): void {
    const first = transactions[0]?.transaction.call;
    if (first?.name !== "RecordFinality") return;
    const { justification } = first.fields as RecordParams;
    if (justification.block.number > this.#core.tree.final.header.number) this.#host.carried(justification);
  }

  #headChanged(change: HeadChange | undefined, known: ReadonlyMap<Digest, readonly SignedTransaction[]>): void {
    if (change === undefined) return;
    this.#hasChanged = true;
    const { pool, time } = this.#core;
    const bodies = (hashes: readonly Digest[]) => hashes.map((hash) => this.#bodyOf(hash, known));
    // An empty pool has nothing to drop: a node that synchronises reads no bodies again.
    const adopted = pool.size === 0 ? [] : bodies(change.adopted);
    pool.headChanged({ adopted, abandoned: bodies(change.abandoned) }, time.steady);
    const depth = change.abandoned.length;
    if (depth > 0) this.#core.report({ kind: "reorganised", depth, head: change.head.hash });
    this.watchSecurity();
  }

  #bodyOf(hash: Digest, known: ReadonlyMap<Digest, readonly SignedTransaction[]>): readonly SignedTransaction[] {
    return known.get(hash) ?? this.#core.tree.readBlock(hash)?.transactions ?? [];
  }
}
