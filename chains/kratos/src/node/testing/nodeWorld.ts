import { realSignatures } from "../../block/signatures.ts";
import type { GenesisRecord } from "../../genesis/genesisRecord.ts";
import { accounts } from "../../modules/accounts/account.ts";
import { Transfer } from "../../modules/accounts/transfer.ts";
import type { RecordParams } from "../../modules/finality/recordFinality.ts";
import { KRAT } from "../../params/chainParams.ts";
import { State } from "../../state/state.ts";
import { codec, TestChain } from "../../testing/testChain.ts";
import type { SignedTransaction } from "../../transaction/transaction.ts";
import type { LinkEffect } from "../../wire/link.ts";
import { Wire } from "../../wire/wire.ts";
import type { NodeEffect, NodeEvent } from "../seam.ts";
import { cachedSignatures } from "./cachedSignatures.ts";
import { CrashStore } from "./crashStore.ts";
import { randomFrom } from "./random.ts";
import { WorldChecks } from "./worldChecks.ts";
import { WorldNode } from "./worldNode.ts";

/** What a world is made of. */
export interface WorldOptions {
  readonly seed: number;
  readonly validators: number;
  /** Nodes without a key. */
  readonly followers?: number;
  readonly overrides?: GenesisRecord["overrides"];
  /** Longest way of a message. */
  readonly delayMs?: number;
  /** Messages in a thousand that are lost before `healsAtMs`. */
  readonly loss?: number;
  readonly healsAtMs?: number;
  /** Longest way to the disk. */
  readonly diskMs?: number;
}

/** How long a request waits for its answer (kratos-core 12.8). */
const REQUEST_TIMEOUT_MS = 30_000;
/** How often peers that are not connected try again. */
const DIAL_MS = 3_000;

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** Somebody who is no node: a test speaks for him. */
export type Stranger = (effect: LinkEffect) => void;

/** Nodes on a network in virtual time, all from one seed: links with delays and losses, disks that lag, machines that crash. */
export class NodeWorld {
  readonly chain: TestChain;
  readonly nodes: readonly WorldNode[];
  readonly checks = new WorldChecks();
  readonly wire = new Wire(codec);
  readonly verdicts: {
    readonly node: number;
    readonly from: string;
    readonly topic: string;
    readonly verdict: string;
  }[] = [];
  readonly strangers = new Map<string, Stranger>();
  readonly random: (limit: number) => number;
  /** True for two machines between which nothing goes. */
  cut: (a: number, b: number) => boolean = () => false;
  nowMs: number;
  readonly #options: Required<Omit<WorldOptions, "overrides">>;
  /** The earliest last; of the same moment, what was asked for first. */
  readonly #due: Due[] = [];
  readonly #gossip = new Map<
    string,
    { readonly topic: string; readonly bytes: Uint8Array; readonly seen: Set<string> }
  >();
  readonly #incoming = new Map<string, { readonly name: string; readonly from: string; readonly topic: string }>();
  readonly #requests = new Map<string, (answer: Uint8Array | "gone" | "refused") => void>();
  #order = 0;

  constructor(options: WorldOptions) {
    this.#options = {
      followers: 0,
      delayMs: 200,
      loss: 0,
      healsAtMs: 0,
      diskMs: 30,
      overrides: [],
      ...options,
    } as never;
    const { validators, followers } = this.#options;
    this.random = randomFrom(options.seed);
    this.chain = new TestChain(validators, 2, options.overrides ?? []);
    const rules = { ...this.chain.rules, signatures: cachedSignatures(realSignatures(codec)) };
    Object.assign(this.chain, { rules });
    this.nowMs = this.chain.genesis.header.timestamp * 1_000 + 500;
    const disk = () =>
      new CrashStore(
        () => this.nowMs,
        () => this.random(this.#options.diskMs),
      );
    this.nodes = Array.from({ length: validators + followers }, (_, i) => {
      const key = i < validators ? this.chain.people[i]! : undefined;
      return new WorldNode(i, this.chain, key, disk);
    });
  }

