import type { Samples } from "../samples.ts";
import type { RpcAnswer, RpcClient } from "./rpcClient.ts";

/** An account that pays: it makes its own signed envelopes of type 0x4b. */
export interface LoadAccount {
  /** 40 hex characters. */
  readonly addressHex: string;
  /** @returns the signed envelope and its transaction hash, both as `0x` hex. */
  sign(nonce: bigint): { readonly raw: string; readonly hash: string };
}

interface Entry {
  readonly account: LoadAccount;
  /** Next nonce; unknown until the validator was asked. */
  nonce: bigint | undefined;
}

const REQUESTS_MAX = 8;
const WATCHED_MAX = 8;
export const BATCH_MAX = 100;

/** The accounts that talk to one validator: an account stays with one, so that its nonces arrive in order. */
export class Lane {
  sent = 0;
  refused = 0;
  readonly #client: RpcClient;
  readonly #entries: Entry[];
  readonly #finalityMs: Samples;
  readonly #watched = new Map<string, number>();
  #next = 0;
  #busy = 0;
  #polling = false;

  /** @param finalityMs takes the time from submission to a final receipt of a sample of the payments. */
  constructor(client: RpcClient, accounts: readonly LoadAccount[], finalityMs: Samples) {
    this.#client = client;
    this.#entries = accounts.map((account) => ({ account, nonce: undefined }));
    this.#finalityMs = finalityMs;
  }

  /** Signs and sends up to `count` payments in one batch. @returns how many. */
  send(count: number): number {
    if (this.#busy >= REQUESTS_MAX) return 0;
    const batch: { entry: Entry; hash: string; raw: string }[] = [];
    for (let tried = 0; tried < this.#entries.length && batch.length < Math.min(count, BATCH_MAX); tried++) {
      const entry = this.#entries[this.#next++ % this.#entries.length];
      if (entry?.nonce === undefined) continue;
      batch.push({ entry, ...entry.account.sign(entry.nonce) });
      entry.nonce += 1n;
    }
    const sample = batch[0];
    if (sample === undefined) return 0;
    const at = performance.now();
    this.#busy++;
    this.sent += batch.length;
    this.#client
      .batch(batch.map(({ raw }) => ({ method: "eth_sendRawTransaction", params: [raw] })))
      .then((answers) => {
        this.#onAnswers(batch, answers);
        if (answers[0]?.ok && this.#watched.size < WATCHED_MAX) this.#watched.set(sample.hash, at);
      })
      .catch(() => this.#onUnreachable(batch.length))
      .finally(() => {
        this.#busy--;
      });
    return batch.length;
  }

  /** Asks for the receipts of the watched payments, one request at a time. */
  poll(): void {
    if (this.#polling || this.#watched.size === 0) return;
    this.#polling = true;
    const hashes = [...this.#watched.keys()];
    this.#client
      .batch(hashes.map((hash) => ({ method: "eth_getTransactionReceipt", params: [hash] })))
      .then((answers) => this.#onReceipts(hashes, answers))
      .catch(() => this.#watched.clear())
      .finally(() => {
        this.#polling = false;
      });
  }

  /** Asks for the next nonce of every account that does not know it. */
  async refreshNonces(): Promise<void> {
    const lost = this.#entries.filter(({ nonce }) => nonce === undefined).slice(0, 10 * BATCH_MAX);
    for (let from = 0; from < lost.length; from += BATCH_MAX) {
      const part = lost.slice(from, from + BATCH_MAX);
      const params = part.map(({ account }) => [`0x${account.addressHex}`, "pending"]);
      const calls = params.map((list) => ({ method: "eth_getTransactionCount", params: list }));
      const answers = await this.#client.batch(calls).catch(() => []);
      answers.forEach((answer, i) => {
        const entry = part[i];
        if (entry && answer.ok && typeof answer.result === "string") entry.nonce = BigInt(answer.result);
      });
    }
  }

  #onAnswers(batch: readonly { readonly entry: Entry }[], answers: readonly RpcAnswer[]): void {
    answers.forEach((answer, i) => {
      if (answer.ok) return;
      this.refused++;
      // The nonces behind a refused one would leave a gap: ask the validator where this account stands.
      const entry = batch[i]?.entry;
      if (entry) entry.nonce = undefined;
    });
  }

  #onReceipts(hashes: readonly string[], answers: readonly RpcAnswer[]): void {
    const now = performance.now();
    answers.forEach((answer, i) => {
      const hash = hashes[i] ?? "";
      const at = this.#watched.get(hash);
      if (at === undefined || !answer.ok || answer.result === null) return;
      this.#finalityMs.add(now - at);
      this.#watched.delete(hash);
    });
  }

  #onUnreachable(count: number): void {
    this.refused += count;
    for (const entry of this.#entries) entry.nonce = undefined;
    this.#watched.clear();
  }
}
