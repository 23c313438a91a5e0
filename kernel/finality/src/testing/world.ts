import { type Digest, millis } from "@polis/codec";
import { FinalityGadget } from "../machine/gadget.ts";
import type { FinalityEffect } from "../seam/effects.ts";
import type { FinalityEvent, FinalityMessage } from "../seam/events.ts";
import type { BlockRef, FinalityVote, Justification } from "../seam/types.ts";
import { genesis, makeHeader, TestChain } from "./testChain.ts";
import { chainIdentity, firstSet, makeVoters, signVote, type TestVoter } from "./voters.ts";

const T = 1_500;
const SLOT_MS = 6_000;

/** What a run is made of. */
export interface WorldOptions {
  readonly n: number;
  /** The last so many voters sign two votes wherever they can. */
  readonly twoFaced: number;
  /** Then they are silent: others may wait for votes that only some have heard. */
  readonly liesUntilMs?: number;
  /** The last so many of the others are silent. */
  readonly silent?: number;
  readonly setLength?: number;
  /** A number below `limit`, from the seed of the run. */
  readonly random: (limit: number) => number;
  /** Until then messages are delayed by up to `chaosMs`, and lost one time in four; then by up to 300 ms. */
  readonly chaosUntilMs: number;
  readonly chaosMs: number;
}

interface Node {
  gadget: FinalityGadget;
  readonly chain: TestChain;
  readonly disk: FinalityVote[];
  readonly finalized: BlockRef[];
  readonly justifications: Justification[];
  readonly missing: Uint8Array[];
  timerAt: number;
  /** Set and round when it was last looked at. */
  round: string;
}

interface Delivery {
  readonly at: number;
  readonly to: number;
  readonly run: (node: number) => void;
}

/** A network of gadgets over a growing tree of blocks, in virtual time. */
export class World {
  readonly nodes: Node[];
  readonly voters: readonly TestVoter[];
  now = 0;
  readonly #options: WorldOptions;
  #queue: Delivery[] = [];
  #slot = 0;
  #away = { index: -1, untilMs: 0 };
  readonly #tree = new TestChain();
  readonly equivocators = new Set<Digest>();

