import { type Epoch, type Millis, millis } from "@polis/codec";
import type { Machine } from "@polis/ports";
import type { KratosBackend } from "../api/backend.ts";
import type { Ban } from "../peers/bans.ts";
import type { PoolOutcome } from "../pool/types.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";
import type { PeerName } from "../wire/link.ts";
import type { NodeRequest, NodeResponse } from "../wire/messages.ts";
import { Attestor } from "./attestor.ts";
import { ClockGuard } from "./clockGuard.ts";
import { NodeCore } from "./core.ts";
import { EvidenceBook } from "./evidenceBook.ts";
import { backendOf } from "./facts.ts";
import { FinalityHost } from "./finalityHost.ts";
import { Gossip } from "./gossip.ts";
import { Importer } from "./importer.ts";
import type { HostFacts, NodeOptions } from "./options.ts";
import { Producer } from "./producer.ts";
import type { NodeEffect, NodeEvent } from "./seam.ts";
import { Serving } from "./serving.ts";
import { Syncing } from "./syncing.ts";
import type { TimerName } from "./timers.ts";

/** Slots after the start in which a node waits to hear how far the others are, before it produces. */
const LISTEN_SLOTS = 2;
/** Delay units without a new round after which votes are asked for, in case their gossip was lost. */
const STALLED_DELAYS = 8;
/** Lateness of a timer that a busy machine explains. */
const BUSY_MS = 3_000;
/** Between two requests of a kind to one peer. */
const ASK_INTERVAL_MS = 2_000;
/** Peers and kinds whose last request is remembered. */
const MAX_ASKED = 1_000;
/** Between two times that evidence is told again. */
const TELL_AGAIN_MS = 60_000;

/**
 * A whole KratOs node on an existing chain, as a value that is stepped: everything it wants is an effect. `now` is Unix time in
 * milliseconds, because slots are wall time (kratos-core 1.2); where the node only waits, it uses a time that never goes back.
 */
export class KratosNode implements Machine<NodeEvent, NodeEffect> {
  readonly #core: NodeCore;
  readonly #evidence: EvidenceBook;
  readonly #importer: Importer;
  readonly #syncing: Syncing;
  readonly #finality: FinalityHost;
  readonly #clock: ClockGuard;
  readonly #gossip: Gossip;
  readonly #serving: Serving;
  readonly #producer: Producer | undefined;
  readonly #attestor: Attestor | undefined;
  readonly #delayMs: number;
  #slot = -1;
  #startedAt: Millis | undefined;
  #hasHeard = false;
  #nextTimer: Millis | undefined;
  #asked = 0;
  /** When each peer was last asked for votes, and for justifications. */
  readonly #askedAt = new Map<string, Millis>();
  #round = "";

