import { type Digest, digestOf, encodeKce, fault, ok, type Result } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { type Justification, kceJustification } from "@polis/finality";
import type { Row, Store } from "@polis/ports";
import { type HashedEntry, noEntries, type SparseNode, stored, updateSparse, verifySparseRange } from "@polis/state";
import { type Block, kceBlock } from "../block/block.ts";
import { entryRows, positionRow } from "../chain/finalRows.ts";
import { originRows } from "../chain/openChain.ts";
import { kceOutcome } from "../chain/records.ts";
import { chainTables, numberKey } from "../chain/tables.ts";
import { treeRows } from "../chain/treeRows.ts";
import type { Genesis } from "../genesis/buildGenesis.ts";
import type { TransactionCodec } from "../transaction/transaction.ts";
import { UNFINISHED_KEY } from "./clearUnfinished.ts";
import type { WarpFault } from "./errors.ts";
import { type Handoff, kceHandoff, keyHash } from "./handoff.ts";
import type { SnapshotChunk } from "./snapshot.ts";

/** Everything besides the state that a chain begins with at a snapshot. */
export interface WarpedChain {
  readonly genesis: Genesis;
  readonly codec: TransactionCodec;
  readonly block: Block;
  readonly justification: Justification;
  readonly handoffs: readonly Handoff[];
}

/**
 * Checks chunks against a proven state root and writes them in their order, each in a commit of its own, so that no state has
 * to fit memory. The mark of an unfinished warp stands in the store until the last commit.
 */
export class StateWriter {
  readonly #store: Store;
  readonly #root: Digest;
  readonly #totals: { readonly chunks: number; readonly entries: bigint };
  /** Checked chunks that came before their turn, with what they change in the tree. */
  readonly #waiting = new Map<number, { readonly chunk: SnapshotChunk; readonly hashed: readonly HashedEntry[] }>();
  #tree: Digest = noEntries;
  #next = 0;
  #lastKey: Digest = noEntries;
  #entries = 0;
  #isTorn = false;

  constructor(store: Store, root: Digest, totals: { readonly chunks: number; readonly entries: bigint }) {
    this.#store = store;
    this.#root = root;
    this.#totals = totals;
  }

  get chunks(): number {
    return this.#next;
  }

  get total(): number {
    return this.#totals.chunks;
  }

  get entries(): number {
    return this.#entries;
  }

  get isComplete(): boolean {
    return this.#next === this.#totals.chunks;
  }

  /**
   * True when parts that are each below the root do not fit together, or are more than was announced. Which of them is the
   * wrong one cannot be said, so that nobody is guilty; this state will not be whole.
   */
  get isTorn(): boolean {
    return this.#isTorn;
  }

  /** True when the written state has the proven root: nothing is missing between chunks. */
  get isRight(): boolean {
    return this.#tree === this.#root && BigInt(this.#entries) === this.#totals.entries;
  }

  /** The next chunks that are not here. @param ahead so many at most */
  wanted(ahead: number): readonly number[] {
    const last = Math.min(this.#next + ahead, this.#totals.chunks);
    const found: number[] = [];
    for (let index = this.#next; index < last; index++) if (!this.#waiting.has(index)) found.push(index);
    return found;
  }

  /** Takes a chunk that lies below the root, and writes what is in order. */
  add(chunk: SnapshotChunk): Result<undefined, WarpFault> {
    const { index, entries, first, last } = chunk;
    const hashed = entries.map(({ key, value }) => ({ key: keyHash(key), value: digestOf(blake3(value)) }));
    const range = verifySparseRange(this.#root, hashed, { first, last });
    const isFirst = index === 0;
    const isLast = index === this.#totals.chunks - 1;
    if (!range.ok || range.value.beginsTree !== isFirst || range.value.endsTree !== isLast) return fault("WARP_CHUNK");
    this.#waiting.set(index, { chunk, hashed });
    for (let next = this.#waiting.get(this.#next); next !== undefined; next = this.#waiting.get(this.#next)) {
      const { entries } = next.chunk;
      const isOverlap = next.chunk.index > 0 && next.hashed[0]!.key <= this.#lastKey;
      this.#isTorn ||= isOverlap || BigInt(this.#entries + entries.length) > this.#totals.entries;
      if (this.#isTorn) break;
      this.#write(entries, next.hashed);
    }
    return ok(undefined);
  }

  #write(entries: SnapshotChunk["entries"], hashed: readonly HashedEntry[]): void {
    const load = (hash: Digest) => this.#store.get(chainTables.tree, Uint8Array.fromHex(hash))!;
    const before: SparseNode = stored(this.#tree);
    const after = updateSparse(before, hashed, load);
    const mark: Row = { table: chainTables.chain, key: UNFINISHED_KEY, value: Uint8Array.of(1) };
    void this.#store.commit([
      mark,
      ...entries.flatMap(({ key, value }) => entryRows(key, value)),
      ...treeRows(before, after, load),
    ]);
    this.#tree = after.hash;
    this.#lastKey = hashed.at(-1)!.key;
    this.#entries += entries.length;
    this.#waiting.delete(this.#next);
    this.#next++;
  }

  /** The last commit: with it the store holds a chain. Receipts of the block itself are not proven, and not there. */
  finish({ genesis, codec, block, justification, handoffs }: WarpedChain): Promise<void> {
    const { number, hash } = justification.block;
    const key = Uint8Array.fromHex(hash);
    return this.#store.commit([
      ...originRows(genesis, codec),
      { table: chainTables.blocks, key, value: encodeKce(kceBlock(codec), block) },
      { table: chainTables.numbers, key: numberKey(number), value: key },
      {
        table: chainTables.outcomes,
        key: numberKey(number),
        value: encodeKce(kceOutcome, { receipts: [], events: [] }),
      },
      { table: chainTables.justifications, key: numberKey(number), value: encodeKce(kceJustification, justification) },
      ...handoffs.map((handoff) => ({
        table: chainTables.handoffs,
        key: numberKey(handoff.header.number),
        value: encodeKce(kceHandoff, handoff),
      })),
      positionRow({ hash, header: block.header }),
      { table: chainTables.chain, key: UNFINISHED_KEY, value: undefined },
    ]);
  }
}
