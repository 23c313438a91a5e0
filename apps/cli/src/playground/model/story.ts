import type { PlannedFault, Violation } from "@polis/simulator";
import { MARK_KINDS, type MarkKind } from "@polis/simulator/trace";
import type { Recording } from "./recording.ts";

/** How an event looks in the log and on the time line. */
export type Tone = "proposal" | "notarized" | "final" | "nullified" | "fault" | "broken";

/** Something worth telling. */
export interface StoryEvent {
  readonly atUs: number;
  readonly tone: Tone;
  readonly text: string;
  /** The view that it is about, 0 for none. */
  readonly view: number;
  /** Told to those who listen rather than look. */
  readonly loud: boolean;
}

/** What the story must know of the run. */
export interface Cast {
  readonly n: number;
  readonly m: number;
  readonly l: number;
  readonly validatorOf: readonly number[];
  readonly faulty: ReadonlyMap<number, string>;
  readonly faults: readonly PlannedFault[];
}

/** Two honest replicas have different final blocks at one height: what must never happen. */
export interface Fork {
  readonly atUs: number;
  readonly height: number;
  readonly blocks: readonly [number, number];
}

const maxEvents = 20_000;

/** Tells a recording in words, as far as it has come: the first of each kind in each view, and all that is wrong. */
export class Story {
  readonly events: StoryEvent[] = [];
  readonly forks: Fork[] = [];
  readonly #cast: Cast;
  readonly #recording: Recording;
  readonly #told = new Set<string>();
  readonly #proposals = new Map<number, number>();
  /** The first final block of an honest replica by height. */
  readonly #chain: number[] = [];
  readonly #running = new Set<number>();
  #next = 0;

  constructor(recording: Recording, cast: Cast) {
    this.#recording = recording;
    this.#cast = cast;
    for (const fault of cast.faults) this.#plan(fault);
    this.#sort(0);
  }

  /** Reads on to the end of the recording. */
  update(): void {
    const { marks } = this.#recording;
    const from = this.events.length;
    for (; this.#next < marks.atUs.length; this.#next++) this.#read(this.#next);
    if (this.events.length > from) this.#sort(0);
  }

  /** Adds what the judge has found. */
  judge(violations: readonly Violation[]): void {
    for (const { code, message, atMs, node } of violations) {
      const who = node === undefined ? "" : ` at replica ${node}`;
      const rule = code === "ASSERT" ? "A replica stopped itself" : `${code} broken`;
      this.#tell(atMs * 1000, "broken", `${rule}${who}: ${message.split(" | ")[0]}`, 0, true);
    }
    this.#sort(0);
  }

  /** Number of events up to and including a time. */
  countUntil(us: number): number {
    let low = 0;
    let high = this.events.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.events[middle]!.atUs <= us) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #tell(atUs: number, tone: Tone, text: string, view = 0, loud = false): void {
    if (this.events.length < maxEvents) this.events.push({ atUs, tone, text, view, loud });
  }

  #sort(from: number): void {
    if (from < this.events.length) this.events.sort((a, b) => a.atUs - b.atUs);
  }

  #once(key: string): boolean {
    if (this.#told.has(key)) return false;
    this.#told.add(key);
    return true;
  }

  #read(row: number): void {
    const { marks } = this.#recording;
    const atUs = marks.atUs.at(row);
    const node = marks.node.at(row);
    const validator = this.#cast.validatorOf[node] ?? node;
    const view = marks.view.at(row);
    const block = marks.block.at(row);
    const { n, m, l, faulty } = this.#cast;
    const honest = !faulty.has(validator) && validator < n;
    switch (MARK_KINDS[marks.kind.at(row)] as MarkKind) {
      case "up":
        if (this.#running.has(node)) this.#tell(atUs, "fault", `Replica ${validator} runs again`, 0, true);
        this.#running.add(node);
        break;
      case "down":
        this.#tell(atUs, "fault", `Replica ${validator} stops`, 0, true);
        break;
      case "seen":
        this.#proposal(atUs, view, block, marks.arg.at(row));
        break;
      case "notarization":
        if (this.#once(`m${view}/${block}`)) {
          this.#tell(atUs, "notarized", `View ${view}${this.#letter(block)} certified: ${m} of ${n} votes (M)`, view);
        }
        break;
      case "nullification":
        if (this.#once(`n${view}`)) {
          this.#tell(atUs, "nullified", `View ${view} nullified: ${m} of ${n} gave up waiting (N)`, view, true);
        }
        break;
      case "final":
        if (honest) this.#final(atUs, view, block, marks.arg.at(row), validator, l);
        break;
      default:
        break;
    }
  }

  #proposal(atUs: number, view: number, block: number, leader: number): void {
    if (!this.#once(`p${block}`)) return;
    const before = this.#proposals.get(view);
    this.#proposals.set(view, (before ?? 0) + 1);
    const name = this.#nameOf(block);
    if (before === undefined) {
      this.#tell(atUs, "proposal", `View ${view}: replica ${leader} proposes block ${name}`, view);
    } else {
      const text = `View ${view}: replica ${leader} proposes a second block, ${name}: it equivocates`;
      this.#tell(atUs, "fault", text, view, true);
    }
  }

  #final(atUs: number, view: number, block: number, height: number, validator: number, l: number): void {
    const known = this.#chain[height];
    if (known === undefined) {
      this.#chain[height] = block;
      const text = `View ${view}${this.#letter(block)} final at height ${height}: ${l} of ${this.#cast.n} votes (L)`;
      this.#tell(atUs, "final", text, view, true);
    } else if (known !== block && this.#once(`f${height}`)) {
      this.forks.push({ atUs, height, blocks: [known, block] });
      const names = `${this.#nameOf(known)} and ${this.#nameOf(block)}`;
      this.#tell(
        atUs,
        "broken",
        `SAFETY BROKEN at height ${height}: ${names} are both final (replica ${validator})`,
        view,
        true,
      );
    }
  }

  #nameOf(block: number): string {
    return (this.#recording.blocks[block]?.digest ?? "").slice(0, 6);
  }

  /** Blocks of one view are told apart by a letter, when there are several. */
  #letter(block: number): string {
    const rank = this.#recording.rank[block] ?? 0;
    const isAlone = (this.#proposals.get(this.#recording.blocks[block]?.view ?? 0) ?? 0) < 2;
    return rank === 0 && isAlone ? "" : ` (block ${String.fromCharCode(65 + Math.min(rank, 25))})`;
  }

  #plan(fault: PlannedFault): void {
    const from = fault.fromMs * 1000;
    const until = fault.untilMs * 1000;
    if (fault.kind === "crash") return;
    const rest = Array.from({ length: this.#cast.n }, (_, i) => i);
    const words = {
      cut: () => {
        const { group } = fault as Extract<PlannedFault, { kind: "cut" }>;
        const others = rest.filter((i) => !group.includes(i));
        return [`The network splits: ${group.join(", ")} from ${others.join(", ")}`, "The network is whole again"];
      },
      slow: () => {
        const { node, extraMs } = fault as Extract<PlannedFault, { kind: "slow" }>;
        return [`Links of replica ${node} are ${extraMs} ms slower`, `Links of replica ${node} are as before`];
      },
      loss: () => {
        const { perMille } = fault as Extract<PlannedFault, { kind: "loss" }>;
        return [`Links lose ${perMille / 10} % of all messages`, "Links lose nothing any more"];
      },
    }[fault.kind]();
    this.#tell(from, "fault", words[0]!, 0, true);
    this.#tell(until, "fault", words[1]!, 0, true);
  }
}
