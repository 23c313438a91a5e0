import {
  type Digest,
  digestOf,
  digestToBytes,
  fault,
  type Height,
  type Millis,
  ok,
  type Result,
  type View,
  writeU64,
} from "@polis/codec";
import type { BlockInfo, BuildRequest, BuiltBlock, Row, Store } from "@polis/ports";
import { WALL_EPOCH_MS } from "../clock/simClock.ts";
import { keyText } from "../disk/sortedTable.ts";
import type { LedgerSetup, SimLedger } from "../types.ts";
import { decodeMockBlock, encodeMockBlock, MOCK_EPOCH } from "./mockBlock.ts";
import { mockTextDigest } from "./mockDigest.ts";

const TIP = Uint8Array.of(0);
const MAX_PER_BLOCK = 20;
const MAX_POOL = 10_000;

/** The first block of the mock chain; every node knows it. */
export const MOCK_GENESIS: BlockInfo = {
  digest: mockTextDigest("genesis of the mock chain"),
  height: 0 as Height,
  parentDigest: mockTextDigest("nothing"),
  epoch: MOCK_EPOCH,
  view: 0 as View,
  parentView: 0 as View,
  timeMs: (WALL_EPOCH_MS - 1000) as Millis,
  prevSeed: undefined,
};

interface Executed {
  readonly digest: Digest;
  readonly parent: Digest | undefined;
  readonly height: number;
  readonly timeMs: number;
  readonly root: Digest;
  readonly transactions: readonly string[];
  readonly block: Uint8Array;
}

/**
 * A ledger of opaque transactions: the state root is a hash chain over the blocks' transactions, a transaction may be
 * used once, and one that begins with 0xff is invalid. Small and strict enough to tell a correct replica from a wrong one.
 */
class MockLedger implements SimLedger {
  readonly #store: Store;
  readonly #blocks = new Map<Digest, Executed>();
  readonly #pool = new Map<string, Uint8Array>();
  #tip: Executed;

  constructor(store: Store) {
    this.#store = store;
    this.#tip = loadTip(store);
    this.#blocks.set(this.#tip.digest, this.#tip);
  }

  inspect(bytes: Uint8Array): Result<BlockInfo> {
    const decoded = decodeMockBlock(bytes);
    return decoded.ok ? ok(decoded.value.info) : decoded;
  }

