import type { ReplicaEvent } from "@polis/minimmit";
import type { SimNode } from "../node/simNode.ts";
import { createEventQueue, type EventQueue, type Timed } from "../queue/eventQueue.ts";
import { createRunHash, type RunHash } from "../random/runHash.ts";

/** One thing that happens: an event for a node's replica, or an action of the world itself. */
export interface SimEvent extends Timed {
  readonly node: SimNode | undefined;
  /** The incarnation of the node that this is meant for; -1 for whichever runs when it arrives. */
  readonly incarnation: number;
  readonly event: ReplicaEvent | undefined;
  /** For timers: the version that was set; an older one is stale. */
  readonly token: number;
  readonly run: (() => void) | undefined;
}

/** Numbers of event kinds in the run hash. */
const KIND_CODE: Readonly<Record<ReplicaEvent["kind"], number>> = {
  start: 1,
  message: 2,
  timer: 3,
  executed: 4,
  rejected: 5,
  built: 6,
  pool: 7,
  request: 8,
  reply: 9,
  link: 10,
  messages: 11,
};

/** Virtual time and the one queue of everything that will happen. */
export class World {
  nowUs = 0;
  /** Events taken from the queue so far. */
  events = 0;
  /** Set to end the run early, such as at the first violation. */
  stopped = false;
  readonly hash: RunHash = createRunHash();
  readonly #queue: EventQueue<SimEvent> = createEventQueue<SimEvent>();

  /** Runs an action at a time in microseconds. */
  at(us: number, run: () => void): void {
    this.#queue.push({ at: us, seq: 0, node: undefined, incarnation: -1, event: undefined, token: 0, run });
  }

  /** Runs an action after a delay in milliseconds. */
  after(ms: number, run: () => void): void {
    this.at(this.nowUs + ms * 1000, run);
  }

  /** Delivers an event to a node; dropped when the node is down or, with an incarnation, has restarted since. */
  deliver(us: number, node: SimNode, incarnation: number, event: ReplicaEvent, token = 0): void {
    this.#queue.push({ at: us, seq: 0, node, incarnation, event, token, run: undefined });
  }

  /** Processes everything up to and including the time `untilUs`, then sets the time to it. */
  runUntil(untilUs: number): void {
    while (!this.stopped) {
      const next = this.#queue.pop();
      if (next === undefined) break;
      if (next.at > untilUs) {
        this.#queue.push(next);
        break;
      }
      this.nowUs = next.at;
      this.#dispatch(next);
    }
    if (!this.stopped) this.nowUs = untilUs;
  }

  /** Virtual milliseconds since the beginning. */
  get nowMs(): number {
    return Math.floor(this.nowUs / 1000);
  }

  #dispatch(next: SimEvent): void {
    this.events++;
    const { node, event } = next;
    if (node === undefined || event === undefined) {
      this.hash.add(next.at);
      next.run?.();
      return;
    }
    if (node.pausedUntilUs > this.nowUs) {
      this.deliver(node.pausedUntilUs, node, next.incarnation, event, next.token);
      return;
    }
    this.hash.add(next.at);
    this.hash.add(node.id * 16 + KIND_CODE[event.kind]);
    if (event.kind === "message") {
      this.hash.add(event.from);
      this.hash.add(viewOf(event.message));
    }
    node.take(next.incarnation, event, next.token);
  }
}

function viewOf(message: Extract<ReplicaEvent, { kind: "message" }>["message"]): number {
  if (message.kind === "certificate") return message.certificate.view;
  return message.kind === "statusRequest" ? 0 : message.view;
}
