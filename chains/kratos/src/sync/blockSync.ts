import { type Digest, type Millis, millis } from "@polis/codec";
import type { Block } from "../block/block.ts";
import type { PeerName, RequestFailure } from "../wire/link.ts";
import type { NodeResponse, Status } from "../wire/messages.ts";
import { CatchUp } from "./catchUp.ts";
import { checkProof } from "./checkProof.ts";
import { Claims } from "./claims.ts";
import { Debts } from "./debts.ts";
import { Fetches } from "./fetches.ts";
import { GapWatch } from "./gapWatch.ts";
import { Passes } from "./passes.ts";
import { type Pending, RequestBook } from "./requestBook.ts";
import { Senders } from "./senders.ts";
import { StatusRound } from "./statusRound.ts";
import { SyncRate } from "./syncRate.ts";
import type { SyncEffect, SyncEvent, SyncOptions, SyncProgress, SyncState } from "./types.ts";
import { Wants } from "./wants.ts";

/** Gaps above are far behind (kratos-core 12.11). */
const FAR_BEHIND = 1_000;
/** Beyond the head a block that somebody names is left to the download. */
const NEAR = 10;
const NO_CHAIN = "00".repeat(32);

type Tried = Extract<SyncEvent, { kind: "tried" }>;

/**
 * Block synchronisation (kratos-core 12.11): whom to ask for which blocks, and what a peer that does not deliver costs. It
 * exchanges statuses, proves heights, downloads ranges and missing ancestors, and asks for justifications on the way. `now`
 * never goes back.
 */
export class BlockSync {
  readonly #options: SyncOptions;
  readonly #requests: RequestBook;
  readonly #claims: Claims;
  readonly #statuses = new StatusRound();
  readonly #wants = new Wants();
  readonly #debts: Debts;
  readonly #senders = new Senders();
  readonly #rate = new SyncRate();
  readonly #fetches: Fetches;
  readonly #catchUp: CatchUp;
  readonly #passes = new Passes();
  readonly #gaps = new GapWatch();
  #wakeAt: Millis | undefined;
  #effects: SyncEffect[] = [];

  constructor(options: SyncOptions) {
    this.#options = options;
    this.#requests = new RequestBook(options.wire, options.nextId);
    this.#claims = new Claims(options.book);
    this.#debts = new Debts(options.chain);
    this.#catchUp = new CatchUp(options.chain, this.#requests, this.#claims);
    this.#fetches = new Fetches({ options, requests: this.#requests, claims: this.#claims, wants: this.#wants });
  }

