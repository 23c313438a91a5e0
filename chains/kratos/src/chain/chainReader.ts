import { asciiBytes, type Digest, digestOf, type Height, height } from "@polis/codec";
import { type Justification, kceJustification } from "@polis/finality";
import { type Block, kceBlock } from "../block/block.ts";
import type { AccountId } from "../identifiers.ts";
import type { Receipt } from "../runtime/applyTransaction.ts";
import type { Table } from "../state/item.ts";
import type { ChainNode } from "./chainNode.ts";
import type { ChainTree } from "./chainTree.ts";
import { Layer } from "./layer.ts";
import { ancestorAt } from "./paths.ts";
import { kceOutcome, kcePlace, type Outcome, type Place, readStored } from "./records.ts";
import { chainTables, historyKey, numberKey } from "./tables.ts";

/**
 * Lines of a history that are counted at most, and so the deepest place to begin at. Each costs microseconds of the node's own
 * time in every call, and anybody can give an account as many lines as there are payments.
 */
export const MAX_HISTORY_LINES = 10_000;

/**
 * Bytes of stored blocks that one page of a history reads: each line costs the decoding of its block. A page of lines in full
 * blocks is shorter than was asked for, and the next one begins where it ends.
 */
export const MAX_HISTORY_BYTES = 4_194_304;

/** A line of a history: the block, and where the transaction is in it. */
export interface HistoryLine {
  readonly block: Block;
  readonly index: number;
  readonly receipt: Receipt;
}

/** Part of an account's history, newest first, and how long it is as far as it was counted. */
export interface HistoryPage {
  readonly places: readonly Place[];
  readonly total: number;
}

/** The best chain as readers see it: final blocks from the indexes, the few above them from the tree. */
export class ChainReader {
  readonly tree: ChainTree;

  constructor(tree: ChainTree) {
    this.tree = tree;
  }

  /** The hash of the block of a number; undefined above the head. */
  hashAt(number: number): Digest | undefined {
    const node = this.#nodeAt(number);
    if (node !== undefined) return node.hash;
    const bytes = this.tree.store.get(chainTables.numbers, numberKey(height(number)));
    return bytes && digestOf(bytes);
  }

  blockAt(number: number): Block | undefined {
    const hash = this.hashAt(number);
    return hash && this.block(hash);
  }

  /** A block of any branch. Genesis and all others are stored. */
  block(hash: Digest): Block | undefined {
    return this.tree.readBlock(hash);
  }

  /** Receipts and events of a block of the best chain. */
  outcomeAt(number: number): Outcome | undefined {
    const node = this.#nodeAt(number);
    if (node !== undefined) return node.outcome;
    const bytes = this.tree.store.get(chainTables.outcomes, numberKey(height(number)));
    return bytes && readStored(kceOutcome, bytes, "outcome");
  }

  /** Where a transaction is in the best chain. */
  place(hash: Digest): Place | undefined {
    for (const node of this.#unfinal()) {
      const index = node.transactions.indexOf(hash);
      if (index >= 0) return { number: node.header.number, index };
    }
    const bytes = this.tree.store.get(chainTables.transactions, Uint8Array.fromHex(hash));
    return bytes && readStored(kcePlace, bytes, "place");
  }

  /** Transactions of and to an account, newest first, from an index (kratos-core 13.3). */
  history(account: AccountId, offset: number, limit: number): HistoryPage {
    const fresh = [...this.#unfinal()].flatMap(({ header, touches }) =>
      touches
        .filter((touch) => touch.account === account)
        .map(({ index }) => ({ number: header.number, index }))
        .reverse(),
    );
    const from = historyKey(account, height(0), 0);
    const to = historyKey(account, height(Number.MAX_SAFE_INTEGER), 0);
    const places = fresh.slice(offset, offset + limit);
    const skip = Math.max(0, offset - fresh.length);
    let counted = 0;
    for (const [, value] of this.tree.store.range(chainTables.history, {
      from,
      to,
      reverse: true,
      limit: MAX_HISTORY_LINES,
    })) {
      if (counted >= skip && places.length < limit) places.push(readStored(kcePlace, value, "history"));
      counted++;
    }
    return { places, total: fresh.length + counted };
  }

  /** The lines of places, one at least, until their blocks are more than MAX_HISTORY_BYTES. */
  lines(places: readonly Place[]): readonly HistoryLine[] {
    const lines: HistoryLine[] = [];
    let held: { readonly number: number; readonly block: Block; readonly outcome: Outcome } | undefined;
    let bytes = 0;
    for (const { number, index } of places) {
      if (held?.number !== number) {
        const stored = this.tree.store.get(chainTables.blocks, Uint8Array.fromHex(this.hashAt(number)!))!;
        bytes += stored.length;
        if (bytes > MAX_HISTORY_BYTES && lines.length > 0) break;
        const block = readStored(kceBlock(this.tree.codec), stored, "block");
        held = { number, block, outcome: this.outcomeAt(number)! };
      }
      lines.push({ block: held.block, index, receipt: held.outcome.receipts[index]! });
    }
    return lines;
  }

  /** The justification that made exactly this block final. */
  justificationAt(number: Height): Justification | undefined {
    const bytes = this.tree.store.get(chainTables.justifications, numberKey(number));
    return bytes && readStored(kceJustification, bytes, "justification");
  }

  /** The newest justification that is stored: what a producer records, and what a peer that is behind asks for. */
  latestJustification(): Justification | undefined {
    for (const [, value] of this.tree.store.range(chainTables.justifications, {
      from: new Uint8Array(1),
      reverse: true,
      limit: 1,
    })) {
      return readStored(kceJustification, value, "justification");
    }
    return undefined;
  }

  /** The accounts that have an entry of a family at the head, in ascending order. @param limit of entries looked at */
  accountsIn({ prefix }: Pick<Table<unknown>, "prefix">, limit: number): readonly AccountId[] {
    const from = asciiBytes(prefix);
    const to = Uint8Array.from([...from.subarray(0, -1), from.at(-1)! + 1]);
    const found = new Map<string, boolean>();
    for (const { entries } of this.#unfinal()) {
      if (!(entries instanceof Layer)) continue;
      for (const [name, { value }] of entries.changes) {
        if (name.startsWith(prefix) && !found.has(name)) found.set(name, value !== undefined);
      }
    }
    for (const [key] of this.tree.store.range(chainTables.entries, { from, to, limit })) {
      const name = prefix + key.subarray(from.length).toHex();
      if (!found.has(name)) found.set(name, true);
    }
    return [...found]
      .flatMap(([name, isThere]) => (isThere ? [name.slice(prefix.length) as AccountId] : []))
      .sort((a, b) => (a < b ? -1 : 1));
  }

  #nodeAt(number: number): ChainNode | undefined {
    const { head, final } = this.tree;
    return number <= final.header.number ? undefined : ancestorAt(head, number);
  }

  /** Blocks of the best chain above the last final one, newest first. */
  *#unfinal(): Generator<ChainNode> {
    const { final } = this.tree;
    for (let at: ChainNode | undefined = this.tree.head; at !== undefined && at !== final; at = at.parent) yield at;
  }
}
