import type { VisualizerEvent } from "./events.ts";

/** Events kept for readers that come back (kairos V7); about a minute of a busy network. */
const maxKept = 4_096;
const maxReplays = 256;

/** Numbers events and remembers the last ones as ready text, so that a reader resumes where it was cut off. */
export class EventLog {
  #next: number;
  readonly #kept: { readonly id: number; readonly text: string }[] = [];
  /** Numbers that went to one reader only: from the first up to, not including, the last. */
  readonly #replays: { readonly from: number; readonly to: number }[] = [];
  #floor: number;

  /** @param first above every number of an earlier run, so that an old number is never taken for one of this run */
  constructor(first: number) {
    this.#next = first;
    this.#floor = first - 1;
  }

  /** Numbers events for everybody. @returns their text for the stream */
  append(events: readonly VisualizerEvent[]): string {
    let all = "";
    for (const event of events) {
      const id = this.#next++;
      const text = frame(id, event);
      this.#kept.push({ id, text });
      all += text;
    }
    while (this.#kept.length > maxKept) this.#floor = this.#kept.shift()!.id;
    return all;
  }

  /** Numbers a replay of the present state, which only one reader gets. */
  replay(events: readonly VisualizerEvent[]): string {
    const from = this.#next;
    const text = events.map((event) => frame(this.#next++, event)).join("");
    this.#replays.push({ from, to: this.#next - 1 });
    while (this.#replays.length > maxReplays) this.#floor = Math.max(this.#floor, this.#replays.shift()!.to - 1);
    return text;
  }

  /** What came after an event; undefined when a full replay is needed. @param lastId the header Last-Event-ID */
  since(lastId: string | undefined): string | undefined {
    const id = Number(lastId);
    if (lastId === undefined || !Number.isSafeInteger(id) || id < this.#floor || id >= this.#next) return undefined;
    // Cut off in the middle of a replay: the rest of that state was never seen.
    if (this.#replays.some(({ from, to }) => id >= from && id < to)) return undefined;
    return this.#kept
      .filter((kept) => kept.id > id)
      .map(({ text }) => text)
      .join("");
  }
}

function frame(id: number, event: VisualizerEvent): string {
  return `id: ${id}\ndata: ${JSON.stringify(event)}\n\n`;
}