  constructor(options: WorldOptions) {
    this.#options = options;
    this.voters = makeVoters(options.n);
    this.nodes = this.voters.slice(0, options.n - options.twoFaced).map((_, i) => this.#boot(i));
  }

  get #active(): number {
    return this.nodes.length - (this.#options.silent ?? 0);
  }

  /** Runs until a moment: a block every slot, sometimes on an older one, and every message in its time. */
  runTo(endMs: number): void {
    if (this.now === 0) for (let i = 0; i < this.#active; i++) this.#step(i, { kind: "start" });
    while (this.now < endMs) {
      this.now += 100;
      if (this.now >= this.#slot * SLOT_MS) this.#produce();
      const due = this.#queue.filter(({ at }) => at <= this.now).sort((a, b) => a.at - b.at);
      this.#queue = this.#queue.filter(({ at }) => at > this.now);
      for (const { run, to } of due) run(to);
      for (let i = 0; i < this.#active; i++) {
        if (this.nodes[i]!.timerAt <= this.now) this.#step(i, { kind: "timer" });
      }
    }
  }

  /** Keeps all messages from and to a node until a moment; blocks come late, votes never. */
  cutOff(index: number, untilMs: number): void {
    this.#away = { index, untilMs };
  }

  /** Ends a node and starts it again with what its disk holds. */
  restart(index: number): void {
    this.nodes[index] = this.#boot(index, this.nodes[index]);
    this.#step(index, { kind: "start" });
  }

  #boot(i: number, before?: Node): Node {
    const tree = before?.chain ?? new TestChain(this.#options.setLength);
    const disk = before?.disk ?? [];
    const finalized = before?.finalized.at(-1) ?? genesis;
    const set = this.#setOf(finalized, tree);
    const gadget = new FinalityGadget({
      ...{ chain: tree, chainIdentity, set, finalized, self: this.voters[i] },
      proof: before?.justifications.at(-1),
      ownVotes: disk.filter((vote) => vote.set === set.id),
      delayMs: T,
    });
    return {
      ...{ gadget, chain: tree, disk, timerAt: 0, round: "" },
      finalized: before?.finalized ?? [],
      justifications: before?.justifications ?? [],
      missing: before?.missing ?? [],
    };
  }

  #setOf(finalized: BlockRef, chain: TestChain) {
    let set = firstSet(this.voters);
    const length = this.#options.setLength ?? Number.POSITIVE_INFINITY;
    for (let number = length; number <= finalized.number; number += length) {
      let at: BlockRef = finalized;
      while (at.number > number) at = chain.block(chain.block(at.hash)!.parentHash)!;
      set = chain.setAfter({ number: at.number, hash: at.hash }, set)!;
    }
    return set;
  }

  /** Usually on the best block above what is final, sometimes on its parent: then there are two branches. */
  #produce(): void {
    const final = this.#final;
    const head = this.#tree.bestContaining(final)!;
    const isFork = head.number > final.number && this.#options.random(4) === 0;
    const parent = isFork ? this.#tree.block(head.hash)!.parentHash : head.hash;
    const header = makeHeader(this.#tree.block(parent)!.number + 1, parent, ++this.#slot);
    this.#tree.add(header);
    for (let i = 0; i < this.#active; i++) this.#deliver(i, (to) => this.#import(to, header), false);
    this.#record();
    this.#askWhenStalled();
  }

  /** The node's part: a block brings the newest proof of its producer. */
  #record(): void {
    const producer = this.#options.random(this.#active);
    const justification = this.nodes[producer]!.justifications.at(-1);
    if (justification === undefined) return;
    for (let to = 0; to < this.#active; to++) {
      if (to !== producer) this.#send(producer, to, { kind: "justification", justification });
    }
  }

  /** The node's part: one that stays in a round asks somebody for its votes, or for those of the round before. */
  #askWhenStalled(): void {
    for (let i = 0; i < this.#active; i++) {
      const node = this.nodes[i]!;
      const { set, round } = node.gadget;
      const name = `${set.id} ${round}`;
      const peer = (i + 1 + (this.#slot % Math.max(1, this.#active - 1))) % this.#active;
      const before = this.#options.random(2);
      if (node.round === name && peer !== i) {
        this.#send(i, peer, { kind: "votesRequest", set: set.id, round: Math.max(1, round - before) });
      }
      node.round = name;
    }
  }

  #import(index: number, header: Uint8Array): void {
    const node = this.nodes[index]!;
    node.missing.push(header);
    for (let added = true; added; ) {
      added = false;
      for (const [i, candidate] of node.missing.entries()) {
        if (!node.chain.add(candidate)) continue;
        node.missing.splice(i, 1);
        added = true;
        break;
      }
    }
    this.#step(index, { kind: "chain" });
  }

  #step(index: number, event: FinalityEvent): void {
    const node = this.nodes[index]!;
    node.timerAt = Number.POSITIVE_INFINITY;
    for (const effect of node.gadget.step(millis(this.now), event)) this.#apply(index, effect);
    // Whatever happens, the gadget asks for a timer again.
    if (node.timerAt === Number.POSITIVE_INFINITY && node.gadget.active) throw new Error("no timer");
  }

  #apply(index: number, effect: FinalityEffect): void {
    const node = this.nodes[index]!;
    if (effect.kind === "persist") node.disk.push(...effect.votes);
    else if (effect.kind === "setTimer") node.timerAt = effect.at;
    else if (effect.kind === "finalize") {
      node.finalized.push(effect.block);
      node.justifications.push(effect.justification);
      node.chain.prune(effect.block);
    } else if (effect.kind === "equivocation") this.equivocators.add(effect.proof.first.voter);
    else if (effect.kind === "alarm") throw new Error(`node ${index} raises an alarm`);
    else if (effect.kind === "broadcast") this.#broadcast(index, effect.message);
    else if (effect.kind === "relay") this.#broadcast(index, effect.message);
    else if (effect.kind === "send") this.#send(index, effect.to, effect.message);
    else if (effect.kind === "report") throw new Error(`node ${index} blames ${effect.peer}: ${effect.fault.code}`);
  }

