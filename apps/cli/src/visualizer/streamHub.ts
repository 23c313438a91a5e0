import type { ServerResponse } from "node:http";
import { EventLog } from "./eventLog.ts";
import { differences, emptyState, type RingState } from "./events.ts";

/** Readers of `/api/events` at a time (kairos V3). */
export const maxStreams = 64;
/** A reader that is so far behind is cut off; it comes back and resumes. */
const maxPendingBytes = 1024 * 1024;
const sampleMs = 100;
const keepAliveMs = 15_000;

/** Samples the ring ten times a second and sends every reader the differences (kairos V2, V7). */
export class StreamHub {
  readonly #read: () => RingState;
  readonly #log: EventLog;
  readonly #streams = new Set<ServerResponse>();
  readonly #timers: readonly NodeJS.Timeout[];
  #state: RingState = emptyState;

  /** @param nowMs Unix milliseconds; the numbers of events begin above those of any earlier run */
  constructor(read: () => RingState, nowMs: number) {
    this.#read = read;
    this.#log = new EventLog(nowMs * 1_000);
    const keepAlive = setInterval(() => this.#send(": keep-alive\n\n"), keepAliveMs);
    this.#timers = [setInterval(() => this.sample(), sampleMs), keepAlive];
  }

  /** Looks at the ring now. */
  sample(): void {
    const state = this.#read();
    const text = this.#log.append(differences(this.#state, state));
    this.#state = state;
    if (text !== "") this.#send(text);
  }

  /**
   * Begins a stream: from the reader's last event when that is known still, else with the whole present state.
   * @returns false when there are too many
   */
  open(response: ServerResponse, lastId: string | undefined): boolean {
    if (this.#streams.size >= maxStreams) return false;
    this.#streams.add(response);
    response.on("close", () => this.#streams.delete(response));
    response.writeHead(200, { "content-type": "text/event-stream" });
    const missed = this.#log.since(lastId) ?? this.#log.replay(differences(emptyState, this.#state));
    response.write(`retry: 1000\n\n${missed}`);
    return true;
  }

  /** Streams that are open. */
  get size(): number {
    return this.#streams.size;
  }

  /** Ends every stream. */
  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const stream of this.#streams) stream.end();
  }

  #send(text: string): void {
    const bytes = Buffer.from(text);
    for (const stream of this.#streams) {
      if (stream.writableLength > maxPendingBytes) stream.destroy();
      else stream.write(bytes);
    }
  }
}
