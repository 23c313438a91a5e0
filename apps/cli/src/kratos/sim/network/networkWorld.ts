import { type Digest, millis, slot } from "@polis/codec";
import { type FinalityEffect, type FinalityEvent, FinalityGadget, type FinalityMessage } from "@polis/finality";
import { accounts, type Block, blockHash, type Call, RecordFinality, type SignedTransaction } from "@polis/kratos";
import {
  createEventQueue,
  createPrng,
  createRunHash,
  type EventQueue,
  type Prng,
  type RunHash,
  type Timed,
} from "@polis/simulator";
import { Judge } from "../checkers/judge.ts";
import { type SimBlock, SimChain } from "../world/simChain.ts";
import { attestations } from "./attest.ts";
import { FinalityOracle } from "./finalityOracle.ts";
import { Forest, refOf, setFor } from "./forest.ts";
import { Links } from "./links.ts";
import { Misdeeds } from "./misdeeds.ts";
import type { NetworkOptions } from "./networkOptions.ts";
import { NodeChain } from "./nodeChain.ts";
import { SimPool } from "./pool.ts";
import { clockError, drawRoles, SLOT_MS } from "./roles.ts";
import { doubleSigned, forgetBelow, keepOrphan, recordable, type SimNode, without } from "./simNode.ts";

const DELAY_MS = 1_500;
/** A block from further ahead waits (kratos-core 3.5, V16). */
const FUTURE_MS = 10_000;
const CATCH_UP = 20;
/** Beyond so many nodes votes go to everybody once and are not passed on again. */
const RELAYING = 12;
const MAX_TRANSACTIONS = 100;
/** Blocks that become final on all nodes before memory is given up. */
const FORGET_EVERY = 16;

interface Due extends Timed {
  readonly run: () => void;
}

/** Nodes with clocks and links, in virtual time: every decision comes from one seed. */
export class NetworkWorld {
  readonly chain: SimChain;
  readonly nodes: SimNode[];
  readonly judge: Judge;
  readonly oracle: FinalityOracle;
  readonly hash: RunHash = createRunHash();
  nowMs = 0;
  #forgotten = 0;
  readonly random: Prng;
  readonly #forest: Forest;
  readonly #links: Links;
  readonly #misdeeds: Misdeeds;
  readonly #queue: EventQueue<Due> = createEventQueue();

  constructor(options: NetworkOptions) {
    this.random = createPrng(options.seed, 3);
    this.chain = new SimChain({ ...options, validators: options.n, others: options.joiners + 4 });
    this.judge = new Judge(1);
    this.oracle = new FinalityOracle(this.judge);
    this.#forest = new Forest(this.chain, this.judge);
    const count = options.n + options.joiners;
    this.#links = new Links(count, options.healsAtMs, this.random.fork(1));
    const roles = drawRoles(options.n, options.attack, this.random);
    this.#misdeeds = new Misdeeds(this);
    this.nodes = Array.from({ length: count }, (_, index) => {
      const chain = new NodeChain(this.#forest, this.chain.first);
      const person = this.chain.people[index]!;
      return {
        ...{ index, person, role: roles[index] ?? "honest", chain, votes: [], justifications: [], signed: new Map() },
        ...{ pool: new SimPool(), orphans: new Map(), headers: new Map(), timerAt: 0, downUntilMs: 0, clockSetMs: 0 },
        gadget: this.#gadget(index, chain, []),
      };
    });
  }

  /** Runs what is due until a moment. */
  runTo(endMs: number): void {
    for (let due = this.#queue.pop(); due !== undefined; due = this.#queue.pop()) {
      if (due.at > endMs) {
        this.#queue.push(due);
        break;
      }
      this.nowMs = Math.max(this.nowMs, due.at);
      due.run();
    }
    this.nowMs = endMs;
  }

  /** Something that happens later. */
  at(ms: number, run: () => void): void {
    this.#queue.push({ at: ms, seq: 0, run });
  }

  /** Begins: gadgets start, every node wakes in each of its slots. */
  start(slots: number): void {
    for (const node of this.nodes) {
      this.at(0, () => this.step(node, { kind: "start" }));
      this.#wake(node, 1, slots);
    }
  }

  /** A slot as a node's clock shows it, and then the next one. */
  #wake(node: SimNode, s: number, slots: number): void {
    if (s > slots) return;
    const wakesMs = s * SLOT_MS + clockError(node, s * SLOT_MS);
    this.at(Math.max(this.nowMs, wakesMs), () => {
      this.#produce(node, s);
      this.#wake(node, s + 1, slots);
    });
  }

