import { type Digest, digestOf, type Epoch, encodeKce } from "@polis/codec";
import { type Justification, kceJustification } from "@polis/finality";
import type { Store } from "@polis/ports";
import { proveSparse, stored } from "@polis/state";
import type { ChainTree } from "../chain/chainTree.ts";
import { readStored } from "../chain/records.ts";
import { chainTables, numberKey } from "../chain/tables.ts";
import type { SnapshotSource } from "../wire/answerRequest.ts";
import { wireLimits } from "../wire/limits.ts";
import { type Handoff, kceHandoff } from "./handoff.ts";
import { provenSet } from "./provenSet.ts";
import { CHUNK_BYTES, kceChunk, kceHandoffs, kceSnapshot, type Snapshot } from "./snapshot.ts";

/** One moment of the chain's store, whatever is written meanwhile. */
export interface SnapshotReader extends Pick<Store, "get" | "range"> {
  close(): void;
}

/** What a server is made of. */
export interface SnapshotServerOptions {
  readonly tree: ChainTree;
  /** Opens a moment in which the final state is that of `tree.final`. */
  readonly openReader: () => SnapshotReader;
  /** Final blocks from one snapshot to the next. */
  readonly every?: number;
  /** Bytes of keys and values in a chunk, 1,000,000 when left out. */
  readonly chunkBytes?: number;
}

interface Plan {
  readonly reader: SnapshotReader;
  readonly block: Digest;
  readonly snapshot: Omit<Snapshot, "totalChunks" | "totalEntries">;
  readonly handoffs: readonly { readonly set: Epoch; readonly bytes: number; readonly key: Uint8Array }[];
  /** Hash of the first key of each chunk. */
  readonly starts: Uint8Array[];
  entries: number;
  bytes: number;
  /** Where counting goes on; undefined when all of the state is counted. */
  from: Uint8Array | undefined;
}

/**
 * Serves the state after one final block to peers that warp (kratos-core 12.12). Preparing takes many small steps, so that a
 * node with a large state does nothing else later because of it.
 */
export class SnapshotServer implements SnapshotSource {
  readonly #options: SnapshotServerOptions;
  readonly #every: number;
  #ready: Plan | undefined;
  #planned: Plan | undefined;
  #lookedAt = 0;

  constructor(options: SnapshotServerOptions) {
    this.#options = options;
    this.#every = options.every ?? 1_000;
  }

  /** To be called when blocks became final, and again soon while it says that there is more to do. @param limit entries */
  work(limit = 2_000): boolean {
    this.#planned ??= this.#begin();
    const plan = this.#planned;
    if (plan === undefined) return false;
    this.#count(plan, limit);
    if (plan.from !== undefined) return true;
    this.#ready?.reader.close();
    this.#ready = plan;
    this.#planned = undefined;
    return false;
  }

  close(): void {
    for (const plan of [this.#ready, this.#planned]) plan?.reader.close();
    this.#ready = undefined;
    this.#planned = undefined;
  }

  header(): Uint8Array | undefined {
    const plan = this.#ready;
    if (plan === undefined) return undefined;
    const totals = { totalChunks: plan.starts.length, totalEntries: BigInt(plan.entries) };
    return encodeKce(kceSnapshot, { ...plan.snapshot, ...totals });
  }

  handoffs(fromSet: Epoch): Uint8Array | undefined {
    const plan = this.#ready;
    if (plan === undefined) return undefined;
    const found: Handoff[] = [];
    let room = wireLimits.snapshotBytes - 16;
    for (const { set, bytes, key } of plan.handoffs) {
      if (set < fromSet) continue;
      room -= bytes;
      if (room < 0) break;
      found.push(readStored(kceHandoff, plan.reader.get(chainTables.handoffs, key)!, "handoff"));
    }
    return encodeKce(kceHandoffs, { handoffs: found });
  }

  chunk(block: Digest, index: number): Uint8Array | undefined {
    const plan = this.#ready;
    const from = plan?.starts[index];
    if (plan === undefined || from === undefined || plan.block !== block) return undefined;
    const { reader, snapshot, starts } = plan;
    const to = starts[index + 1];
    const options = to === undefined ? { from, limit: plan.entries } : { from, to, limit: plan.entries };
    const keys = [...reader.range(chainTables.keys, options)];
    const load = (hash: Digest) => reader.get(chainTables.tree, Uint8Array.fromHex(hash))!;
    const path = (key: Uint8Array) => proveSparse(stored(snapshot.header.stateRoot), digestOf(key), load).siblings;
    return encodeKce(kceChunk, {
      index,
      entries: keys.map(([, key]) => ({ key, value: reader.get(chainTables.entries, key)! })),
      first: path(keys[0]![0]),
      last: path(keys.at(-1)![0]),
    });
  }

  /** A plan for the last final block, when it is far enough above the last one and its voters can be proven. */
  #begin(): Plan | undefined {
    const { tree, openReader } = this.#options;
    const { hash, header } = tree.final;
    const bytes = tree.store.get(chainTables.justifications, numberKey(header.number));
    if (header.number < this.#lookedAt + this.#every || bytes === undefined) return undefined;
    this.#lookedAt = header.number;
    const justification: Justification = readStored(kceJustification, bytes, "justification");
    const reader = openReader();
    const handoffs = [];
    const all: Handoff[] = [];
    for (const [key, value] of reader.range(chainTables.handoffs, { to: numberKey(header.number), limit: 100_000 })) {
      const handoff = readStored(kceHandoff, value, "handoff");
      all.push(handoff);
      handoffs.push({ set: handoff.justification.set, bytes: value.length, key });
    }
    const proven = provenSet(tree.rules, tree.genesis, all);
    if (!proven.ok || proven.value.id !== justification.set) {
      reader.close();
      return undefined;
    }
    const snapshot = { header, justification };
    return { reader, block: hash, snapshot, handoffs, starts: [], entries: 0, bytes: 0, from: new Uint8Array(1) };
  }

  #count(plan: Plan, limit: number): void {
    const page = [...plan.reader.range(chainTables.keys, { from: plan.from!, limit })];
    for (const [hash, key] of page) {
      const size = key.length + plan.reader.get(chainTables.entries, key)!.length + 8;
      if (plan.starts.length === 0 || plan.bytes + size > (this.#options.chunkBytes ?? CHUNK_BYTES)) {
        plan.starts.push(hash);
        plan.bytes = 0;
      }
      plan.bytes += size;
      plan.entries++;
    }
    plan.from = page.length < limit ? undefined : Uint8Array.of(...page.at(-1)![0], 0);
  }
}