  /** Applies an event; answers to requests of others are left alone. */
  step(now: Millis, event: SyncEvent): readonly SyncEffect[] {
    this.#effects = [];
    for (const pending of this.#requests.takeExpired(now)) this.#failed(now, pending, "timeout");
    this.#take(now, event);
    this.#judgeGap(now);
    if (event.kind === "timer" || event.kind === "answer") {
      for (const { peer, block } of this.#passes.take()) this.#give(peer, block);
    }
    this.#ask(now);
    this.#wakeAt = this.#nextWake(now);
    return this.#effects;
  }

  /** When a `timer` is due; undefined while nothing is. Look at it after each step. */
  get wakeAt(): Millis | undefined {
    return this.#wakeAt;
  }

  /** True for a request that this machine made. */
  owns(id: number): boolean {
    return this.#requests.has(id);
  }

  /** Requests for blocks and headers that have no answer yet (I44). */
  get inFlight(): number {
    return this.#requests.inFlight;
  }

  /** Blocks that peers have proved and this node has not; a producer waits until it is 0 (kratos-core 3.8). */
  get gap(): number {
    return this.bestKnown - this.#head;
  }

  /** The greatest proven height, the head's at least: hint for `ChainTree.import`. */
  get bestKnown(): number {
    return Math.max(this.#head, this.#options.book.bestProven());
  }

  progress(now: Millis): SyncProgress {
    return { state: this.#state, current: this.#head, highest: this.bestKnown, rate: this.#rate.perSecond(now) };
  }

  get #head(): number {
    return this.#options.chain.head.header.number;
  }

  get #final(): number {
    return this.#options.chain.final.header.number;
  }

  get #state(): SyncState {
    if (this.#options.book.peers().length === 0) return "Idle";
    if (this.gap > FAR_BEHIND) return "FarBehind";
    return this.#gaps.isDownloading ? "Downloading" : "Synced";
  }

  #take(now: Millis, event: SyncEvent): void {
    const { book } = this.#options;
    switch (event.kind) {
      case "connected":
        this.#effects.push(...book.connected(now, event.peer));
        if (book.isConnected(event.peer)) this.#statuses.add(now, event.peer);
        break;
      case "disconnected":
        book.disconnected(now, event.peer);
        this.#gone(now, event.peer);
        break;
      case "status":
        this.#heard(now, event.peer, event.status, undefined);
        break;
      case "answer":
        this.#onAnswer(now, event);
        break;
      case "tried":
        this.#onTried(now, event);
        break;
      case "drained": {
        const sender = this.#senders.take(event.hash);
        if (sender !== undefined) this.#effects.push(...book.chargeOutcome(now, sender, event.outcome));
        break;
      }
      case "wanted":
        this.#onWanted(now, event);
        break;
      case "timer":
        break;
    }
  }

  #gone(now: Millis, peer: PeerName): void {
    this.#claims.gone(peer);
    this.#statuses.remove(peer);
    this.#debts.forgive(peer);
    this.#wants.forgive(peer);
    for (const pending of this.#requests.takeOf(peer)) this.#failed(now, pending, "gone");
  }

  /** A status: of this chain, of a node that is joining, or of another chain, which is a ban (kratos-core 12.8). */
  #heard(now: Millis, peer: PeerName, status: Status, sentAt: Millis | undefined): void {
    const { book, genesisHash } = this.#options;
    book.setJoining(peer, status.genesisHash === NO_CHAIN);
    if (!book.isConnected(peer) || status.genesisHash === NO_CHAIN) return;
    if (status.genesisHash !== genesisHash) {
      this.#effects.push(...book.charge(now, peer, "otherGenesis"));
      this.#gone(now, peer);
      return;
    }
    this.#claims.hear(now, peer, status);
    const offence = this.#debts.judge(peer, status, sentAt);
    if (offence === "withheld") this.#effects.push(...book.charge(now, peer, offence));
    if (offence === "bannedFault") {
      this.#effects.push(...book.charge(now, peer, offence, "InvalidParentHash"));
      this.#gone(now, peer);
      return;
    }
    this.#effects.push({ kind: "heard", peer, status, sentAt });
  }

