import type { ReplicaEvent } from "@polis/minimmit";
import type { SimNode } from "../node/simNode.ts";
import type { Prng } from "../random/prng.ts";
import type { World } from "../world/world.ts";
import { type DelayModel, drawDelay } from "./delays.ts";

interface Held {
  readonly from: SimNode;
  readonly to: SimNode;
  readonly event: ReplicaEvent;
}

/** Messages held behind a partition at most; the rest are lost. */
const MAX_HELD = 20_000;

/** What can be wrong with the network; everything may change during a run. */
export interface NetworkFaults {
  delay: DelayModel;
  lossPerMille: number;
  duplicatePerMille: number;
  /** True: a link delivers in sending order, as TLS streams do. False: every message finds its own way. */
  inOrder: boolean;
  /** True: what is sent across a partition arrives after the partition has healed; false: it is lost. */
  holdBlocked: boolean;
  /** Outgoing bytes per millisecond and node; 0 is unlimited. */
  bytesPerMs: number;
}

/** Sees every message as it sets off, for recordings; it must change nothing. */
export interface NetworkTap {
  /** `arrivesUs` is undefined for a message that is lost or held back. */
  flies(from: SimNode, to: SimNode, event: ReplicaEvent, arrivesUs: number | undefined): void;
}

/** Links between all nodes with delay, loss, duplication, reordering, bandwidth and one-way partitions. */
export class Network {
  readonly faults: NetworkFaults;
  readonly #world: World;
  readonly #prng: Prng;
  readonly #nodes: readonly SimNode[];
  /** blocked[from][to] */
  #blocked: boolean[][] = [];
  /** Extra microseconds on a slow link. */
  #slow: number[][] = [];
  readonly #lastArrival: number[][] = [];
  readonly #busyUntil: number[] = [];
  #held: Held[] = [];
  /** For systematic schedules: what it refuses is lost on this link. */
  gate: ((from: SimNode, to: SimNode, event: ReplicaEvent) => boolean) | undefined;
  tap: NetworkTap | undefined;
  sent = 0;
  bytes = 0;

  constructor(world: World, prng: Prng, nodes: readonly SimNode[], faults: NetworkFaults) {
    this.#world = world;
    this.#prng = prng;
    this.#nodes = nodes;
    this.faults = faults;
  }

  /** Sends to every node that holds the key of validator `index` (two with twins). */
  toValidator(from: SimNode, index: number, event: ReplicaEvent, bytes: number): void {
    for (const node of this.#nodes) if (node.index === index) this.transmit(from, node, event, bytes);
  }

  /** Sends on the link between two nodes. */
  transmit(from: SimNode, to: SimNode, event: ReplicaEvent, bytes: number): void {
    this.sent++;
    this.bytes += bytes;
    if (this.#isLost(from, to, event)) {
      this.tap?.flies(from, to, event, undefined);
      return;
    }
    const { duplicatePerMille } = this.faults;
    this.#schedule(from, to, event, bytes);
    if (duplicatePerMille > 0 && this.#prng.chance(duplicatePerMille)) this.#schedule(from, to, event, bytes);
  }

  /** Cuts the directed links for which `isCut` holds and restores all others; held messages of restored links set off. */
  cut(isCut: (from: SimNode, to: SimNode) => boolean): void {
    this.#blocked = this.#nodes.map((from) => this.#nodes.map((to) => from !== to && isCut(from, to)));
    const held = this.#held;
    this.#held = [];
    for (const { from, to, event } of held) this.transmit(from, to, event, 0);
  }

  /** Restores all links. */
  heal(): void {
    this.cut(() => false);
    this.#slow = [];
  }

  /** Adds `extraUs` to every message from one node to another. */
  slowDown(from: SimNode, to: SimNode, extraUs: number): void {
    this.#slow[from.id] ??= [];
    this.#slow[from.id]![to.id] = extraUs;
  }

  /** True when the directed link works. */
  isOpen(from: SimNode, to: SimNode): boolean {
    return this.#blocked[from.id]?.[to.id] !== true;
  }

  #isLost(from: SimNode, to: SimNode, event: ReplicaEvent): boolean {
    if (this.gate?.(from, to, event) === false) return true;
    if (this.#blocked[from.id]?.[to.id] === true) {
      if (this.faults.holdBlocked && this.#held.length < MAX_HELD) this.#held.push({ from, to, event });
      return true;
    }
    const { lossPerMille } = this.faults;
    return lossPerMille > 0 && this.#prng.chance(lossPerMille);
  }

  #schedule(from: SimNode, to: SimNode, event: ReplicaEvent, bytes: number): void {
    const { delay, inOrder, bytesPerMs } = this.faults;
    let leaves = this.#world.nowUs;
    if (bytesPerMs > 0) {
      leaves = Math.max(leaves, this.#busyUntil[from.id] ?? 0) + Math.ceil((bytes * 1000) / bytesPerMs);
      this.#busyUntil[from.id] = leaves;
    }
    let arrives = leaves + drawDelay(delay, from.index, to.index, this.#prng) + (this.#slow[from.id]?.[to.id] ?? 0);
    if (inOrder) {
      this.#lastArrival[from.id] ??= [];
      const last = this.#lastArrival[from.id]!;
      arrives = Math.max(arrives, last[to.id] ?? 0);
      last[to.id] = arrives;
    }
    this.tap?.flies(from, to, event, arrives);
    this.#world.deliver(arrives, to, -1, event);
  }
}
