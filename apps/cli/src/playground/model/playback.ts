import { MARK_KINDS, type MarkKind } from "@polis/simulator/trace";
import type { Recording } from "./recording.ts";

/** What became of a view, as the dashboard names it; "unseen" before the replica has heard of it. */
export type CellLabel = "final" | "notarized" | "nullified" | "cascade" | "progress" | "unseen";

/** What one replica knows about one view. */
export interface ViewState {
  /** Signers whose votes are counted, by block. */
  readonly votes: Map<number, Set<number>>;
  readonly nullifies: Set<number>;
  /** Blocks with a certificate that the replica holds. */
  readonly notarized: Set<number>;
  nullified: boolean;
  /** The finalized block of the view, 0 for none. */
  final: number;
  /** The certificate that finalizes has been seen. */
  hasFinalization: boolean;
  cascade: boolean;
  skipped: boolean;
}

/** One replica at the present moment of the playback. */
export interface NodeState {
  up: boolean;
  view: number;
  /** Leader of its view, -1 before the first one. */
  leader: number;
  finalHeight: number;
  finalView: number;
  lastFinalUs: number;
  readonly views: Map<number, ViewState>;
  /** Final blocks by height. */
  readonly chain: number[];
}

/** Goes through a recording: everything that is known at a time, forward and back. */
export class Playback {
  nodes: NodeState[] = [];
  nowUs = 0;
  readonly #recording: Recording;
  readonly #count: number;
  /** Marks that have been applied. */
  #next = 0;

  constructor(recording: Recording, nodeCount: number) {
    this.#recording = recording;
    this.#count = nodeCount;
    this.#reset();
  }

  /** Goes to a time; going back means beginning anew, which takes milliseconds. */
  seek(toUs: number): void {
    if (toUs < this.nowUs) this.#reset();
    this.nowUs = toUs;
    const { marks } = this.#recording;
    while (this.#next < marks.atUs.length && marks.atUs.at(this.#next) <= toUs) this.#apply(this.#next++);
  }

  /** What a node knows about a view. */
  label(node: number, view: number): CellLabel {
    const known = this.nodes[node]?.views.get(view);
    if (known === undefined) return (this.nodes[node]?.view ?? 0) >= view ? "progress" : "unseen";
    if (known.final !== 0 || known.hasFinalization) return "final";
    if (known.cascade) return "cascade";
    if (known.skipped) return "nullified";
    if (known.notarized.size > 0) return "notarized";
    return known.nullified ? "nullified" : "progress";
  }

  #reset(): void {
    this.nodes = Array.from({ length: this.#count }, () => ({
      up: false,
      view: 0,
      leader: -1,
      finalHeight: 0,
      finalView: 0,
      lastFinalUs: 0,
      views: new Map<number, ViewState>(),
      chain: [],
    }));
    this.nowUs = 0;
    this.#next = 0;
  }

  #apply(row: number): void {
    const { marks } = this.#recording;
    const node = this.nodes[marks.node.at(row)];
    if (node === undefined) return;
    const kind = MARK_KINDS[marks.kind.at(row)] as MarkKind;
    const arg = marks.arg.at(row);
    const block = marks.block.at(row);
    if (kind === "up") node.up = true;
    else if (kind === "down") {
      // Memory is gone; what it finalized is on its disk.
      Object.assign(node, { up: false, view: 0, leader: -1 });
      for (const [view, known] of node.views) if (known.final === 0) node.views.delete(view);
    } else if (kind === "entered") {
      node.view = marks.view.at(row);
      node.leader = arg;
    } else this.#learn(node, viewOf(node, marks.view.at(row)), kind, block, arg, row);
  }

  #learn(node: NodeState, known: ViewState, kind: MarkKind, block: number, arg: number, row: number): void {
    const voters = () => {
      const found = known.votes.get(block) ?? new Set<number>();
      known.votes.set(block, found);
      return found;
    };
    switch (kind) {
      case "seen":
        voters();
        break;
      case "counted":
        voters().add(arg);
        break;
      case "dropped":
        voters().delete(arg);
        break;
      case "counted nullify":
        known.nullifies.add(arg);
        break;
      case "dropped nullify":
        known.nullifies.delete(arg);
        break;
      case "notarization":
        known.notarized.add(block);
        break;
      case "finalization":
        known.hasFinalization = true;
        break;
      case "nullification":
        known.nullified = true;
        break;
      case "skipped":
        known.skipped = true;
        known.cascade = arg === 1;
        break;
      case "final":
        known.final = block;
        node.finalHeight = arg;
        node.finalView = this.#recording.marks.view.at(row);
        node.lastFinalUs = this.#recording.marks.atUs.at(row);
        node.chain[arg] = block;
        break;
      default:
        break;
    }
  }
}

function viewOf(node: NodeState, view: number): ViewState {
  let known = node.views.get(view);
  if (known === undefined) {
    known = {
      votes: new Map(),
      nullifies: new Set(),
      notarized: new Set(),
      nullified: false,
      final: 0,
      hasFinalization: false,
      cascade: false,
      skipped: false,
    };
    node.views.set(view, known);
  }
  return known;
}
