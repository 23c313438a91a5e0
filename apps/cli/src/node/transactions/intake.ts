import { type Address, type Digest, type Fault, fault, type Result } from "@polis/codec";
import type { VerifyPool } from "../verify/pool.ts";

/** A transaction that has just entered the pool. */
export interface Admitted {
  readonly hash: Digest;
  readonly envelope: Uint8Array;
  /** The peer that sent it; undefined for this node's own interfaces. */
  readonly from: number | undefined;
  /** When it came, and when worker threads had verified it; monotonic milliseconds, for those that follow it. */
  readonly receivedMs?: number;
  readonly verifiedMs?: number | undefined;
}

export interface IntakeDeps {
  /** Decodes, verifies unless `sender` says that a worker did, and adds to the pool (kairos M1). */
  readonly admit: (envelope: Uint8Array, sender: Address | undefined) => Result<Digest, Fault>;
  /** Worker threads for signatures; undefined verifies in this thread. */
  readonly pool: VerifyPool | undefined;
  /** Called after each chunk with what entered the pool. */
  readonly onAdmitted: (admitted: readonly Admitted[]) => void;
  readonly onRefused: (from: number | undefined, refusal: Fault) => void;
  /** A broken invariant: the node must stop. */
  readonly fail: (error: unknown) => void;
}

interface Waiting {
  readonly envelope: Uint8Array;
  readonly from: number | undefined;
  readonly done: ((result: Result<Digest, Fault>) => void) | undefined;
  /** Monotonic milliseconds. */
  readonly atMs: number;
}

/** Bounds of what waits for admission: the `transactions` channel of kairos 1.6. */
const WAITING_MAX = 10_000;
const WAITING_BYTES_MAX = 64 * 1024 * 1024;
/** A chunk keeps the thread busy for about two milliseconds, so that votes never wait long behind payments. */
const CHUNK_INLINE = 32;
const CHUNK_POOL = 128;
/** Jobs under way in the worker threads. */
const JOBS_MAX = 8;

/** The door of the pool: transactions from interfaces and peers are admitted in small chunks between other work. */
export class TransactionIntake {
  readonly #deps: IntakeDeps;
  #waiting: Waiting[] = [];
  #bytes = 0;
  #scheduled = false;
  #jobs = 0;
  #closed = false;

  constructor(deps: IntakeDeps) {
    this.#deps = deps;
  }

  /** Transactions that wait for admission. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** From this node's own interfaces: the submitter is told the outcome (M1). */
  submit(envelope: Uint8Array): Promise<Result<Digest, Fault>> {
    return new Promise((resolve) => {
      if (this.#enqueue({ envelope, from: undefined, done: resolve, atMs: performance.now() })) return;
      this.#deps.onRefused(undefined, full().fault);
      resolve(full());
    });
  }

  /** From a peer. @returns false when the queue is full: the newcomers are refused and counted. */
  receive(from: number, envelopes: readonly Uint8Array[]): boolean {
    let all = true;
    // A copy each: a view would keep the whole frame in memory for as long as the payment lives.
    const atMs = performance.now();
    for (const envelope of envelopes) {
      if (this.#enqueue({ envelope: envelope.slice(), from, done: undefined, atMs })) continue;
      this.#deps.onRefused(from, full().fault);
      all = false;
    }
    return all;
  }

  /** Refuses what still waits. */
  close(): void {
    this.#closed = true;
    for (const { done } of this.#waiting) done?.(full());
    this.#waiting = [];
  }

  #enqueue(item: Waiting): boolean {
    if (this.#closed || this.#waiting.length >= WAITING_MAX) return false;
    if (this.#bytes + item.envelope.length > WAITING_BYTES_MAX) return false;
    this.#bytes += item.envelope.length;
    this.#waiting.push(item);
    this.#schedule();
    return true;
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0) return;
    if (this.#deps.pool !== undefined && this.#jobs >= JOBS_MAX) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      try {
        this.#chunk();
      } catch (error) {
        this.#deps.fail(error);
      }
      this.#schedule();
    });
  }

  #chunk(): void {
    const { pool } = this.#deps;
    const chunk = this.#waiting.splice(0, pool === undefined ? CHUNK_INLINE : CHUNK_POOL);
    for (const { envelope } of chunk) this.#bytes -= envelope.length;
    if (chunk.length === 0) return;
    if (pool === undefined) {
      this.#admitAll(chunk, undefined);
      return;
    }
    this.#jobs++;
    pool
      .verify(chunk.map(({ envelope }) => envelope))
      .then((senders) => {
        this.#jobs--;
        if (!this.#closed) this.#admitAll(chunk, senders);
        this.#schedule();
      })
      .catch(this.#deps.fail);
  }

  #admitAll(chunk: readonly Waiting[], senders: readonly (Address | undefined)[] | undefined): void {
    const admitted: Admitted[] = [];
    const verifiedMs = senders === undefined ? undefined : performance.now();
    for (const [i, { envelope, from, done, atMs }] of chunk.entries()) {
      // A wrong signature is judged again here, so that the refusal says what is wrong: it is the rare case.
      const result = this.#deps.admit(envelope, senders?.[i]);
      if (result.ok) admitted.push({ hash: result.value, envelope, from, receivedMs: atMs, verifiedMs });
      else this.#deps.onRefused(from, result.fault);
      done?.(result);
    }
    if (admitted.length > 0) this.#deps.onAdmitted(admitted);
  }
}

function full(): { readonly ok: false; readonly fault: Fault } {
  return fault("MEMPOOL_FULL", "ignore", "txpool is full: too many transactions wait for admission");
}
