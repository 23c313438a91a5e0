import type { Digest, ValidatorIndex } from "@polis/codec";
import type { VoteKeys } from "@polis/crypto";
import {
  createArchive,
  createReplica,
  type Finalize,
  type Message,
  type Peer,
  type Persist,
  type Replica,
  type ReplicaEffect,
  type ReplicaEvent,
} from "@polis/minimmit";
import type { Row } from "@polis/ports";
import type { Attacker, AttackTools } from "../attackers/attacker.ts";
import { SimClock } from "../clock/simClock.ts";
import { DiskFullError, SimDisk, StoreCorruptError } from "../disk/simDisk.ts";
import { messageBytes, replyBytes } from "../network/messageBytes.ts";
import type { Prng } from "../random/prng.ts";
import type { SimLedger } from "../types.ts";
import { type Durable, durableOf } from "./durable.ts";
import { pushTo } from "./followers.ts";
import { Timers } from "./timers.ts";
import type { NodeSetup, Surroundings, Watcher } from "./types.ts";
import { mustWait, type Waiting } from "./waiting.ts";

/** Between a damaged row that stopped the process and its start on an empty disk. */
const REPLACE_MS = 100;

/**
 * One machine, a validator's or (above n) a follower's: clock, disk, ledger and replica. It applies effects as the real host does: `persist` holds
 * back everything that leaves after it, the rest happens at once. It can crash between any two effects.
 */
export class SimNode {
  readonly id: number;
  readonly index: ValidatorIndex;
  readonly setup: NodeSetup;
  readonly disk = new SimDisk();
  readonly clock: SimClock;
  /** Absent for honest nodes. */
  attacker: Attacker | undefined;
  /** True also for twins, which have no attacker: nothing this node does is held against the protocol. */
  faulty = false;
  up = false;
  /** Down for good: the healed phase leaves it alone. */
  retired = false;
  incarnation = 0;
  pausedUntilUs = 0;
  lastEntered = 0;
  /** Effect boundaries left until the next crash; 0 is never. */
  fuse = 0;
  /** Effect boundaries passed. */
  boundaries = 0;
  syncUs = 300;
  executeUs = 500;
  replica: Replica | undefined;
  ledger: SimLedger | undefined;
  /** For directed schedules: a message for which it returns true is lost on arrival. */
  filter: ((from: Peer, message: Message) => boolean) | undefined;
  /** For directed schedules: requests are lost on arrival, as on bulk links that are down while messages flow. */
  bulkDown = false;
  /** Sees what happens at this node, for measurements; never changes anything. */
  watcher: Watcher | undefined;
  /** Called after a crash at a boundary, so that the world can restart the node. */
  onCrash: (() => void) | undefined;
  /** Faults that this node charged to honest peers, by code. */
  readonly honestReports = new Map<string, number>();
  /** The disk was wiped after the key had signed: the journal counts as lost (R27). */
  wiped = false;
  tools: AttackTools | undefined;
  readonly #durable: Durable;
  readonly #timers: Timers;
  /** Absent for a follower. */
  readonly #keys: VoteKeys | undefined;
  readonly #prng: Prng;
  readonly #around: () => Surroundings;
  #outgoing: Waiting[] = [];
  #writing = false;
  #executable = false;

