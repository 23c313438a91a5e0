import { randomBytes } from "node:crypto";
import type { SubscriptionPort } from "./caller.ts";
import type { Json } from "./types.ts";

interface Entry {
  readonly notification: string;
  /** What was pushed before the client could know the id; undefined once it can. */
  early: Json[] | undefined;
  end: (() => void) | undefined;
}

/** What a hub needs of its socket. */
export interface HubSocket {
  readonly maxSubscriptions: number;
  /** Sends one notification. */
  notify(text: string): void;
  /** The client cannot take what it asked for. */
  overwhelmed(): void;
  /** A value that is not JSON: its maker is broken. */
  broken(error: unknown): void;
}

/** Values kept for a client that has not been told its subscription's id yet. */
const maxEarly = 1_000;

/** The subscriptions of one socket (kairos 16.2, 16.3). Each source is ended exactly once. */
export class SubscriptionHub implements SubscriptionPort {
  readonly #socket: HubSocket;
  readonly #entries = new Map<string, Entry>();
  #opened: string[] = [];
  #closed = false;

  constructor(socket: HubSocket) {
    this.#socket = socket;
  }

  get size(): number {
    return this.#entries.size;
  }

  hasRoom(): boolean {
    return !this.#closed && this.#entries.size < this.#socket.maxSubscriptions;
  }

  open(notification: string): { readonly id: string; readonly push: (value: Json) => void } {
    const id = `0x${randomBytes(16).toString("hex")}`;
    const entry: Entry = { notification, early: [], end: undefined };
    this.#entries.set(id, entry);
    this.#opened.push(id);
    return { id, push: (value) => this.#push(id, entry, value) };
  }

  keep(id: string, end: () => void): void {
    const entry = this.#entries.get(id);
    // A first value may have ended the socket already.
    if (entry === undefined) end();
    else entry.end = end;
  }

  end(id: string): boolean {
    const entry = this.#entries.get(id);
    if (entry === undefined) return false;
    this.#entries.delete(id);
    entry.end?.();
    return true;
  }

  /** The ids opened since the last call: their answers are about to be sent. */
  takeOpened(): readonly string[] {
    const opened = this.#opened;
    if (opened.length > 0) this.#opened = [];
    return opened;
  }

  /** The client has been sent these ids: what waited for that follows. */
  announce(ids: readonly string[]): void {
    for (const id of ids) {
      const entry = this.#entries.get(id);
      if (entry === undefined) continue;
      const early = entry.early ?? [];
      entry.early = undefined;
      for (const value of early) this.#push(id, entry, value);
    }
  }

  /** Ends every source. */
  close(): void {
    this.#closed = true;
    for (const id of [...this.#entries.keys()]) this.end(id);
  }

  #push(id: string, entry: Entry, value: Json): void {
    if (this.#entries.get(id) !== entry) return;
    if (entry.early !== undefined) {
      if (entry.early.length < maxEarly) entry.early.push(value);
      else this.#socket.overwhelmed();
      return;
    }
    let result: string;
    try {
      result = textOf(value);
    } catch (error) {
      this.#socket.broken(error);
      return;
    }
    this.#socket.notify(
      `{"jsonrpc":"2.0","method":"${entry.notification}","params":{"subscription":"${id}","result":${result}}}`,
    );
  }
}

const texts = new WeakMap<object, string>();

/** The text of a value; of an object that goes to many subscribers it is made once. */
function textOf(value: Json): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  let text = texts.get(value);
  if (text === undefined) {
    text = JSON.stringify(value);
    texts.set(value, text);
  }
  return text;
}
