import type { Digest, Fault, Height, Millis, ValidatorIndex, View } from "@polis/codec";
import type { VoteSigner } from "@polis/crypto";
import { createReplica } from "../createReplica.ts";
import type { ReplicaEffect } from "../seam/effects.ts";
import type { ReplicaEvent } from "../seam/events.ts";
import type { Message } from "../seam/messages.ts";
import type { Replica } from "../seam/replica.ts";
import type { ReplicaConfig } from "../seam/setup.ts";
import { testConfig } from "./config.ts";
import { inspectMockBlock } from "./mockBlock.ts";
import { MockDisk } from "./mockDisk.ts";
import { MockLedger } from "./mockLedger.ts";
import { createMockKeys, createMockScheme } from "./mockScheme.ts";

/** What may happen to a message on its way: undefined loses it, a number is its delay. */
export type Route = (from: number, to: number, message: Message | "bulk", now: number) => number | undefined;

export interface ClusterOptions {
  readonly n?: number;
  readonly f?: number;
  readonly config?: Partial<ReplicaConfig>;
  readonly route?: Route;
  readonly accountable?: boolean;
  /** Length of node i's second in ‰ of a true one: 800 means that its clock runs fast. */
  readonly timerRate?: (node: number) => number;
  /** False to keep no list of effects per node. */
  readonly record?: boolean;
  readonly followers?: number;
  readonly absent?: readonly number[];
  /** Whether the keys of node i, which are in another process, answer at this moment. */
  readonly signs?: (node: number) => boolean;
}

export interface ClusterNode {
  replica: Replica;
  readonly disk: MockDisk;
  readonly ledger: MockLedger;
  incarnation: number;
  up: boolean;
  readonly timers: Map<string, number>;
  readonly effects: ReplicaEffect[];
}

interface Pending {
  readonly at: number;
  readonly seq: number;
  readonly node: number;
  readonly incarnation: number;
  readonly event: ReplicaEvent;
}

/**
 * A deterministic network of replicas for tests: one event queue, virtual time, no randomness but a counter. Persist is
 * immediate here; execution is answered in the next event of the same millisecond.
 */
export class Cluster {
  now = 0;
  readonly nodes: ClusterNode[] = [];
  readonly faults: { node: number; peer: number; fault: Fault }[] = [];
  readonly finalized: { view: View; height: Height; digest: Digest }[][] = [];
  route: Route;
  /** Sees every message before it is routed; may return another one, or undefined to drop it. */
  intercept: (from: number, to: number, message: Message) => Message | undefined = (_from, _to, message) => message;
  readonly options: ClusterOptions;
  readonly config: ReplicaConfig;
  readonly n: number;
  readonly f: number;
  readonly #queue: Pending[] = [];
  #seq = 0;
  #draws = 0;

  constructor(options: ClusterOptions = {}) {
    this.options = options;
    this.n = options.n ?? 6;
    this.f = options.f ?? 1;
    this.config = testConfig(options.config);
    this.route = options.route ?? (() => 10);
    for (let i = 0; i < this.n + (options.followers ?? 0); i++) {
      this.nodes.push(this.#boot(i, this.#newDisk(i), true));
      this.finalized.push([]);
    }
    for (const i of options.absent ?? []) this.nodes[i]!.up = false;
  }

  /** Sends `start` to every node that is up. */
  start(): this {
    for (let i = 0; i < this.nodes.length; i++) if (this.nodes[i]!.up) this.inject(i, { kind: "start" });
    return this;
  }

  /** Runs until virtual time has advanced by `ms`, or until `done` says so after some event. */
  run(ms: number, done: () => boolean = () => false): boolean {
    const end = this.now + ms;
    while (!done()) {
      const next = this.#pop(end);
      if (next === undefined) {
        this.now = end;
        return done();
      }
      this.now = Math.max(this.now, next.at);
      const node = this.nodes[next.node]!;
      if (!node.up || node.incarnation !== next.incarnation) continue;
      if (next.event.kind === "timer" && node.timers.get(next.event.name) !== next.at) continue;
      this.step(next.node, next.event);
    }
    return true;
  }

  /** One event at the present time, at once. */
  step(i: number, event: ReplicaEvent): readonly ReplicaEffect[] {
    const node = this.nodes[i]!;
    const effects = node.replica.step(Math.floor((this.now * 1000) / this.#rate(i)) as Millis, event);
    for (const effect of effects) this.#apply(i, node, effect);
    return effects;
  }

  inject(i: number, event: ReplicaEvent, delay = 0): void {
    const { incarnation } = this.nodes[i]!;
    this.#push({ at: this.now + delay, seq: this.#seq++, node: i, incarnation, event });
  }

  crash(i: number): void {
    this.nodes[i]!.up = false;
  }

  /** Starts node i again from its disk. */
  restart(i: number): void {
    const old = this.nodes[i]!;
    this.nodes[i] = this.#boot(i, old.disk, false, old.incarnation + 1);
    this.inject(i, { kind: "start" });
  }

  /** Starts node i with an empty disk. */
  wipe(i: number, fresh = false): void {
    const old = this.nodes[i]!;
    this.nodes[i] = this.#boot(i, this.#newDisk(i), fresh, old.incarnation + 1);
    this.finalized[i] = [];
    this.inject(i, { kind: "start" });
  }

  /** Lowest and highest finalized height of the validators that are up. */
  heights(): { low: number; high: number } {
    const heights = this.nodes.filter((node) => node.up).map((node) => node.replica.lastFinalized.height);
    return { low: Math.min(...heights), high: Math.max(...heights) };
  }

  #rate(i: number): number {
    return this.options.timerRate?.(i) ?? 1000;
  }

  #newDisk(i: number): MockDisk {
    return new MockDisk(createMockScheme(this.n, this.f), i < this.n ? i : undefined);
  }

  #keys(index: ValidatorIndex): VoteSigner {
    const keys = createMockKeys(index);
    const up = () => this.options.signs?.(index) ?? true;
    return {
      index,
      signNotarize: (...claim) => (up() ? keys.signNotarize(...claim) : undefined),
      signNullify: (...claim) => (up() ? keys.signNullify(...claim) : undefined),
      signProposal: (claim) => (up() ? keys.signProposal(claim) : undefined),
      signStatus: (claim) => (up() ? keys.signStatus(claim) : undefined),
    };
  }

