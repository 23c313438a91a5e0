import {
  decodeKce,
  encodeKce,
  type Kce,
  kceCounter,
  kceMap,
  kceRecord,
  kceText,
  type Millis,
  millis,
} from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { nodeTables } from "../node/tables.ts";
import type { PeerName } from "../wire/link.ts";

/** A peer that may not connect until then. */
export interface Ban {
  readonly peer: PeerName;
  readonly until: Millis;
  readonly reason: string;
}

/** Bans that are kept; the one that ends first leaves when there are more. */
export const MAX_BANS = 10_000;
const MAX_NAME_BYTES = 128;
const MAX_REASON_BYTES = 64;
/** Bytes of a row at most. */
const MAX_ROW_BYTES = 8 + 8 + MAX_NAME_BYTES + 8 + MAX_REASON_BYTES;
/** Rows that are read at a time. */
const PAGE = 256;

/** A ban on disk; the key repeats the name. */
export const kceBan: Kce<Ban> = kceRecord({
  peer: kceText(MAX_NAME_BYTES),
  until: kceMap(kceCounter, millis, (value) => value),
  reason: kceText(MAX_REASON_BYTES),
});

/** Who is banned, as rows of the chain's store, so that a restart changes nothing (kratos-core 12.9). */
export class Bans {
  readonly #bans = new Map<PeerName, Ban>();

  /** @throws Error when a stored ban does not decode: the disk is damaged */
  constructor(rows: Pick<Store, "range">) {
    let from: Uint8Array = new Uint8Array();
    for (;;) {
      const page = [...rows.range(nodeTables.bans, { from, limit: PAGE })];
      for (const [, value] of page) {
        const decoded = decodeKce(kceBan, value, MAX_ROW_BYTES);
        if (!decoded.ok) throw new Error(`a stored ban is damaged: ${decoded.fault.code}`);
        this.#bans.set(decoded.value.peer, decoded.value);
      }
      if (page.length < PAGE) return;
      from = new Uint8Array([...page.at(-1)![0], 0]);
    }
  }

  get size(): number {
    return this.#bans.size;
  }

  /** Every ban that is written down, by name. */
  all(): readonly Ban[] {
    return [...this.#bans.values()].sort((a, b) => (a.peer < b.peer ? -1 : 1));
  }

  /** The ban that holds now. */
  of(now: Millis, peer: PeerName): Ban | undefined {
    const ban = this.#bans.get(peer);
    return ban !== undefined && now < ban.until ? ban : undefined;
  }

  /** Bans a peer; of two bans the longer one holds. @returns the rows that remember it, those of bans that are over deleted */
  add(now: Millis, ban: Ban): readonly Row[] {
    const before = this.of(now, ban.peer);
    if (before !== undefined && before.until >= ban.until) return [];
    const gone = [...this.#bans.values()].filter(({ peer, until }) => until <= now && peer !== ban.peer);
    for (const { peer } of gone) this.#bans.delete(peer);
    if (this.#bans.size >= MAX_BANS && !this.#bans.has(ban.peer)) gone.push(this.#dropFirst());
    this.#bans.set(ban.peer, ban);
    return [...gone.map(({ peer }) => rowOf(peer, undefined)), rowOf(ban.peer, encodeKce(kceBan, ban))];
  }

  #dropFirst(): Ban {
    const first = [...this.#bans.values()].reduce((a, b) => (b.until < a.until ? b : a));
    this.#bans.delete(first.peer);
    return first;
  }
}

function rowOf(peer: PeerName, value: Uint8Array | undefined): Row {
  return { table: nodeTables.bans, key: new TextEncoder().encode(peer), value };
}