  #onAnswer(now: Millis, { id, answer }: Extract<SyncEvent, { kind: "answer" }>): void {
    const pending = this.#requests.take(id);
    if (pending === undefined) return;
    if (typeof answer === "string") {
      this.#failed(now, pending, answer);
      return;
    }
    const decoded = this.#options.wire.decodeResponse(pending.request, answer);
    if (decoded.ok) {
      this.#answered(now, pending, decoded.value, answer.length);
      return;
    }
    this.#effects.push(...this.#options.book.charge(now, pending.peer, "malformed", decoded.fault.code));
    this.#failed(now, pending, "refused");
  }

  /** No answer, or none that counts: another peer comes first from now on. */
  #failed(now: Millis, { peer, purpose }: Pending, failure: RequestFailure): void {
    const { book } = this.#options;
    if (failure === "timeout") this.#effects.push(...book.charge(now, peer, "timeout"));
    if (failure === "tooLarge") this.#effects.push(...book.charge(now, peer, "malformed", "WIRE_TOO_LARGE"));
    if (purpose.kind === "status") return;
    this.#claims.failed(now, peer);
    if (purpose.kind === "catchUp") return;
    this.#requests.forbidFollowers();
    if (purpose.kind === "range") {
      book.disprove(peer, purpose.from - 1);
      this.#claims.silent(now, peer);
      this.#statuses.hasten(now, peer);
      if (this.#passes.of(purpose.plan) !== undefined) this.#passes.end();
    }
    const want = purpose.kind === "block" ? this.#wants.get(purpose.hash) : undefined;
    if (want !== undefined) this.#wants.again(want);
  }

  #answered(now: Millis, pending: Pending, response: NodeResponse, bytes: number): void {
    const { peer, purpose, sentAt } = pending;
    switch (purpose.kind) {
      case "status":
        if (response.kind === "status") this.#heard(now, peer, response.status, sentAt);
        break;
      case "proof":
        if (response.kind === "header") this.#onProof(now, peer, response);
        break;
      case "range":
        if (response.kind === "sync" && response.blocks.length > 0) this.#onRange(pending, response, bytes);
        else if (response.kind === "sync") this.#withheld(now, peer, purpose.from);
        else this.#lacks(now, pending, purpose.from);
        break;
      case "block":
        this.#onBlock(now, peer, purpose.hash, response);
        break;
      case "catchUp":
        if (response.kind !== "justifications") break;
        for (const justification of this.#catchUp.usable(now, response.justifications)) {
          this.#effects.push({ kind: "justification", peer, justification });
        }
        break;
    }
  }

  #onProof(now: Millis, peer: PeerName, { header }: Extract<NodeResponse, { kind: "header" }>): void {
    const { rules, chain, isValidator, book, status } = this.#options;
    const context = { rules, head: chain.head.header, final: chain.final.header, isValidator };
    const proof = checkProof(context, status(now).unixTimeMs, header);
    if (proof === "proven") {
      book.prove(peer, header.number);
      this.#requests.allowFollower();
    } else if (proof !== "unproven") this.#effects.push(...book.chargeFault(now, peer, proof.fault));
  }

  #onRange(pending: Pending, response: Extract<NodeResponse, { kind: "sync" }>, bytes: number): void {
    const { peer, purpose } = pending;
    const pass = purpose.kind === "range" ? this.#passes.of(purpose.plan) : undefined;
    if (purpose.kind !== "range" || pass === undefined) return;
    const { blocks, hasMore } = response;
    const isFull = blocks.length === purpose.count;
    pass.came(purpose, peer, blocks, bytes);
    if (isFull || hasMore) {
      this.#requests.allowFollower();
      return;
    }
    const next = purpose.from + blocks.length;
    pass.ends(next);
    this.#options.book.disprove(peer, next - 1);
  }

  /** It began with a snapshot above this block, or says so: others are asked, and too many such answers are no excuse. */
  #lacks(now: Millis, pending: Pending, from: number): void {
    this.#claims.lacks(pending.peer, from);
    this.#failed(now, pending, "refused");
  }

  /** It proved a height and delivers no block below it. */
  #withheld(now: Millis, peer: PeerName, from: number): void {
    const { book } = this.#options;
    this.#effects.push(...book.charge(now, peer, "withheld"));
    book.disprove(peer, from - 1);
    this.#claims.distrust(now, peer);
    this.#claims.failed(now, peer);
    this.#requests.forbidFollowers();
    this.#passes.end();
  }

  #onBlock(now: Millis, peer: PeerName, hash: Digest, response: NodeResponse): void {
    const want = this.#wants.get(hash);
    if (want === undefined) return;
    if (response.kind === "block") {
      this.#wants.drop(hash);
      this.#requests.allowFollower();
      this.#give(peer, response.block);
      return;
    }
    const { promise } = want;
    if (response.kind === "notFound" && promise !== undefined && want.peer === peer) {
      this.#debts.add(peer, { ...promise, hash, since: now });
      this.#statuses.hasten(now, peer);
    }
    this.#wants.again(want);
  }

  #onTried(now: Millis, { peer, block, parent, outcome }: Tried): void {
    const { book } = this.#options;
    const given = this.#passes.tried(block.hash);
    const isOurs = given !== undefined;
    const named = given ?? parent;
    this.#effects.push(...book.chargeOutcome(now, peer, outcome));
    switch (outcome.kind) {
      case "imported":
        book.prove(peer, block.number);
        this.#claims.delivered(peer);
        this.#wants.drop(block.hash);
        if (isOurs) this.#rate.add(now);
        break;
      case "buffered":
        this.#senders.add(block.hash, peer);
        // Far above the head the download brings what is missing.
        if (isOurs || block.number <= this.#head + NEAR) {
          const promise = { child: block.number, final: this.#claims.statusOf(peer)?.finalizedHash };
          this.#wants.add(outcome.missing, peer, outcome.missing === named ? promise : undefined);
        } else {
          this.#statuses.hasten(now, peer);
        }
        break;
      case "fault":
        this.#wants.drop(block.hash);
        if (isOurs) this.#giveUp(now, peer);
        break;
      case "future":
        if (isOurs) this.#passes.pause(now);
        break;
      case "tooFar":
        this.#statuses.hasten(now, peer);
        break;
      case "known":
      case "stale":
        break;
    }
  }

  #giveUp(now: Millis, peer: PeerName): void {
    this.#claims.failed(now, peer);
    this.#requests.forbidFollowers();
    this.#passes.end();
  }

  #onWanted(now: Millis, { peer, block }: Extract<SyncEvent, { kind: "wanted" }>): void {
    if (block.number <= this.#final || this.#options.chain.isKnown(block.hash)) return;
    if (block.number <= this.#head + NEAR) this.#wants.add(block.hash, peer, undefined);
    else this.#statuses.hasten(now, peer);
  }

  /** Begins and ends passes by the gap. Requests that are open stay counted; answers to those of an older pass are too late. */
  #judgeGap(now: Millis): void {
    this.#gaps.update(now, this.#head, this.gap);
    if (this.#passes.isOver(this.bestKnown) && this.#wants.size === 0 && !this.#hasOpenRange) {
      this.#requests.forbidFollowers();
      this.#passes.end();
    }
    if (this.#gaps.isDownloading) this.#passes.begin(now, this.#head);
    else this.#passes.end();
  }

  get #hasOpenRange(): boolean {
    return this.#requests.some(({ purpose }) => purpose.kind === "range");
  }

  #give(peer: PeerName, block: Block): void {
    this.#passes.give(block);
    this.#effects.push({ kind: "import", peer, block });
  }

  /** Sends whatever may go now. */
  #ask(now: Millis): void {
    const { status } = this.#options;
    for (const peer of this.#statuses.take(now)) {
      const request = { kind: "status", status: status(now) } as const;
      this.#effects.push(this.#requests.send(now, peer, { kind: "status" }, request));
    }
    const catchUp = this.#catchUp.ask(now, this.#gaps.isDownloading);
    if (catchUp !== undefined) this.#effects.push(catchUp);
    while (this.#requests.mayFetch(now)) {
      const fetch = this.#fetches.next(now, this.#passes.open(now), this.bestKnown);
      if (fetch === undefined) return;
      this.#effects.push(fetch());
    }
  }

  #nextWake(now: Millis): Millis | undefined {
    const times = [this.#statuses.next(), this.#requests.expiresAt(), this.#gaps.settlesAt, this.#passes.wakeAt(now)];
    times.push(this.#catchUp.wakeAt(now));
    const fetch = this.#fetches.next(now, this.#passes.open(now), this.bestKnown);
    if (fetch !== undefined) times.push(this.#requests.nextFetchAt(now));
    const known = times.filter((at) => at !== undefined);
    return known.length === 0 ? undefined : millis(Math.max(now, Math.min(...known)));
  }
}