  /** Sends a call of somebody through a node: all pools get it. */
  submit(node: SimNode, who: number, call: Call): void {
    const person = this.chain.people[who]!;
    const { head } = node.chain;
    const nonce = node.pool.nextNonce(head, person.account);
    const free = head.entries.get(accounts.of(person.account)).free;
    if (free < 10n ** 12n) return;
    const transaction = { sender: person.account, nonce, call, timestamp: 0 };
    const signed = this.chain.crypto.signTransaction(this.chain.rules.chainIdentity, transaction, person);
    for (const other of this.nodes) other.pool.add(signed);
  }

  /** Ends a node; later it starts again with what its disk holds. */
  restart(node: SimNode, forMs: number): void {
    node.downUntilMs = this.nowMs + forMs;
    this.at(node.downUntilMs, () => {
      node.pool = new SimPool();
      node.orphans = new Map();
      node.clockSetMs = this.nowMs;
      node.gadget = this.#gadget(node.index, node.chain, node.votes);
      this.judge.sometimes.count("a restart");
      this.step(node, { kind: "start" });
    });
  }

  isUp(node: SimNode): boolean {
    return this.nowMs >= node.downUntilMs;
  }

  #gadget(index: number, chain: NodeChain, votes: SimNode["votes"]): FinalityGadget {
    const set = this.#forest.setBehind(chain.finalized, chain.head);
    return new FinalityGadget({
      ...{ chain, chainIdentity: this.chain.rules.chainIdentity, set, finalized: refOf(chain.finalized) },
      self: this.chain.people[index]!,
      ownVotes: votes.filter((vote) => vote.set === set.id),
      ...{ delayMs: DELAY_MS, signatures: this.chain.crypto.votes },
    });
  }

  #produce(node: SimNode, s: number): void {
    const { head } = node.chain;
    if (!this.isUp(node) || head.header.slot >= s || node.signed.has(s)) return;
    const { leader } = this.chain.duty(head, slot(s));
    if (leader !== node.person.account || this.#misdeeds.withholds(node, s)) return;
    const body = this.#body(node, head, s);
    let done = this.chain.produce(head, slot(s), node.person, body);
    if (done === "InvalidTransaction") {
      this.judge.sometimes.count("a body given up");
      done = this.chain.produce(head, slot(s), node.person, []);
    }
    if (typeof done === "string") {
      if (done !== "UnauthorizedAuthor") this.judge.report("I39", head.header.number + 1, `slot ${s}: ${done}`);
      return;
    }
    const block = this.#forest.produced(head, done);
    node.signed.set(s, block.hash);
    this.hash.addText(block.hash);
    this.imported(node, block);
    const other = this.#misdeeds.twin(node, head, s);
    for (const to of this.nodes) {
      const sent = other !== undefined && to.index % 2 === 1 ? other : block.block;
      if (to !== node) this.#send(node, to, () => this.receive(to, sent, node.index));
    }
  }

  /** The newest justification first, then attestations of clocks and what waits; a censor leaves one person out. */
  #body(node: SimNode, head: SimBlock, s: number): readonly SignedTransaction[] {
    const justification = recordable(node, head);
    const { account } = node.person;
    const attested = attestations(this.chain, this.nodes, head, s, this.nowMs);
    let waiting = node.pool.select(head, MAX_TRANSACTIONS);
    for (const { transaction } of attested) waiting = without(waiting, transaction.sender);
    const allowed = node.role === "censor" ? without(waiting, this.chain.people.at(-1)!.account) : waiting;
    if (allowed.length < waiting.length) this.judge.sometimes.count("a censored transaction");
    const chosen = [...attested, ...allowed];
    if (justification === undefined) return chosen;
    const { nonce } = head.entries.get(accounts.of(account));
    const transaction = { sender: account, nonce, call: RecordFinality.of({ justification }), timestamp: 0 };
    const { chainIdentity } = this.chain.rules;
    return [this.chain.crypto.signTransaction(chainIdentity, transaction, node.person), ...without(chosen, account)];
  }

  /** A block comes from a peer. */
  receive(node: SimNode, block: Block, from: number): void {
    const hash = blockHash(block.header);
    if (node.chain.get(hash) !== undefined || block.header.number <= node.chain.finalized.header.number) return;
    const aheadMs = block.header.slot * SLOT_MS - this.nowMs;
    if (aheadMs > FUTURE_MS) {
      this.at(this.nowMs + aheadMs, () => this.isUp(node) && this.receive(node, block, from));
      return;
    }
    const parent = node.chain.get(block.header.parentHash);
    if (parent === undefined) {
      keepOrphan(node, block, from);
      this.#ask(node, this.nodes[from]!, block.header.parentHash);
      return;
    }
    const result = this.#forest.evaluate(parent, block);
    if (typeof result === "string") {
      this.judge.sometimes.count(`rejected: ${result}`);
      if (node.chain.get(hash) !== undefined) this.judge.report("I3", block.header.number, "a bad block is kept");
      return;
    }
    const first = doubleSigned(node, block.header, hash);
    if (first !== undefined) this.#misdeeds.accuse(node, { kind: "doubleSigning", first, second: block.header });
    this.imported(node, result);
  }

  /** A checked block joins a node's chain; what waited for it follows. */
  imported(node: SimNode, block: SimBlock): void {
    const before = node.chain.head;
    node.chain.add(block);
    if (node.chain.head !== before && node.chain.head.parent !== before) this.judge.sometimes.count("a reorganisation");
    const waiting = node.orphans.get(block.hash) ?? [];
    node.orphans.delete(block.hash);
    for (const { block: child, from } of waiting) this.receive(node, child, from);
    this.step(node, { kind: "chain" });
  }

  #ask(node: SimNode, peer: SimNode, hash: Digest): void {
    this.#send(node, peer, () => {
      const found = peer.chain.get(hash);
      if (found !== undefined) this.#send(peer, node, () => this.receive(node, found.block, peer.index));
    });
  }

  #send(from: SimNode, to: SimNode, run: () => void): void {
    const at = this.#links.arrival(this.nowMs, from.index, to.index);
    if (at !== undefined) this.at(at, () => this.isUp(to) && run());
  }

  /** An event for a node's gadget, and what it wants then. */
  step(node: SimNode, event: FinalityEvent): void {
    if (!this.isUp(node)) return;
    for (const effect of node.gadget.step(millis(this.nowMs), event)) this.#apply(node, effect);
  }

  #apply(node: SimNode, effect: FinalityEffect): void {
    if (effect.kind === "persist") node.votes.push(...effect.votes);
    else if (effect.kind === "setTimer") this.#setTimer(node, effect.at);
    else if (effect.kind === "finalize") this.#finalize(node, effect);
    else if (effect.kind === "equivocation") this.#misdeeds.accuse(node, { kind: "equivocation", ...effect.proof });
    else if (effect.kind === "alarm") this.judge.report("I30", effect.finalized.number, "an alarm");
    else if (effect.kind === "report") this.judge.report("I43", node.chain.head.header.number, effect.fault.code);
    else if (effect.kind === "newSet") this.judge.sometimes.count("a new voter set");
    else if (effect.kind === "send") this.message(node, this.nodes[effect.to]!, effect.message);
    else if (effect.kind === "broadcast" || this.nodes.length <= RELAYING) {
      for (const to of this.nodes) if (to !== node) this.message(node, to, effect.message);
      if (effect.kind === "broadcast") this.#misdeeds.contradict(node, effect.message);
    }
  }

  #setTimer(node: SimNode, atMs: number): void {
    node.timerAt = atMs;
    this.at(atMs, () => node.timerAt === atMs && this.step(node, { kind: "timer" }));
  }

  #finalize(node: SimNode, { block, justification }: Extract<FinalityEffect, { kind: "finalize" }>): void {
    const before = node.chain.finalized;
    const final = node.chain.get(block.hash)!;
    this.oracle.finalized(before, final, justification, setFor(final, final.header.number, node.chain.head));
    node.chain.finalize(block.hash);
    node.justifications.push(justification);
    this.hash.addText(`${node.index} ${block.hash}`);
    this.#forget();
  }

  /** What every node has final leaves memory. */
  #forget(): void {
    const final = Math.min(...this.nodes.map(({ chain }) => chain.finalized.header.number));
    if (final < this.#forgotten + FORGET_EVERY) return;
    this.#forgotten = final;
    const { slot: at } = this.nodes.find(({ chain }) => chain.finalized.header.number === final)!.chain.finalized
      .header;
    for (const node of this.nodes) forgetBelow(node, final, at);
  }

  /** A message of the gadget on a link. */
  message(from: SimNode, to: SimNode, message: FinalityMessage): void {
    this.#send(from, to, () => {
      if (message.kind !== "catchUpRequest") {
        // A vote for a block that never came would wait for ever: whoever sent it has the block.
        for (const hash of namedBlocks(message)) if (to.chain.get(hash) === undefined) this.#ask(to, from, hash);
        this.step(to, { ...message, from: from.index } as FinalityEvent);
        return;
      }
      const newer = to.justifications.filter(({ block }) => block.number > message.finalized).slice(0, CATCH_UP);
      for (const justification of newer) this.message(to, from, { kind: "justification", justification });
    });
  }
}

/** The blocks that a message of the gadget is about. */
function namedBlocks(message: FinalityMessage): readonly Digest[] {
  if (message.kind === "vote") return [message.vote.target.hash];
  if (message.kind === "votesResponse") return message.votes.map(({ target }) => target.hash);
  return message.kind === "justification" ? [message.justification.block.hash] : [];
}