  /** Starts machines; all of them when none is named. */
  start(...which: readonly number[]): void {
    for (const index of which.length > 0 ? which : this.nodes.keys()) {
      const machine = this.nodes[index]!;
      const node = machine.boot();
      for (const { peer, until } of node.bans()) machine.bannedUntil.set(peer, until);
      this.give(machine, { kind: "start" });
    }
    if (this.#due.every(({ run }) => run !== this.#dial)) this.#dial();
    else this.#connect();
  }

  /** Cuts the power of a machine. */
  crash(index: number): void {
    const machine = this.nodes[index]!;
    const peers = [...machine.peers];
    machine.crash();
    for (const name of peers) this.#hangUp(name, machine.name);
  }

  /** Runs what is due for so long. */
  run(ms: number): void {
    const end = this.nowMs + ms;
    for (let due = this.#take(end); due !== undefined; due = this.#take(end)) {
      this.nowMs = Math.max(this.nowMs, due.at);
      due.run();
    }
    this.nowMs = end;
  }

  /** Runs until something is so. @throws Error when it is not within `ms` */
  runUntil(what: string, ms: number, isSo: () => boolean): void {
    const end = this.nowMs + ms;
    while (!isSo()) {
      if (this.nowMs >= end) throw new Error(`not within ${ms} ms: ${what}`);
      this.run(500);
    }
  }

  /** Hands an event to a machine, and carries out what it wants. */
  give(machine: WorldNode, event: NodeEvent): void {
    if (machine.node === undefined) return;
    const effects = machine.node.step(machine.wall(this.nowMs), event);
    const isProducing = effects.some((effect) => effect.kind === "publish" && effect.topic === "blocks");
    if (isProducing && machine.crashInProduction !== undefined) {
      machine.effectsLeft = machine.queue.length + machine.crashInProduction;
      machine.crashInProduction = undefined;
    }
    machine.queue.push(...effects);
    this.#work(machine);
  }

  /** Carries out effects that did not come from an event. */
  perform(machine: WorldNode, effects: readonly NodeEffect[]): void {
    machine.queue.push(...effects);
    this.#work(machine);
  }

  /** A payment of 1 KRAT by the first person who is no validator, to the second. */
  payment(nonce: number): SignedTransaction {
    const { validators } = this.#options;
    return this.chain.sign(validators, Transfer.of({ to: this.#payee, amount: KRAT }), nonce);
  }

  /** KRAT that payments have brought in the final state of a machine. */
  paid({ tree }: WorldNode): bigint {
    return (new State(tree.final.entries).get(accounts.of(this.#payee)).free - 1_000_000n * KRAT) / KRAT;
  }

  get #payee() {
    return this.chain.people[this.#options.validators + 1]!.account;
  }

  /** A stranger connects to a machine. */
  connectStranger(name: string, index: number, stranger: Stranger): void {
    this.strangers.set(name, stranger);
    const machine = this.nodes[index]!;
    machine.peers.add(name);
    this.give(machine, { kind: "connected", peer: name });
  }

  /** A stranger gossips to a machine. @returns the verdict */
  gossipAs(name: string, index: number, topic: Parameters<Wire["decodeGossip"]>[0], bytes: Uint8Array): string {
    const machine = this.nodes[index]!;
    const key = `stranger ${this.#order}`;
    this.#gossip.set(key, { topic, bytes, seen: new Set([name, machine.name]) });
    this.#deliver(key, name, machine, topic);
    return this.verdicts.at(-1)!.verdict;
  }

  /** Lowest and highest final numbers of the machines that are up. */
  get final(): { readonly lowest: number; readonly highest: number } {
    const numbers = this.nodes.filter(({ isUp }) => isUp).map(({ tree }) => tree.final.header.number);
    return { lowest: Math.min(...numbers), highest: Math.max(...numbers) };
  }

  /** Something that happens later. */
  later(ms: number, run: () => void): void {
    const due = { at: this.nowMs + ms, order: this.#order++, run };
    let [low, high] = [0, this.#due.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#due[middle]!.at > due.at) low = middle + 1;
      else high = middle;
    }
    this.#due.splice(low, 0, due);
  }

  #take(end: number): Due | undefined {
    const next = this.#due.at(-1);
    return next === undefined || next.at > end ? undefined : this.#due.pop();
  }

  /** Carries out effects in order, as far as no barrier stands in the way. */
  #work(machine: WorldNode): void {
    while (!machine.isBlocked && machine.isUp) {
      if (machine.effectsLeft <= 0) {
        this.crash(machine.index);
        return;
      }
      const effect = machine.queue.shift();
      if (effect === undefined) return;
      machine.effectsLeft--;
      this.#carryOut(machine, effect);
    }
  }

  #carryOut(machine: WorldNode, effect: NodeEffect): void {
    switch (effect.kind) {
      case "persist":
        this.#persist(machine, effect.rows);
        break;
      case "setTimer":
        this.#setTimer(machine, effect.at);
        break;
      case "report":
        this.checks.reported(effect.report);
        machine.keep(effect);
        break;
      case "remember":
      case "saveClock":
        machine.keep(effect);
        break;
      default:
        this.#link(machine, effect);
        break;
    }
  }

  #persist(machine: WorldNode, rows: Extract<NodeEffect, { kind: "persist" }>["rows"]): void {
    const { life } = machine;
    void machine.producerDisk.commit(rows);
    machine.isBlocked = true;
    this.later(machine.producerDisk.settledAt - this.nowMs, () => {
      if (machine.life !== life) return;
      machine.isBlocked = false;
      this.#work(machine);
    });
  }

  #setTimer(machine: WorldNode, at: number): void {
    const { life } = machine;
    const due = this.nowMs + Math.max(1, at - machine.wall(this.nowMs));
    machine.timerAt = due;
    this.later(due - this.nowMs, () => {
      if (machine.life === life && machine.timerAt === due) this.give(machine, { kind: "timer" });
    });
  }

  #link(machine: WorldNode, effect: LinkEffect): void {
    switch (effect.kind) {
      case "publish":
        this.#publish(machine, effect.topic, effect.bytes);
        break;
      case "verdict":
        this.#verdict(machine, effect.id, effect.verdict);
        break;
      case "request":
        this.#request(machine, effect);
        break;
      case "respond":
      case "refuse":
        this.#answer(machine, effect);
        break;
      case "disconnect":
        this.#hangUp(machine.name, effect.peer);
        break;
      default:
        machine.bannedUntil.set(effect.peer, effect.until);
        this.#hangUp(machine.name, effect.peer);
        break;
    }
  }

  #publish(machine: WorldNode, topic: Parameters<Wire["decodeGossip"]>[0], bytes: Uint8Array): void {
    const decoded = this.wire.decodeGossip(topic, bytes);
    if (!decoded.ok) throw new Error(`a node publishes what nobody can read: ${decoded.fault.code}`);
    if (decoded.value.topic === "blocks") {
      this.checks.sentHeader(decoded.value.block.header);
      const first = decoded.value.block.transactions[0]?.transaction.call;
      if (first?.name === "RecordFinality") this.checks.sentProof((first.fields as RecordParams).justification);
    }
    if (decoded.value.topic === "finality" && "vote" in decoded.value) this.checks.sentVote(decoded.value.vote);
    if (decoded.value.topic === "finality" && "justification" in decoded.value) {
      this.checks.sentProof(decoded.value.justification);
    }
    const key = `${machine.name} ${this.#order}`;
    this.#gossip.set(key, { topic, bytes, seen: new Set([machine.name]) });
    this.#spread(key, machine);
  }

  /** To every peer that has not seen it, over links that may lose it. */
  #spread(key: string, from: WorldNode): void {
    const { topic, seen } = this.#gossip.get(key)!;
    for (const name of from.peers) {
      const to = this.#machine(name);
      if (to === undefined || this.#isLost(from, to)) continue;
      const { life } = to;
      this.later(1 + this.random(this.#options.delayMs), () => {
        if (to.life !== life || seen.has(to.name) || !to.peers.has(from.name)) return;
        seen.add(to.name);
        this.#deliver(key, from.name, to, topic);
      });
    }
  }

  #deliver(key: string, from: string, to: WorldNode, topic: string): void {
    const id = this.#order++;
    this.#incoming.set(`${to.name} ${id}`, { name: key, from, topic });
    const { bytes } = this.#gossip.get(key)!;
    this.give(to, { kind: "gossip", id, topic: topic as never, from, bytes });
  }

