import { type Digest, height, type Millis, millis } from "@polis/codec";
import type { Block } from "../block/block.ts";
import { blockHash } from "../block/header.ts";
import type { PeerName, RequestFailure } from "../wire/link.ts";
import type { NodeRequest, NodeResponse, Status } from "../wire/messages.ts";
import { checkProof } from "./checkProof.ts";
import { Claims } from "./claims.ts";
import { Download } from "./download.ts";
import { type Pending, RequestBook } from "./requestBook.ts";
import { Senders } from "./senders.ts";
import { StatusRound } from "./statusRound.ts";
import { SyncRate } from "./syncRate.ts";
import type { SyncEffect, SyncEvent, SyncOptions, SyncProgress, SyncState } from "./types.ts";
import { type Want, Wants } from "./wants.ts";

/** Limits of kratos-core 12.11. */
const START_GAP = 10;
const FAR_BEHIND = 1_000;
/** A smaller gap that gossip does not close in this time is downloaded as well. */
const SETTLE_MS = 5_000;
/** Wait after blocks that could not be tried yet. */
const PAUSE_MS = 2_000;
/** Between two requests for justifications: while blocks come, and otherwise. */
const CATCH_UP_MS = 1_000;
const IDLE_CATCH_UP_MS = 5_000;
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
  readonly #senders = new Senders();
  readonly #rate = new SyncRate();
  #download: Download | undefined;
  #plans = 0;
  #isDownloading = false;
  /** Imports that are given and not told of yet, with the parents that their blocks name. */
  readonly #given = new Map<Digest, Digest>();
  #gapSeen: { readonly at: Millis; readonly head: number } | undefined;
  #pausedUntil: Millis = millis(0);
  #catchUpAt: Millis = millis(0);
  #prefersWants = true;
  #wakeAt: Millis | undefined;
  #effects: SyncEffect[] = [];

  constructor(options: SyncOptions) {
    this.#options = options;
    this.#requests = new RequestBook(options.wire, options.nextId);
    this.#claims = new Claims(options.book);
  }

  /** Applies an event; answers to requests of others are left alone. */
  step(now: Millis, event: SyncEvent): readonly SyncEffect[] {
    this.#effects = [];
    for (const pending of this.#requests.takeExpired(now)) this.#failed(now, pending, "timeout");
    this.#take(now, event);
    this.#judgeGap(now);
    if (event.kind === "timer" || event.kind === "answer") this.#import();
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
    return this.#isDownloading ? "Downloading" : "Synced";
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
    for (const pending of this.#requests.takeOf(peer)) this.#failed(now, pending, "gone");
  }

  /** A status: of this chain, of a node that is joining, or of another chain, which is a ban (kratos-core 12.8). */
  #heard(now: Millis, peer: PeerName, status: Status, sentAt: Millis | undefined): void {
    const { book, genesisHash } = this.#options;
    if (!book.isConnected(peer) || status.genesisHash === NO_CHAIN) return;
    if (status.genesisHash !== genesisHash) {
      this.#effects.push(...book.charge(now, peer, "otherGenesis"));
      this.#gone(now, peer);
      return;
    }
    this.#claims.hear(now, peer, status);
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
      if (purpose.plan === this.#download?.plan) this.#download = undefined;
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
        if (response.kind === "justifications") this.#onJustifications(now, peer, response);
        break;
    }
  }

  #onProof(now: Millis, peer: PeerName, { header }: Extract<NodeResponse, { kind: "header" }>): void {
    const { rules, chain, isValidator, book, status } = this.#options;
    const context = { rules, head: chain.head.header, isValidator };
    const proof = checkProof(context, status(now).unixTimeMs, header);
    if (proof === "proven") {
      book.prove(peer, header.number);
      this.#requests.allowFollower();
    } else if (proof !== "unproven") this.#effects.push(...book.chargeFault(now, peer, proof.fault));
  }

  #onRange(pending: Pending, response: Extract<NodeResponse, { kind: "sync" }>, bytes: number): void {
    const { peer, purpose } = pending;
    if (purpose.kind !== "range" || purpose.plan !== this.#download?.plan) return;
    const { blocks, hasMore } = response;
    const isFull = blocks.length === purpose.count;
    this.#download.came(purpose, peer, blocks, bytes);
    if (isFull || hasMore) {
      this.#requests.allowFollower();
      return;
    }
    const next = purpose.from + blocks.length;
    this.#download.ends(next);
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
    this.#download = undefined;
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
    if (response.kind === "notFound" && this.#owes(peer, want)) {
      this.#wants.drop(hash);
      this.#effects.push(...this.#options.book.charge(now, peer, "bannedFault", "InvalidParentHash"));
      this.#gone(now, peer);
      return;
    }
    this.#wants.again(want);
  }

  /**
   * Who sent a block and cannot deliver the parent that it names sent an invalid one (kratos-core 12.9). What is final may have
   * gone: on this side, and on that of a node that began with a snapshot.
   */
  #owes(peer: PeerName, { child, peer: namedBy, hash }: Want): boolean {
    if (child === undefined || namedBy !== peer || this.#options.chain.isKnown(hash)) return false;
    return child > this.#final && child - 1 > this.#claims.finalOf(peer);
  }

  #onJustifications(
    now: Millis,
    peer: PeerName,
    { justifications }: Extract<NodeResponse, { kind: "justifications" }>,
  ): void {
    const here = justifications.filter(({ block }) => this.#options.chain.isKnown(block.hash));
    for (const justification of here) this.#effects.push({ kind: "justification", peer, justification });
    if (here.length === 0) this.#catchUpAt = millis(now + IDLE_CATCH_UP_MS);
  }

  #onTried(now: Millis, { peer, block, parent, outcome }: Tried): void {
    const { book } = this.#options;
    const named = this.#given.get(block.hash) ?? parent;
    const isOurs = this.#given.delete(block.hash);
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
          this.#wants.add(outcome.missing, peer, outcome.missing === named ? block.number : undefined);
        } else {
          this.#statuses.hasten(now, peer);
        }
        break;
      case "fault":
        this.#wants.drop(block.hash);
        if (isOurs) this.#giveUp(now, peer);
        break;
      case "future":
        if (isOurs) this.#giveUp(now, peer);
        if (isOurs) this.#pausedUntil = millis(now + PAUSE_MS);
        break;
      case "known":
      case "stale":
      case "tooFar":
        break;
    }
  }

  #giveUp(now: Millis, peer: PeerName): void {
    this.#claims.failed(now, peer);
    this.#requests.forbidFollowers();
    this.#download = undefined;
  }

  #onWanted(now: Millis, { peer, block }: Extract<SyncEvent, { kind: "wanted" }>): void {
    if (block.number <= this.#final || this.#options.chain.isKnown(block.hash)) return;
    if (block.number <= this.#head + NEAR) this.#wants.add(block.hash, peer, undefined);
    else this.#statuses.hasten(now, peer);
  }

  /** Begins and ends downloads by the gap. */
  #judgeGap(now: Millis): void {
    const head = this.#head;
    const { gap } = this;
    if (gap <= 0) {
      this.#isDownloading = false;
      this.#gapSeen = undefined;
      // Requests that are open stay counted; their answers are too late.
      this.#download = undefined;
      return;
    }
    if (this.#gapSeen?.head !== head) this.#gapSeen = { at: now, head };
    this.#isDownloading ||= head === 0 || gap > START_GAP || now - this.#gapSeen.at >= SETTLE_MS;
    if (!this.#isDownloading || now < this.#pausedUntil) return;
    if (this.#download === undefined || this.#isStuck(this.#download)) this.#begin(head + 1);
  }

  /** Everything came and was tried, and the head is still not there: what was missing did not come. */
  #isStuck(download: Download): boolean {
    if (!download.isIdle || this.#given.size > 0 || this.#wants.size > 0) return false;
    if (this.#requests.some(({ purpose }) => purpose.kind === "range")) return false;
    return download.next(this.bestKnown) === undefined;
  }

  #begin(from: number): void {
    if (this.#download !== undefined) this.#requests.forbidFollowers();
    this.#plans++;
    this.#download = new Download(this.#plans, from);
  }

  /** Gives the next few blocks, when those before them have been tried. */
  #import(): void {
    if (this.#given.size > 0 || this.#download === undefined) return;
    for (const { peer, block } of this.#download.take()) this.#give(peer, block);
  }

  #give(peer: PeerName, block: Block): void {
    this.#given.set(blockHash(block.header), block.header.parentHash);
    this.#effects.push({ kind: "import", peer, block });
  }

  /** Sends whatever may go now. */
  #ask(now: Millis): void {
    const { status } = this.#options;
    for (const peer of this.#statuses.take(now)) {
      this.#send(now, peer, { kind: "status" }, { kind: "status", status: status(now) });
    }
    this.#askCatchUp(now);
    while (this.#requests.mayFetch(now)) {
      const fetch = this.#nextFetch(now);
      if (fetch === undefined) return;
      fetch();
    }
  }

  /** Justifications make blocks final while they come, so that no long tail of unfinal ones builds up. */
  #askCatchUp(now: Millis): void {
    const final = this.#final;
    if (now < this.#catchUpAt || this.#head <= final) return;
    if (this.#requests.some(({ purpose }) => purpose.kind === "catchUp")) return;
    const claimedBefore = this.#isDownloading ? now : millis(Math.max(0, now - IDLE_CATCH_UP_MS));
    const peer = this.#claims.chooseFinal(now, final, claimedBefore);
    if (peer === undefined) return;
    this.#catchUpAt = millis(now + (this.#isDownloading ? CATCH_UP_MS : IDLE_CATCH_UP_MS));
    this.#send(now, peer, { kind: "catchUp" }, { kind: "catchUp", finalized: height(final) });
  }

  /** What to ask for next: wanted blocks and ranges in turn, so that neither keeps the other waiting, then proofs of claims. */
  #nextFetch(now: Millis): (() => void) | undefined {
    const [first, second] = this.#prefersWants
      ? [this.#wantedFetch(now), this.#rangeFetch(now)]
      : [this.#rangeFetch(now), this.#wantedFetch(now)];
    return first ?? second ?? this.#proofFetch(now);
  }

  #wantedFetch(now: Millis): (() => void) | undefined {
    const { chain, book } = this.#options;
    for (let want = this.#wants.next(); want !== undefined; want = this.#wants.next()) {
      const { hash, peer: namedBy, asked } = want;
      const isFirst = asked.length === 0 && book.isConnected(namedBy);
      const peer = isFirst ? namedBy : this.#claims.chooseOther(now, asked);
      if (peer !== undefined && !chain.isKnown(hash)) {
        const open = want;
        return () => {
          this.#prefersWants = false;
          this.#wants.ask(open, peer);
          this.#send(now, peer, { kind: "block", hash }, { kind: "blockByHash", hash });
        };
      }
      this.#wants.drop(hash);
    }
    return undefined;
  }

  #rangeFetch(now: Millis): (() => void) | undefined {
    const download = this.#download;
    if (!this.#isDownloading || download === undefined || now < this.#pausedUntil) return undefined;
    const range = download.next(this.bestKnown);
    const peer = range && this.#claims.choose(now, range.from);
    if (range === undefined || peer === undefined) return undefined;
    const { from } = range;
    const count = Math.min(range.count, this.#options.book.provenHeight(peer) - from + 1);
    return () => {
      this.#prefersWants = true;
      download.asked({ from, count });
      const request = { kind: "sync", fromBlock: height(from), maxBlocks: count, includeBodies: true } as const;
      this.#send(now, peer, { kind: "range", from, count, plan: download.plan }, request);
    };
  }

  #proofFetch(now: Millis): (() => void) | undefined {
    const [claim] = this.#claims.unproven(now, this.#head);
    if (claim === undefined) return undefined;
    const { peer, status } = claim;
    const number = status.bestBlock;
    return () => {
      this.#claims.asked(peer);
      this.#send(now, peer, { kind: "proof", number }, { kind: "headerByNumber", number });
    };
  }

  #send(now: Millis, peer: PeerName, purpose: Pending["purpose"], request: NodeRequest): void {
    this.#effects.push(this.#requests.send(now, peer, purpose, request));
  }

  #nextWake(now: Millis): Millis | undefined {
    const times = [this.#statuses.next(), this.#requests.expiresAt(), this.#gapWake(), this.#catchUpWake(now)];
    if (this.#download?.isReady === true && this.#given.size === 0) times.push(now);
    if (this.#nextFetch(now) !== undefined) times.push(this.#requests.nextFetchAt(now));
    const known = times.filter((at) => at !== undefined);
    return known.length === 0 ? undefined : millis(Math.max(now, Math.min(...known)));
  }

  #gapWake(): Millis | undefined {
    if (this.#gapSeen === undefined) return undefined;
    if (!this.#isDownloading) return millis(this.#gapSeen.at + SETTLE_MS);
    return this.#download === undefined ? this.#pausedUntil : undefined;
  }

  #catchUpWake(now: Millis): Millis | undefined {
    if (this.#requests.some(({ purpose }) => purpose.kind === "catchUp")) return undefined;
    const isBehind = this.#head > this.#final && this.#claims.chooseFinal(now, this.#final, now) !== undefined;
    return isBehind ? millis(Math.max(this.#catchUpAt, now + CATCH_UP_MS)) : undefined;
  }
}
