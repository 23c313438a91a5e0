import type { ReplicaEvent } from "@polis/minimmit";
import type { SimNode } from "../node/simNode.ts";
import type { SimNetwork } from "../run/buildNetwork.ts";
import {
  FLIGHT_KINDS,
  type FlightKind,
  MARK_KINDS,
  type MarkKind,
  NEVER_US,
  TRACE_LIMITS,
  type TraceChunk,
  type TracedBlock,
} from "./trace.ts";

const FLIGHT_NUMBER = new Map<FlightKind, number>(FLIGHT_KINDS.map((kind, i) => [kind, i]));
const MARK_NUMBER = new Map<MarkKind, number>(MARK_KINDS.map((kind, i) => [kind, i]));
const FLIGHT_COLUMNS = 7;
const MARK_COLUMNS = 6;

type Spoken = readonly [kind: FlightKind, view: number, digest: string | undefined];

/** How much is written down at most. */
export type RecorderLimits = { readonly [Kind in keyof typeof TRACE_LIMITS]: number };

/** Writes down all messages of a network and what its replicas make of them; it changes nothing. */
export class Recorder {
  /** True from the first thing on that there was no room for. */
  full = false;
  /** Rows of numbers since the last call of `take`. */
  #flights: number[] = [];
  #marks: number[] = [];
  #blocks: TracedBlock[] = [];
  readonly #numbers = new Map<string, number>();
  #flightCount = 0;
  #markCount = 0;
  readonly #limits: RecorderLimits;
  #nowUs: () => number = () => 0;

  constructor(limits: RecorderLimits = TRACE_LIMITS) {
    this.#limits = limits;
  }

  /** Attaches to a network that has not started. */
  attach({ world, network, nodes }: SimNetwork): void {
    this.#nowUs = () => world.nowUs;
    network.tap = {
      flies: (from, to, event, arrivesUs) => {
        const [kind, view, digest] = spokenBy(event, from);
        this.#flight([
          world.nowUs,
          arrivesUs ?? NEVER_US,
          from.id,
          to.id,
          FLIGHT_NUMBER.get(kind)!,
          view,
          this.#block(digest, view),
        ]);
      },
    };
    for (const node of nodes) this.#watch(node);
  }

  /** Everything since the last call. */
  take(): TraceChunk {
    const flights = this.#flights;
    const marks = this.#marks;
    const blocks = this.#blocks;
    [this.#flights, this.#marks, this.#blocks] = [[], [], []];
    const f = (column: number) => columnOf(flights, FLIGHT_COLUMNS, column);
    const m = (column: number) => columnOf(marks, MARK_COLUMNS, column);
    return {
      flights: {
        sentUs: Uint32Array.from(f(0)),
        arrivesUs: Uint32Array.from(f(1)),
        from: Uint8Array.from(f(2)),
        to: Uint8Array.from(f(3)),
        kind: Uint8Array.from(f(4)),
        view: Uint32Array.from(f(5)),
        block: Uint16Array.from(f(6)),
      },
      marks: {
        atUs: Uint32Array.from(m(0)),
        node: Uint8Array.from(m(1)),
        kind: Uint8Array.from(m(2)),
        view: Uint32Array.from(m(3)),
        block: Uint16Array.from(m(4)),
        arg: Uint32Array.from(m(5)),
      },
      blocks,
    };
  }

  #watch(node: SimNode): void {
    const mark = (kind: MarkKind, view = 0, digest?: string, arg = 0) => this.#mark(node.id, kind, view, digest, arg);
    node.watcher = {
      started: () => mark("up"),
      stopped: () => mark("down"),
      observed: (seen) => {
        if (seen.what === "entered") mark("entered", seen.view, undefined, seen.leader);
        else if (seen.what === "proposed") mark("seen", seen.view, seen.digest, node.index);
        else if (seen.what === "proposalSeen") mark("seen", seen.view, seen.digest, seen.leader);
        else if (seen.what === "voted") mark("voted", seen.view, seen.digest);
        else if (seen.what === "nullifySent") mark("nullified", seen.view);
        else if (seen.what === "certificate")
          mark(seen.certificate.kind, seen.certificate.view, seen.certificate.digest);
        else if ((seen.what === "vote" && seen.result === "valid") || seen.what === "voteDropped") {
          const { vote } = seen;
          const word = seen.what === "vote" ? "counted" : "dropped";
          if (vote.kind === "nullify") mark(`${word} nullify`, vote.view, undefined, vote.signer);
          else mark(word, vote.view, vote.digest, vote.signer);
        }
      },
      finalized: ({ blocks, views }) => {
        for (const { view, label } of views) mark("skipped", view, undefined, Number(label === "skipped"));
        for (const { view, digest, height } of blocks) mark("final", view, digest, height);
      },
    };
  }

  #flight(row: readonly number[]): void {
    if (++this.#flightCount > this.#limits.flights) this.full = true;
    else this.#flights.push(...row);
  }

  #mark(node: number, kind: MarkKind, view: number, digest: string | undefined, arg: number): void {
    if (++this.#markCount > this.#limits.marks) this.full = true;
    else this.#marks.push(this.#nowUs(), node, MARK_NUMBER.get(kind)!, view, this.#block(digest, view), arg);
  }

  #block(digest: string | undefined, view: number): number {
    if (digest === undefined) return 0;
    const known = this.#numbers.get(digest);
    if (known !== undefined) return known;
    if (this.#numbers.size >= this.#limits.blocks) {
      this.full = true;
      return 0;
    }
    this.#numbers.set(digest, this.#numbers.size + 1);
    this.#blocks.push({ digest, view });
    return this.#numbers.size;
  }
}

function spokenBy(event: ReplicaEvent, from: SimNode): Spoken {
  if (event.kind === "request") return ["request", 0, undefined];
  if (event.kind !== "message") return ["reply", 0, undefined];
  const { message } = event;
  switch (message.kind) {
    case "propose": {
      const inspected = from.ledger?.inspect(message.block);
      return ["proposal", message.view, inspected?.ok === true ? inspected.value.digest : undefined];
    }
    case "notarize":
      return ["vote", message.view, message.digest];
    case "nullify":
      return ["nullify", message.view, undefined];
    case "certificate":
      return [message.certificate.kind, message.certificate.view, message.certificate.digest];
    case "status":
      return ["status", message.view, undefined];
    default:
      return ["status", 0, undefined];
  }
}

function columnOf(rows: readonly number[], width: number, column: number): ArrayLike<number> & { length: number } {
  const out = new Array<number>(rows.length / width);
  for (let i = 0, at = column; i < out.length; i++, at += width) out[i] = rows[at]!;
  return out;
}