  constructor(id: number, index: ValidatorIndex, setup: NodeSetup, prng: Prng, around: () => Surroundings) {
    this.id = id;
    this.index = index;
    this.setup = setup;
    this.#prng = prng;
    this.#around = around;
    this.#keys = index < setup.n ? setup.schemes.keysOf(index) : undefined;
    this.clock = new SimClock(() => around().world.nowUs);
    this.#timers = new Timers(this.clock, (atUs, name, token) =>
      around().world.deliver(atUs, this, this.incarnation, { kind: "timer", name }, token),
    );
    this.#durable = durableOf(this.disk, setup.config, setup.schemes, index);
  }

  /** Boots from the disk: the ledger, then the replica (R1, R26). */
  start(): void {
    const { oracle, nodes } = this.#around();
    this.up = true;
    this.watcher?.started?.();
    this.incarnation++;
    this.lastEntered = Number.MAX_SAFE_INTEGER;
    this.clock.boot(this.#prng.between(0, 100_000), this.clock.ratePerMille);
    const { config, schemes } = this.setup;
    this.#guard(() => {
      const ledger = this.setup.ledger.create(this.index, this.disk);
      this.ledger = ledger;
      const restored = this.#durable.restore(ledger, !this.wiped);
      if (!this.faulty) oracle.starts(this, restored);
      const deps = {
        scheme: schemes.scheme,
        keys: this.#keys,
        inspect: (block: Uint8Array) => ledger.inspect(block),
        archive: createArchive(this.disk),
        wallMs: () => this.clock.wallMs(),
        randomBytes32: () => this.#prng.bytes(32),
      };
      this.replica = createReplica(config, deps, restored);
    });
    if (!this.up) return;
    this.#executable = this.ledger?.hasExecutable() ?? false;
    this.step({ kind: "pool", executable: this.#executable });
    this.step({ kind: "start" });
    for (const peer of nodes) {
      if (!peer.up || peer.index === this.index) continue;
      // Followers have links with validators, and hear of one that is back.
      if (peer.index < this.setup.n) this.step({ kind: "link", peer: peer.index, up: true });
      if (this.index < this.setup.n) peer.step({ kind: "link", peer: this.index, up: true });
    }
  }

  /** A power cut: memory is gone, and of the writes not yet durable a random prefix survives. */
  crash(): void {
    if (!this.up) return;
    const { oracle, nodes } = this.#around();
    const keep = this.#prng.below(this.disk.unsynced + 1);
    if (keep < this.disk.unsynced) oracle.sometimes.count("unsynced writes lost");
    this.disk.crash(keep);
    this.up = false;
    this.watcher?.stopped?.();
    this.incarnation++;
    this.replica = undefined;
    this.ledger = undefined;
    this.#outgoing = [];
    this.#writing = false;
    this.#timers.clear();
    this.pausedUntilUs = 0;
    for (const peer of this.index < this.setup.n ? nodes : [])
      if (peer.up && peer.index !== this.index) peer.step({ kind: "link", peer: this.index, up: false });
    this.onCrash?.();
  }

  /** The disk is replaced by an empty one and the key is kept (testing T23). */
  wipe(): void {
    this.disk.wipe();
    this.wiped = true;
    this.#around().oracle.durability.wiped(this.index);
  }

  /** Takes an event from the queue: drops what was meant for another life and stale timers. */
  take(incarnation: number, event: ReplicaEvent, token: number): void {
    if (!this.up || (incarnation !== -1 && incarnation !== this.incarnation)) return;
    if (event.kind === "timer" && !this.#timers.fires(event.name, token)) return;
    if (event.kind === "message" && this.filter?.(event.from, event.message) === true) return;
    if (event.kind === "request" && this.bulkDown) return;
    const { attacker, tools } = this;
    if (attacker !== undefined && tools !== undefined) {
      if (event.kind === "message" && attacker.onReceive?.(tools, event.from, event.message) === true) return;
      if (event.kind === "request" && attacker.onRequest?.(tools, event.from, event.requestId, event.request) === true)
        return;
    }
    this.step(event);
  }

  /** One step of the replica and all its effects. */
  step(event: ReplicaEvent): void {
    const { oracle } = this.#around();
    const { replica, incarnation } = this;
    if (!this.up || replica === undefined) return;
    this.#guard(() => {
      const effects = replica.step(this.clock.monotonicMs(), event);
      if (!this.faulty) oracle.effects(this, effects);
      for (const effect of effects) {
        if (this.#boundary() || this.incarnation !== incarnation) return;
        if (mustWait(effect)) this.#outgoing.push(effect);
        else this.#apply(effect);
      }
      this.#drain();
    });
    if (this.incarnation === incarnation) this.#poolChanged();
  }

  /** Offers a transaction to this node's pool. */
  submit(transaction: Uint8Array): void {
    if (!this.up) return;
    this.ledger?.submit(transaction);
    this.#poolChanged();
  }

  /** Sends past the replica: for attackers. */
  sendRaw(to: Peer | undefined, message: Message): void {
    const { network, nodes, oracle } = this.#around();
    oracle.faultySends(this, message);
    const event: ReplicaEvent = { kind: "message", from: this.index, message };
    const bytes = messageBytes(message);
    for (const node of nodes) {
      if (node.index !== this.index && (to === undefined || node.index === to))
        network.transmit(this, node, event, bytes);
    }
  }

  /** Sends a reply past the replica. */
  replyRaw(to: Peer, effect: Extract<ReplicaEvent, { kind: "reply" }>): void {
    this.#around().network.toValidator(this, to, effect, replyBytes(effect.reply));
  }

  /** True when the node crashed here. */
  #boundary(): boolean {
    this.boundaries++;
    if (this.fuse === 0 || --this.fuse > 0) return false;
    this.crash();
    return true;
  }

  #drain(): void {
    while (this.up && !this.#writing) {
      const next = this.#outgoing.shift();
      if (next === undefined) return;
      if (next.kind === "persist") this.#write(next);
      else if (this.#boundary()) return;
      else if (next.kind === "finalize") this.#finalize(next);
      else if (next.kind === "reply") this.#reply(next);
      else this.#leave(next.message, next.kind === "send" ? next.to : undefined);
    }
  }

  #write(effect: Persist): void {
    const batch = this.disk.write(this.#durable.persistRows(effect));
    if (this.#boundary()) return;
    this.#writing = true;
    const { incarnation } = this;
    const done = () => {
      if (this.incarnation !== incarnation) return;
      this.disk.syncTo(batch);
      this.#around().oracle.durability.synced(this.index, effect.records);
      this.#writing = false;
    };
    if (this.syncUs === 0) {
      done();
      return;
    }
    const { world } = this.#around();
    world.at(world.nowUs + this.syncUs, () => {
      done();
      if (this.incarnation === incarnation && !this.#boundary()) this.#guard(() => this.#drain());
    });
  }

  #leave(message: Message, to: Peer | undefined): void {
    const { network, nodes, oracle } = this.#around();
    const { attacker, tools } = this;
    if (this.faulty) {
      if (attacker !== undefined && tools !== undefined && attacker.onSend?.(tools, message, to) === true) return;
      oracle.faultySends(this, message);
    } else oracle.leaves(this, message);
    const sent = this.setup.recode === undefined ? message : this.setup.recode(message);
    const event: ReplicaEvent = { kind: "message", from: this.index, message: sent };
    const bytes = messageBytes(message);
    for (const node of nodes) {
      if (node.index !== this.index && (to === undefined ? node.index < this.setup.n : node.index === to))
        network.transmit(this, node, event, bytes);
    }
  }

  #reply({ to, requestId, reply }: Extract<ReplicaEffect, { kind: "reply" }>): void {
    if (!this.faulty && reply.kind === "certificates") {
      for (const certificate of reply.certificates) this.#around().oracle.carries(this, certificate);
    }
    const event: ReplicaEvent = { kind: "reply", from: this.index, requestId, reply };
    this.#around().network.toValidator(this, to, event, replyBytes(reply));
  }

  #apply(effect: Exclude<ReplicaEffect, Waiting>): void {
    const { world, network } = this.#around();
    switch (effect.kind) {
      case "setTimer":
        this.#timers.set(effect.name, effect.at);
        break;
      case "cancelTimer":
        this.#timers.cancel(effect.name);
        break;
      case "execute":
        this.#execute(effect.digest, effect.block, effect.leader);
        break;
      case "build":
        this.#build(effect);
        break;
      case "fetch": {
        const event: ReplicaEvent = {
          kind: "request",
          from: this.index,
          requestId: effect.requestId,
          request: effect.request,
        };
        network.toValidator(this, effect.to, event, 256);
        break;
      }
      case "observe":
        if (effect.observation.what === "entered") world.hash.add(effect.observation.view);
        this.watcher?.observed?.(effect.observation);
        break;
      case "evidence":
      case "report":
        break;
    }
  }

  #execute(digest: Digest, block: Uint8Array, leader: ValidatorIndex): void {
    const { world, oracle } = this.#around();
    const result = this.ledger!.execute(block, leader);
    if (result.ok) oracle.chain.executed(this.index, digest, this.ledger!.stateRoot(digest));
    const event: ReplicaEvent = result.ok
      ? { kind: "executed", digest, info: result.value }
      : { kind: "rejected", digest, fault: result.fault };
    world.deliver(world.nowUs + this.executeUs, this, this.incarnation, event);
  }

  #build(effect: Extract<ReplicaEffect, { kind: "build" }>): void {
    const { world, oracle } = this.#around();
    const { block, info, transactions } = this.ledger!.build(effect.request);
    oracle.chain.infos.set(info.digest, info);
    oracle.chain.executed(this.index, info.digest, this.ledger!.stateRoot(info.digest));
    const event: ReplicaEvent = { kind: "built", view: effect.request.view, block, info, transactions };
    world.deliver(world.nowUs + this.executeUs, this, this.incarnation, event);
  }

  /** R18, S4: everything of all blocks in one atomic batch. */
  #finalize(effect: Finalize): void {
    const { world, oracle } = this.#around();
    const rows: Row[] = [];
    const roots = new Map<Digest, Digest | undefined>();
    for (const block of effect.blocks) {
      rows.push(...this.ledger!.finalize(block.digest));
      roots.set(block.digest, this.ledger!.stateRoot(block.digest));
      world.hash.addText(block.digest);
    }
    rows.push(...this.#durable.finalizeRows(effect));
    const batch = this.disk.write(rows);
    this.watcher?.finalized?.(effect);
    if (this.index < this.setup.n) pushTo(this, effect, this.#around());
    if (!this.faulty) oracle.finalized(this, effect, roots);
    const { incarnation } = this;
    world.at(world.nowUs + this.syncUs, () => {
      if (this.incarnation === incarnation) this.disk.syncTo(batch);
    });
  }

  /** What an operator does about a damaged database: an empty disk, the same key, and a new start (R27). */
  #replaceDisk(): void {
    this.wipe();
    this.#around().world.after(REPLACE_MS, () => {
      if (!this.up && !this.retired) this.start();
    });
  }

  #poolChanged(): void {
    const executable = this.ledger?.hasExecutable() ?? false;
    if (executable === this.#executable) return;
    this.#executable = executable;
    this.step({ kind: "pool", executable });
  }

  /** A full disk stops the process; anything else that is thrown in an honest node is a broken invariant. */
  #guard(run: () => void): void {
    try {
      run();
    } catch (error) {
      const { oracle } = this.#around();
      if (error instanceof DiskFullError) oracle.sometimes.count("disk full");
      else if (error instanceof StoreCorruptError) oracle.sometimes.count("corruption detected");
      else if (!this.faulty) oracle.fail("ASSERT", describe(error), this.index);
      this.crash();
      if (error instanceof StoreCorruptError) this.#replaceDisk();
    }
  }
}

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return (error.stack ?? error.message).split("\n").slice(0, 6).join(" | ");
}