  #boot(i: number, disk: MockDisk, fresh: boolean, incarnation = 0): ClusterNode {
    const ledger = new MockLedger(disk);
    const replica = createReplica(
      this.config,
      {
        scheme: createMockScheme(this.n, this.f, this.options.accountable ?? true),
        keys: i < this.n ? this.#keys(i as ValidatorIndex) : undefined,
        inspect: inspectMockBlock,
        archive: disk.archive,
        wallMs: () => (this.now + 1_000_000) as Millis,
        randomBytes32: () => this.#draw(),
      },
      disk.restore(fresh),
    );
    return { replica, disk, ledger, incarnation, up: true, timers: new Map(), effects: [] };
  }

  #draw(): Uint8Array {
    const bytes = new Uint8Array(32);
    let x = ++this.#draws;
    for (let i = 0; i < 32; i++) {
      x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
      bytes[i] = x >>> 24;
    }
    return bytes;
  }

  #apply(i: number, node: ClusterNode, effect: ReplicaEffect): void {
    if (this.options.record !== false) node.effects.push(effect);
    if (effect.kind === "persist") node.disk.persist(effect);
    else if (effect.kind === "finalize") {
      this.finalized[i]!.push(...effect.blocks);
      node.disk.finalize(effect, (digest) => node.ledger.take(digest));
    } else if (effect.kind === "broadcast") {
      for (let to = 0; to < this.n; to++) if (to !== i) this.#send(i, to, effect.message);
    } else if (effect.kind === "send") this.#send(i, effect.to, effect.message);
    else if (effect.kind === "setTimer") this.#setTimer(i, node, effect.name, effect.at);
    else if (effect.kind === "execute" || effect.kind === "build") this.inject(i, node.ledger.answer(effect));
    else if (effect.kind === "fetch") {
      const { requestId, request } = effect;
      this.#bulk(i, effect.to, { kind: "request", from: i, requestId, request });
    } else if (effect.kind === "reply") {
      const { requestId, reply } = effect;
      this.#bulk(i, effect.to, { kind: "reply", from: i, requestId, reply });
    } else if (effect.kind === "report") this.faults.push({ node: i, peer: effect.peer, fault: effect.fault });
  }

  #setTimer(i: number, node: ClusterNode, name: string, at: number): void {
    const wait = Math.max(0, Math.ceil((at * this.#rate(i)) / 1000) - this.now);
    node.timers.set(name, this.now + wait);
    this.inject(i, { kind: "timer", name }, wait);
  }

  #send(from: number, to: number, message: Message): void {
    const changed = this.intercept(from, to, message);
    const delay = changed === undefined ? undefined : this.route(from, to, changed, this.now);
    if (changed !== undefined && delay !== undefined)
      this.inject(to, { kind: "message", from, message: changed }, delay);
  }

  #bulk(from: number, to: number, event: ReplicaEvent): void {
    const delay = this.nodes[to] === undefined ? undefined : this.route(from, to, "bulk", this.now);
    if (delay !== undefined) this.inject(to, event, delay);
  }

  #pop(end: number): Pending | undefined {
    const first = this.#queue[0];
    if (first === undefined || first.at > end) return undefined;
    const last = this.#queue.pop()!;
    if (this.#queue.length > 0) {
      this.#queue[0] = last;
      this.#sink();
    }
    return first;
  }

  #push(pending: Pending): void {
    const queue = this.#queue;
    let i = queue.push(pending) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!before(pending, queue[parent]!)) break;
      queue[i] = queue[parent]!;
      i = parent;
    }
    queue[i] = pending;
  }

  #sink(): void {
    const queue = this.#queue;
    const moved = queue[0]!;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= queue.length) break;
      if (child + 1 < queue.length && before(queue[child + 1]!, queue[child]!)) child++;
      if (!before(queue[child]!, moved)) break;
      queue[i] = queue[child]!;
      i = child;
    }
    queue[i] = moved;
  }
}

function before(a: Pending, b: Pending): boolean {
  return a.at < b.at || (a.at === b.at && a.seq < b.seq);
}