  execute(bytes: Uint8Array): Result<BlockInfo> {
    const decoded = decodeMockBlock(bytes);
    if (!decoded.ok) return decoded;
    const { info, stateRoot, transactions } = decoded.value;
    if (this.#blocks.has(info.digest)) return ok(info);
    const parent = this.#blocks.get(info.parentDigest);
    if (parent === undefined) throw new Error(`the parent of block ${info.height} is not executed`);
    if (info.height !== parent.height + 1 || info.timeMs <= parent.timeMs) return fault("MOCK_HEADER");
    const texts = transactions.map(keyText);
    const isBad = (text: string, i: number) =>
      text[0] === "\u00ff" || texts.indexOf(text) !== i || this.#isUsed(parent.digest, text);
    if (texts.some(isBad)) return fault("MOCK_TRANSACTION");
    if (stateRoot !== nextRoot(parent.root, texts)) return fault("MOCK_STATE_ROOT");
    this.#remember(info, stateRoot, texts, bytes);
    return ok(info);
  }

  build(request: BuildRequest): BuiltBlock {
    const parent = this.#blocks.get(request.parentDigest);
    if (parent === undefined) throw new Error("the parent of a block to build is not executed");
    const chosen: string[] = [];
    for (const text of this.#pool.keys()) {
      if (chosen.length === MAX_PER_BLOCK) break;
      if (!this.#isUsed(parent.digest, text)) chosen.push(text);
    }
    const root = nextRoot(parent.root, chosen);
    const { view, parentDigest, parentView, timeMs, prevSeed } = request;
    const height = (parent.height + 1) as Height;
    const header = { height, parentDigest, epoch: MOCK_EPOCH, view, parentView, timeMs, prevSeed };
    const block = encodeMockBlock({ info: header, stateRoot: root, transactions: chosen.map(bytesOf) });
    const decoded = decodeMockBlock(block);
    if (!decoded.ok) throw new Error("a built block must decode");
    this.#remember(decoded.value.info, root, chosen, block);
    return { block, info: decoded.value.info, transactions: chosen.length };
  }

  finalize(digest: Digest): readonly Row[] {
    const next = this.#blocks.get(digest);
    if (next === undefined || next.parent !== this.#tip.digest) {
      throw new Error("finalized out of order or not executed");
    }
    this.#tip = next;
    dropOthers(this.#blocks, next);
    const key = digestToBytes(digest);
    const rows: Row[] = [
      { table: "mock.meta", key: TIP, value: encodeTip(next) },
      { table: "blocks", key, value: next.block },
      { table: "headers", key: heightKey(next.height), value: key },
    ];
    for (const text of next.transactions) {
      this.#pool.delete(text);
      rows.push({ table: "mock.used", key: bytesOf(text), value: Uint8Array.of(1) });
    }
    return rows;
  }

  isExecuted(digest: Digest): boolean {
    return this.#blocks.has(digest);
  }

  hasExecutable(): boolean {
    return this.#pool.size > 0;
  }

  stateRoot(digest: Digest): Digest | undefined {
    return this.#blocks.get(digest)?.root;
  }

  submit(transaction: Uint8Array): void {
    if (this.#pool.size < MAX_POOL && !this.isFinal(transaction)) this.#pool.set(keyText(transaction), transaction);
  }

  isFinal(transaction: Uint8Array): boolean {
    return this.#store.get("mock.used", transaction) !== undefined;
  }

  corrupt(block: Uint8Array): Uint8Array {
    const copy = block.slice();
    copy[64]! ^= 1;
    return copy;
  }

  #isUsed(parent: Digest, transaction: string): boolean {
    for (let at = this.#blocks.get(parent); at !== undefined && at !== this.#tip; at = this.#blocks.get(at.parent!)) {
      if (at.transactions.includes(transaction)) return true;
    }
    return this.isFinal(bytesOf(transaction));
  }

  #remember(info: BlockInfo, root: Digest, transactions: readonly string[], block: Uint8Array): void {
    const { digest, parentDigest: parent, height, timeMs } = info;
    this.#blocks.set(digest, { digest, parent, height, timeMs, root, transactions, block });
  }
}

/** Keeps the new tip and its descendants. */
function dropOthers(blocks: Map<Digest, Executed>, tip: Executed): void {
  const kept = new Set<Digest>([tip.digest]);
  const byHeight = [...blocks.values()].sort((a, b) => a.height - b.height);
  for (const block of byHeight) if (block.parent !== undefined && kept.has(block.parent)) kept.add(block.digest);
  for (const block of byHeight) if (!kept.has(block.digest)) blocks.delete(block.digest);
}

function nextRoot(parent: Digest, transactions: readonly string[]): Digest {
  return mockTextDigest(parent + transactions.join("|"));
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}

function heightKey(height: number): Uint8Array {
  const key = new Uint8Array(8);
  writeU64(key, 0, height);
  return key;
}

function encodeTip(tip: Executed): Uint8Array {
  const out = new Uint8Array(80);
  out.set(digestToBytes(tip.digest), 0);
  out.set(digestToBytes(tip.root), 32);
  writeU64(out, 64, tip.height);
  writeU64(out, 72, tip.timeMs);
  return out;
}

function loadTip(store: Store): Executed {
  const { digest, height, timeMs } = MOCK_GENESIS;
  const row = store.get("mock.meta", TIP);
  const start = { parent: undefined, transactions: [], block: new Uint8Array(0) };
  if (row === undefined) return { ...start, digest, height, timeMs, root: mockTextDigest("empty state") };
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  return {
    ...start,
    digest: digestOf(row.subarray(0, 32)),
    root: digestOf(row.subarray(32, 64)),
    height: Number(view.getBigUint64(64)),
    timeMs: Number(view.getBigUint64(72)),
  };
}

/** The mock chain as a chain under test. Transactions are eight bytes: their number. */
export const mockLedger: LedgerSetup = {
  genesis: MOCK_GENESIS,
  create: (_nodeIndex, store) => new MockLedger(store),
  transaction: (i) => {
    const out = new Uint8Array(8);
    writeU64(out, 0, i);
    return out;
  },
};