  #broadcast(from: number, message: FinalityMessage): void {
    for (let to = 0; to < this.#active; to++) if (to !== from) this.#send(from, to, message);
    const { twoFaced, random, n, liesUntilMs = this.now } = this.#options;
    if (
      message.kind !== "vote" ||
      twoFaced === 0 ||
      this.now > liesUntilMs ||
      this.voters[from]!.account !== message.vote.voter
    )
      return;
    // Every vote of an honest node is answered by a two-faced one with a vote for some block of the same round.
    const liar = this.voters[n - 1 - random(twoFaced)]!;
    const { type, round, set } = message.vote;
    const chain = this.nodes[from]!.chain;
    const target = this.#somewhere(chain, message.vote.target);
    const lie = signVote(liar, type, target, round, set);
    this.#send(from, random(this.#active), { kind: "vote", vote: lie });
  }

  /** The vote's target, its parent, or the head of the best chain. */
  #somewhere(chain: TestChain, target: BlockRef): BlockRef {
    const link = chain.block(target.hash);
    const choice = this.#options.random(3);
    const parent = link && chain.block(link.parentHash);
    if (choice === 0 && parent !== undefined) return parent;
    return choice === 1 ? (chain.bestContaining(genesis) ?? target) : target;
  }

  #send(from: number, to: number, message: FinalityMessage): void {
    this.#deliver(to, () => this.#receive(from, to, message), true);
  }

  #receive(from: number, to: number, message: FinalityMessage): void {
    if (message.kind === "catchUpRequest") {
      this.#answerCatchUp(to, from, message.finalized);
      return;
    }
    this.#step(to, { ...message, from } as FinalityEvent);
  }

  /** The node's part: it keeps its justifications and answers with those that the other lacks, oldest first. */
  #answerCatchUp(index: number, to: number, finalized: number): void {
    const newer = this.nodes[index]!.justifications.filter(({ block }) => block.number > finalized);
    for (const justification of newer.slice(0, 20)) this.#send(index, to, { kind: "justification", justification });
  }

  #deliver(to: number, run: (node: number) => void, mayBeLost: boolean): void {
    const { random, chaosUntilMs, chaosMs } = this.#options;
    const isChaos = this.now < chaosUntilMs;
    if (isChaos && mayBeLost && random(4) === 0) return;
    const isAway = to === this.#away.index && this.now < this.#away.untilMs;
    if (isAway && mayBeLost) return;
    const from = isAway ? this.#away.untilMs : this.now;
    this.#queue.push({ at: from + 20 + random(isChaos ? chaosMs : 300), to, run });
  }

  /** Fails when two final blocks of any two nodes are not on one chain. */
  checkOneChain(): void {
    const finals = this.nodes.flatMap(({ finalized }) => finalized).sort((a, b) => a.number - b.number);
    for (let i = 1; i < finals.length; i++) {
      let at: BlockRef = finals[i]!;
      while (at.number > finals[i - 1]!.number) at = this.#tree.block(this.#tree.block(at.hash)!.parentHash)!;
      if (at.hash !== finals[i - 1]!.hash) throw new Error(`two final blocks at ${at.number}`);
    }
  }

  /** The head of the best chain above what is final. */
  get head(): number {
    return this.#tree.bestContaining(this.#final)!.number;
  }

  /** The highest block that is final anywhere. */
  get #final(): BlockRef {
    const finals = this.nodes.flatMap(({ finalized }) => finalized.slice(-1));
    return finals.reduce((highest, block) => (block.number > highest.number ? block : highest), genesis);
  }
}