  /** @throws Error for damaged rows of the stores */
  constructor(options: NodeOptions) {
    const core = new NodeCore(options);
    this.#core = core;
    this.#delayMs = options.delayMs ?? (core.slotMs - (core.slotMs % 4)) / 4;
    this.#evidence = new EvidenceBook(core);
    this.#clock = new ClockGuard(core);
    this.#importer = new Importer(core, this.#evidence, {
      carried: (justification) => {
        if (justification.set !== this.#finality.gadget.set.id) this.#finality.onChain();
        this.#finality.onJustification(justification, undefined);
      },
    });
    this.#syncing = new Syncing(core, this.#importer, {
      justification: (justification, from) => this.#onJustification(justification, from),
      heard: (peer, status, sentAt) => {
        this.#hasHeard = true;
        this.#clock.heard(peer, status.unixTimeMs, sentAt);
      },
      answered: (peer, request, response) => this.#answered(peer, request, response),
    });
    this.#finality = new FinalityHost(
      core,
      {
        finalize: (hash, justification) => this.#importer.finalize(hash, justification),
        equivocation: (proof) => this.#evidence.equivocation(proof),
        askVotes: (peer, set, round) => this.#askVotes(peer, set, round),
        askCatchUp: (peer) => this.#askCatchUp(peer),
      },
      this.#delayMs,
    );
    this.#gossip = new Gossip(core, {
      ...{ evidence: this.#evidence, finality: this.#finality, syncing: this.#syncing },
      freshBlock: (block) => this.#clock.freshBlock(block),
    });
    this.#serving = new Serving(core, this.#finality, this.#syncing);
    const key = options.validator;
    if (key === undefined) return;
    this.#attestor = new Attestor(core, key);
    this.#producer = new Producer(
      core,
      { evidence: this.#evidence, newestProof: () => this.#finality.newestProof() },
      key,
      {
        hindrance: () => this.#hindrance(),
        produced: (done) => this.#importer.adopt(done),
      },
    );
  }

  /** Applies an event. Never throws on a peer's input. */
  step(now: Millis, event: NodeEvent): readonly NodeEffect[] {
    this.#advance(now);
    this.#take(event);
    return this.#finish(event.kind === "timer");
  }

  /** Bans that the host tells the network before `start`; some may be over. */
  bans(): readonly Ban[] {
    return this.#syncing.book.bans();
  }

  /** Takes a transaction of this node's own clients: the host carries out the effects as those of a step. */
  submit(
    now: Millis,
    signed: SignedTransaction,
  ): { readonly outcome: PoolOutcome; readonly effects: readonly NodeEffect[] } {
    this.#advance(now);
    const outcome = this.#core.pool.add(signed, this.#core.time.steady);
    if (outcome.ok) this.#core.publish({ topic: "transactions", signed });
    return { outcome, effects: this.#finish(false) };
  }

  /** What JSON-RPC asks of this node. @param submit calls `submit` with the host's time and carries its effects out */
  backend(host: HostFacts, submit: KratosBackend["submit"]): KratosBackend {
    const parts = { core: this.#core, syncing: this.#syncing, finality: this.#finality, clock: this.#clock };
    return backendOf(parts, host, submit);
  }

  #advance(now: Millis): void {
    const { time, slotMs } = this.#core;
    time.advance(now, this.#nextTimer, Math.max(slotMs, BUSY_MS));
    if (time.jumped) this.#clock.jumped();
  }

  #take(event: NodeEvent): void {
    switch (event.kind) {
      case "start":
        this.#start();
        break;
      case "gossip":
        this.#gossip.onMessage(event);
        break;
      case "request":
        this.#serving.onRequest(event);
        break;
      case "answer":
        this.#syncing.onAnswer(event);
        break;
      case "connected":
        this.#syncing.step(event);
        break;
      case "disconnected":
        this.#syncing.step(event);
        this.#finality.forget(event.peer);
        break;
      case "banned":
        this.#syncing.banned(event);
        break;
      default:
        break;
    }
  }

  /** What every step ends with: due timers, the slot, the gadget's look at the chain, production, the next timer. */
  #finish(isTimer: boolean): readonly NodeEffect[] {
    const { timers, time } = this.#core;
    if (this.#startedAt !== undefined) {
      for (const name of timers.takeDue(time.steady)) this.#onTimer(name);
      this.#onSlot();
      if (this.#importer.takeChange()) this.#chainChanged();
      this.#producer?.onTime();
      if (this.#importer.takeChange()) this.#chainChanged();
    }
    this.#setTimer(isTimer);
    return this.#core.take();
  }

  #start(): void {
    const { time, timers } = this.#core;
    this.#startedAt = time.steady;
    this.#finality.start();
    this.#importer.watchSecurity();
    this.#clock.onHead();
    timers.set("finality", millis(time.steady + STALLED_DELAYS * this.#delayMs));
    timers.set("evidence", millis(time.steady + TELL_AGAIN_MS));
  }

  #chainChanged(): void {
    this.#finality.onChain();
    this.#clock.onHead();
  }

  #onTimer(name: TimerName): void {
    const { time, timers } = this.#core;
    if (name === "gadget") this.#finality.onTimer();
    if (name === "sync") this.#syncing.step({ kind: "timer" });
    if (name === "finality") {
      this.#askWhenStalled();
      timers.set("finality", millis(time.steady + STALLED_DELAYS * this.#delayMs));
    }
    if (name === "evidence") {
      this.#evidence.tellAgain();
      timers.set("evidence", millis(time.steady + TELL_AGAIN_MS));
    }
  }

  /** At the start of each slot: blocks that waited for it, and what a validator says of its clock. */
  #onSlot(): void {
    const { slot, time, timers } = this.#core;
    const next = slot === undefined ? this.#core.startOf(0 as never) : this.#core.startOf((slot + 1) as never);
    timers.set("slot", time.toSteady(millis(next)));
    if (slot === undefined || slot === this.#slot) return;
    this.#slot = slot;
    this.#gossip.onTime();
    if (this.#hindrance() === undefined) this.#attestor?.onSlot(slot);
  }

  /** Why this node may not produce now (kratos-core 3.8). */
  #hindrance(): string | undefined {
    if (this.#syncing.gap > 0) return "syncing";
    const { time, slotMs } = this.#core;
    const isListening = !this.#hasHeard && time.steady - this.#startedAt! < LISTEN_SLOTS * slotMs;
    if (isListening) return "no peer has told its height yet";
    return this.#clock.hindrance(this.#syncing.book.peers().length > 0);
  }

  /** Votes that everybody sent once may have been lost: one peer after the other is asked for them, round by round. */
  #askWhenStalled(): void {
    const { gadget, isAlarmed } = this.#finality;
    const round = `${gadget.set.id} ${gadget.round}`;
    const isStalled = round === this.#round && gadget.active && !isAlarmed;
    this.#round = round;
    const peers = this.#syncing.book.peers();
    if (!isStalled || peers.length === 0) return;
    this.#asked++;
    const before = this.#asked % 2 === 0 && gadget.round > 1 ? 1 : 0;
    this.#askVotes(peers[this.#asked % peers.length]!, gadget.set.id, gadget.round - before);
  }

  #askVotes(peer: PeerName, set: Epoch, round: number): void {
    if (this.#mayAsk(`votes ${peer}`)) this.#syncing.ask(peer, { kind: "votes", set, round });
  }

  #askCatchUp(peer: PeerName): void {
    const { number } = this.#core.tree.final.header;
    if (this.#mayAsk(`catchUp ${peer}`)) this.#syncing.ask(peer, { kind: "catchUp", finalized: number });
  }

  /** Not so often that a peer, which answers once a second, takes a late packet for a flood (kratos-core 7.8). */
  #mayAsk(what: string): boolean {
    const { steady } = this.#core.time;
    const last = this.#askedAt.get(what);
    if (last !== undefined && steady - last < ASK_INTERVAL_MS) return false;
    if (this.#askedAt.size >= MAX_ASKED) this.#askedAt.clear();
    this.#askedAt.set(what, steady);
    return true;
  }

  #answered(peer: PeerName, request: NodeRequest, response: NodeResponse): void {
    if (request.kind === "votes" && response.kind === "votes") {
      const { fault } = this.#finality.onVotes(response.votes, peer);
      if (fault !== undefined) this.#syncing.charge(peer, "invalidVote", fault);
    }
    if (request.kind === "catchUp" && response.kind === "justifications") {
      for (const justification of response.justifications) this.#onJustification(justification, peer);
    }
  }

  #onJustification(justification: Parameters<FinalityHost["onJustification"]>[0], from: PeerName): void {
    const { fault } = this.#finality.onJustification(justification, from);
    if (fault !== undefined) this.#syncing.charge(from, "invalidVote", fault);
  }

  /** One timer for all; set again when it fired or when wall time moved under it. */
  #setTimer(isTimer: boolean): void {
    const { timers, time } = this.#core;
    const { next } = timers;
    const at = next && time.toWall(next);
    if (at === undefined || (at === this.#nextTimer && !isTimer)) return;
    this.#nextTimer = at;
    this.#core.emit({ kind: "setTimer", at });
  }
}
