import { type Digest, type Fault, fault } from "@polis/codec";
import type { Admitted } from "../transactions/intake.ts";
import type { TransactionBudget } from "../transactions/transactionBudget.ts";
import {
  decodeTxAnnounce,
  decodeTxBatch,
  decodeTxRequest,
  encodeTxAnnounce,
  encodeTxBatch,
  encodeTxRequest,
  TX_ANNOUNCE,
  TX_BATCH,
  TX_BATCH_BYTES_MAX,
  TX_ITEMS_MAX,
  TX_REQUEST,
} from "./wire.ts";

export interface GossipDeps {
  /** Number of validators: peers below it are validators, the others followers. */
  readonly validators: number;
  readonly peers: () => readonly number[];
  readonly send: (to: number, type: number, body: Uint8Array) => void;
  readonly held: (hash: Digest) => { readonly envelope: Uint8Array; readonly feeCap: bigint } | undefined;
  /** What each peer may still send; asked for every batch (kairos N7). */
  readonly budget: TransactionBudget;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Transactions that came from a peer. */
  readonly receive: (from: number, envelopes: readonly Uint8Array[]) => void;
  readonly report: (peer: number, fault: Fault) => void;
  /** Transactions that may wait to be announced again; later ones are spread once. */
  readonly queueSize: number;
}

/** A transaction up to this size is pushed whole (kairos M9). */
const PUSH_BYTES_MAX = 4096;
/** More transactions than the peer's budget: the batch is dropped (kairos N7). */
const overBudget = fault("TX_OVER_BUDGET").fault;
const REANNOUNCE_MAX = 3;
const REQUESTS_MAX = 64;
/** Transactions announced to a peer that has just come up. */
const CATCH_UP_MAX = 4096;

/** The transaction protocol `/kairos/tx/1` (kairos M9, 13.3): whole pushes, announcements, requests and their answers. */
export class TransactionGossip {
  readonly #deps: GossipDeps;
  /** Requests that may still be answered: id to the peer that was asked. */
  readonly #asked = new Map<number, number>();
  /** Announcement rounds of transactions that are not in a block yet. */
  readonly #tracked = new Map<Digest, { sinceMs: number; rounds: number }>();
  #nextId = 1;

  constructor(deps: GossipDeps) {
    this.#deps = deps;
  }