  #verdict(machine: WorldNode, id: number, verdict: string): void {
    const key = `${machine.name} ${id}`;
    const { name, from, topic } = this.#incoming.get(key)!;
    this.#incoming.delete(key);
    this.verdicts.push({ node: machine.index, from, topic, verdict });
    if (verdict === "accept") this.#spread(name, machine);
  }

  #request(machine: WorldNode, effect: Extract<LinkEffect, { kind: "request" }>): void {
    const { id, peer, protocol, bytes } = effect;
    const { life } = machine;
    const stranger = this.strangers.get(peer);
    let isDone = false;
    const answer = (given: Uint8Array | "timeout" | "gone" | "refused") => {
      if (isDone || machine.life !== life) return;
      isDone = true;
      this.give(machine, { kind: "answer", id, peer, answer: given });
    };
    this.later(REQUEST_TIMEOUT_MS, () => answer("timeout"));
    if (stranger !== undefined) {
      this.#requests.set(`stranger ${machine.name} ${id}`, answer);
      stranger(effect);
      return;
    }
    const to = this.#machine(peer);
    if (to === undefined || !machine.peers.has(peer)) {
      this.later(1, () => answer("gone"));
      return;
    }
    if (this.#isLost(machine, to)) return;
    this.later(1 + this.random(this.#options.delayMs), () => {
      if (!to.isUp) {
        answer("gone");
        return;
      }
      const own = this.#order++;
      this.#requests.set(`${to.name} ${own}`, (given) => {
        if (!this.#isLost(to, machine)) this.later(1 + this.random(this.#options.delayMs), () => answer(given));
      });
      this.give(to, { kind: "request", id: own, peer: machine.name, protocol, bytes });
    });
  }

  /** A stranger answers the request of a machine. */
  answerAs(index: number, id: number, answer: Uint8Array | "gone" | "refused"): void {
    this.#requests.get(`stranger ${this.nodes[index]!.name} ${id}`)?.(answer);
  }

  /** A stranger asks a machine. @param then what to do with the answer */
  askAs(
    name: string,
    index: number,
    protocol: "req" | "genesis",
    bytes: Uint8Array,
    then: (answer: Uint8Array | "gone" | "refused") => void,
  ): void {
    const machine = this.nodes[index]!;
    const id = this.#order++;
    this.#requests.set(`${machine.name} ${id}`, then);
    this.give(machine, { kind: "request", id, peer: name, protocol, bytes });
  }

  #answer(machine: WorldNode, effect: Extract<LinkEffect, { kind: "respond" | "refuse" }>): void {
    const key = `${machine.name} ${effect.id}`;
    const then = this.#requests.get(key);
    this.#requests.delete(key);
    then?.(effect.kind === "respond" ? effect.bytes : "refused");
  }

  #hangUp(a: string, b: string): void {
    for (const [one, other] of [
      [a, b],
      [b, a],
    ] as const) {
      const machine = this.#machine(one);
      if (machine?.peers.delete(other)) {
        const { life } = machine;
        this.later(1, () => {
          if (machine.life === life) this.give(machine, { kind: "disconnected", peer: other });
        });
      }
    }
  }

  readonly #dial = (): void => {
    this.#connect();
    this.later(DIAL_MS, this.#dial);
  };

  /** Machines that may talk and do not are connected. */
  #connect(): void {
    for (const a of this.nodes) {
      for (const b of this.nodes) {
        if (a.index >= b.index || !a.isUp || !b.isUp) continue;
        const isCut = this.cut(a.index, b.index);
        if (isCut && a.peers.has(b.name)) this.#hangUp(a.name, b.name);
        if (isCut || a.peers.has(b.name) || this.#isBanned(a, b) || this.#isBanned(b, a)) continue;
        a.peers.add(b.name);
        b.peers.add(a.name);
        this.give(a, { kind: "connected", peer: b.name });
        this.give(b, { kind: "connected", peer: a.name });
      }
    }
  }

  #isBanned(by: WorldNode, whom: WorldNode): boolean {
    return (by.bannedUntil.get(whom.name) ?? 0) > by.wall(this.nowMs);
  }

  #isLost(from: WorldNode, to: WorldNode): boolean {
    const { loss, healsAtMs } = this.#options;
    if (this.cut(from.index, to.index)) return true;
    const isHealed = this.nowMs - this.chain.genesis.header.timestamp * 1_000 >= healsAtMs;
    return !isHealed && this.random(1_000) < loss;
  }

  #machine(name: string): WorldNode | undefined {
    return this.nodes.find((each) => each.name === name && each.isUp);
  }
}
