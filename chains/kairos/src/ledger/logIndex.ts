import { type Height, height, readU32, writeU32 } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { RecentCache } from "@polis/state";
import type { LogCriteria } from "../api/logCriteria.ts";
import type { LogTrail } from "./logTrail.ts";
import { transferHeights } from "./transferHeights.ts";

/** Heights of one row: a row is a bitmap, one bit per height, cut behind its last set byte (kairos 6.2). */
const sectionHeights = 4_096;
/** Bitmaps of the current section that are kept; half a kilobyte each at most. */
const maxHeld = 4_096;
/** Term of the blocks that have too many terms: no address and no topic has one byte. */
const overflowTerm = "00";

/** The table `log_index`: which blocks hold logs of an emitter or with a first topic. */
export interface LogIndex {
  /** The rows of a newly final block. */
  advance(at: Height, trail: LogTrail): readonly Row[];
}

/** Continues the index of a store. */
export function createLogIndex(store: Store): LogIndex {
  const held = new RecentCache<string, Uint8Array>(maxHeld);
  return {
    advance(at, { terms }) {
      const section = Math.floor(at / sectionHeights);
      const bit = at % sectionHeights;
      return (terms ?? [overflowTerm]).map((term) => {
        const key = indexKey(term, section);
        const name = `${term} ${section}`;
        const before = held.get(name) ?? store.get("log_index", key) ?? new Uint8Array(0);
        const value = new Uint8Array(Math.max(before.length, (bit >> 3) + 1));
        value.set(before);
        value[bit >> 3] = value[bit >> 3]! | (1 << (bit & 7));
        held.set(name, value);
        return { table: "log_index", key, value };
      });
    },
  };
}

/**
 * Heights whose blocks may hold logs that meet the criteria, ascending: by emitter and by first topic. The caller looks at
 * the logs themselves, so an answer too many costs time, and none is missing.
 */
export function* heightsWithLogs(store: Store, from: Height, to: Height, criteria: LogCriteria): Iterable<Height> {
  const { addresses, topics } = criteria;
  const transfers = transferHeights(store, from, to, criteria);
  if (transfers !== undefined) return yield* transfers;
  const groups = [addresses, topics[0] ?? []].filter((group) => group.length > 0);
  for (let section = Math.floor(from / sectionHeights); section * sectionHeights <= to; section++) {
    const found = new Uint8Array(sectionHeights / 8).fill(255);
    for (const group of groups) {
      const any = new Uint8Array(sectionHeights / 8);
      for (const term of group) merge(any, store.get("log_index", indexKey(term, section)));
      for (let i = 0; i < found.length; i++) found[i] = found[i]! & any[i]!;
    }
    merge(found, store.get("log_index", indexKey(overflowTerm, section)));
    const start = section * sectionHeights;
    const last = Math.min(to, start + sectionHeights - 1);
    for (let at = Math.max(from, start); at <= last; at++) {
      const bit = at - start;
      if ((found[bit >> 3]! & (1 << (bit & 7))) !== 0) yield height(at);
    }
  }
}

/** The last height that a row of the index is about, by its key. */
export function logRowEnd(key: Uint8Array): number {
  return (readU32(key, key.length - 4) + 1) * sectionHeights - 1;
}

function merge(target: Uint8Array, bitmap: Uint8Array | undefined): void {
  if (bitmap === undefined) return;
  for (let i = 0; i < bitmap.length; i++) target[i] = target[i]! | bitmap[i]!;
}

/** Address 20, topic 32 or the overflow's one byte, then the section u32. */
function indexKey(term: string, section: number): Uint8Array {
  const key = new Uint8Array(term.length / 2 + 4);
  key.setFromHex(term);
  writeU32(key, key.length - 4, section);
  return key;
}