  /** Spreads what has just entered the pool. */
  onAdmitted(nowMs: number, admitted: readonly Admitted[]): void {
    const { validators, peers } = this.#deps;
    const everyone = peers();
    const fresh: Admitted[] = [];
    const known: Admitted[] = [];
    const large: Admitted[] = [];
    for (const item of admitted) {
      if (this.#tracked.size < this.#deps.queueSize) this.#tracked.set(item.hash, { sinceMs: nowMs, rounds: 0 });
      const fromValidator = item.from !== undefined && item.from < validators;
      if (fromValidator) known.push(item);
      else if (item.envelope.length <= PUSH_BYTES_MAX) fresh.push(item);
      else large.push(item);
    }
    const pushes = batches(fresh.map(({ envelope }) => envelope)).map((batch) => encodeTxBatch(0, batch));
    for (const peer of everyone) {
      if (peer < validators) for (const body of pushes) this.#deps.send(peer, TX_BATCH, body);
      this.#announce(peer, peer < validators ? large : [...fresh, ...known, ...large]);
    }
  }

  /** Tells a peer that has just come up what is waiting here, oldest first, so that it can ask for what it lacks. */
  onPeerUp(peer: number): void {
    const waiting: Admitted[] = [];
    for (const hash of this.#tracked.keys()) {
      const envelope = this.#deps.held(hash)?.envelope;
      if (envelope !== undefined) waiting.push({ hash, envelope, from: undefined });
      if (waiting.length >= CATCH_UP_MAX) break;
    }
    this.#announce(peer, waiting);
  }

  /** A peer that has gone is owed nothing; what it may send is counted anew when it is back. */
  onPeerDown(peer: number): void {
    this.#deps.budget.forget(peer);
    for (const [id, asked] of this.#asked) if (asked === peer) this.#asked.delete(id);
  }

  /** Announces again what is still waiting after `intervalMs`, at most three times (M9). */
  regossip(nowMs: number, intervalMs: number): void {
    const due: Admitted[] = [];
    for (const [hash, state] of this.#tracked) {
      if (nowMs - state.sinceMs < intervalMs) continue;
      const envelope = this.#deps.held(hash)?.envelope;
      if (envelope === undefined || state.rounds >= REANNOUNCE_MAX) this.#tracked.delete(hash);
      else {
        state.sinceMs = nowMs;
        state.rounds++;
        due.push({ hash, envelope, from: undefined });
      }
    }
    for (const peer of this.#deps.peers()) this.#announce(peer, due);
  }

  /** Included transactions need no more announcing. */
  onFinalized(hashes: Iterable<Digest>): void {
    for (const hash of hashes) this.#tracked.delete(hash);
  }

  /** A frame of types 0x10 to 0x12. */
  onFrame(from: number, type: number, body: Uint8Array): void {
    if (type === TX_ANNOUNCE) this.#onAnnounce(from, body);
    else if (type === TX_REQUEST) this.#onRequest(from, body);
    else if (type === TX_BATCH) this.#onBatch(from, body);
  }

  #onAnnounce(from: number, body: Uint8Array): void {
    const items = decodeTxAnnounce(body);
    if (!items.ok) {
      this.#deps.report(from, items.fault);
      return;
    }
    const wanted = items.value.filter(({ hash }) => this.#deps.held(hash) === undefined);
    if (wanted.length === 0) return;
    const id = this.#nextId++;
    this.#asked.set(id, from);
    for (const old of this.#asked.keys()) {
      if (this.#asked.size <= REQUESTS_MAX) break;
      this.#asked.delete(old);
    }
    this.#deps.send(
      from,
      TX_REQUEST,
      encodeTxRequest(
        id,
        wanted.map(({ hash }) => hash),
      ),
    );
  }

  #onRequest(from: number, body: Uint8Array): void {
    const request = decodeTxRequest(body);
    if (!request.ok) {
      this.#deps.report(from, request.fault);
      return;
    }
    const held = request.value.hashes.flatMap((hash) => this.#deps.held(hash)?.envelope ?? []);
    // One request causes at most one bounded reply (N9).
    const first = batches(held)[0] ?? [];
    this.#deps.send(from, TX_BATCH, encodeTxBatch(request.value.requestId, first));
  }

  #onBatch(from: number, body: Uint8Array): void {
    const batch = decodeTxBatch(body);
    if (!batch.ok) {
      this.#deps.report(from, batch.fault);
      return;
    }
    const { requestId, envelopes } = batch.value;
    if (requestId !== 0 && this.#asked.get(requestId) !== from) {
      this.#deps.report(from, fault("UNSOLICITED_REPLY").fault);
      return;
    }
    this.#asked.delete(requestId);
    if (envelopes.length === 0) return;
    if (this.#deps.budget.pay(from, envelopes.length, this.#deps.nowMs())) this.#deps.receive(from, envelopes);
    else this.#deps.report(from, overBudget);
  }

  #announce(peer: number, items: readonly Admitted[]): void {
    const others = items.filter(({ from }) => from !== peer);
    for (let at = 0; at < others.length; at += TX_ITEMS_MAX) {
      const part = others.slice(at, at + TX_ITEMS_MAX).map(({ hash, envelope }) => ({
        hash,
        sizeBytes: envelope.length,
        feeCap: this.#deps.held(hash)?.feeCap ?? 0n,
      }));
      this.#deps.send(peer, TX_ANNOUNCE, encodeTxAnnounce(part));
    }
  }
}

/** Cuts envelopes into batches within the frame's limits by count and bytes. */
function batches(envelopes: readonly Uint8Array[]): readonly (readonly Uint8Array[])[] {
  const all: Uint8Array[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const envelope of envelopes) {
    const current = all.at(-1);
    const size = envelope.length + 5;
    if (current === undefined || current.length >= TX_ITEMS_MAX || bytes + size > TX_BATCH_BYTES_MAX - 64) {
      all.push([envelope]);
      bytes = size;
    } else {
      current.push(envelope);
      bytes += size;
    }
  }
  return all;
}
