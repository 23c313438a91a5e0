import { decodeKce, type Millis, seconds } from "@polis/codec";
import type { VoterSet } from "@polis/finality";
import type { Store } from "@polis/ports";
import { slotAt } from "@polis/slots";
import type { ChainRules } from "../block/applyBlock.ts";
import type { Block } from "../block/block.ts";
import { blockHash } from "../block/header.ts";
import type { Genesis } from "../genesis/buildGenesis.ts";
import type { PeerBook, PeerEffect } from "../peers/peerBook.ts";
import type { TransactionCodec } from "../transaction/transaction.ts";
import { wireLimits } from "../wire/limits.ts";
import type { LinkEffect, LinkEvent, PeerName } from "../wire/link.ts";
import type { NodeRequest, NodeResponse, Status } from "../wire/messages.ts";
import type { Wire } from "../wire/wire.ts";
import { isJustified } from "./checkHandoff.ts";
import type { WarpFaultCode } from "./errors.ts";
import type { Handoff } from "./handoff.ts";
import { type Offer, Offers } from "./offers.ts";
import { Pace } from "./pace.ts";
import { genesisSet, provenSet } from "./provenSet.ts";
import { kceChunk, kceHandoffs } from "./snapshot.ts";
import { StateWriter } from "./stateWriter.ts";

/** Chunks that are asked for at a time. */
const IN_FLIGHT = 3;
/** Requests in a row that may fail. */
const MAX_FAILURES = 10;
/** Snapshots that are tried one after the other. */
const MAX_TARGETS = 16;

/** What a warp is made of. */
export interface WarpOptions {
  readonly wire: Wire;
  readonly book: PeerBook;
  readonly genesis: Genesis;
  readonly rules: ChainRules;
  readonly codec: TransactionCodec;
  /** An empty store of this chain; the warp commits to it by itself. */
  readonly store: Store;
  readonly nextId: () => number;
}

/** What happens to a node that warps. Connections that are there already are told by `connected` first. */
export type WarpEvent = LinkEvent | { readonly kind: "start" } | { readonly kind: "timer" };

/** Why a warp ended without a state. The node synchronises block by block then (kratos-core 12.12 (5)). */
export type WarpFailure = "WARP_NO_SNAPSHOT" | "WARP_NO_PEERS" | "WARP_OTHER_ROOT";

/** What a warping node wants. The last effect is `warped` or `failed`. */
export type WarpEffect =
  | LinkEffect
  | PeerEffect
  | { readonly kind: "setTimer"; readonly at: Millis }
  | { readonly kind: "progress"; readonly chunks: number; readonly total: number; readonly entries: number }
  /** A chain can be opened on the store once this is durable. */
  | { readonly kind: "warped"; readonly number: number; readonly durable: Promise<void> }
  | { readonly kind: "failed"; readonly code: WarpFailure };

/** What was proven so far of an offer. */
interface Target extends Offer {
  set: VoterSet;
  readonly handoffs: Handoff[];
  block: Block | undefined;
  readonly writer: StateWriter;
}

/**
 * Takes over the state after a final block instead of applying all blocks before it (kratos-core 12.12). Nothing is believed:
 * handoffs prove the voters, voters prove the block, the block's state root proves every chunk.
 */
export class WarpSync {
  readonly #options: WarpOptions;
  readonly #asked = new Map<number, { readonly peer: PeerName; readonly request: NodeRequest }>();
  readonly #offers = new Offers();
  readonly #pace = new Pace();
  #target: Target | undefined;
  #targets = 0;
  #failures = 0;
  #over = false;

  constructor(options: WarpOptions) {
    this.#options = options;
  }

  /** Applies an event. Nothing happens any more after `warped` or `failed`. */
  step(now: Millis, event: WarpEvent): readonly WarpEffect[] {
    if (this.#over) return [];
    if (event.kind === "start") this.#pace.begin(now);
    const effects = [...this.#apply(now, event)];
    if (!this.#over && this.#pace.isTooSlow(now)) effects.push(...this.#giveUp(now));
    return this.#over ? effects : [...effects, { kind: "setTimer", at: this.#pace.endsAt }];
  }

  #apply(now: Millis, event: WarpEvent): readonly WarpEffect[] {
    switch (event.kind) {
      case "start":
      case "timer":
        return [];
      case "connected":
        // Peers may take this node for one without a chain, and give it no block, until it tells them its genesis (12.8).
        return [
          ...this.#options.book.connected(now, event.peer),
          this.#ask(event.peer, { kind: "status", status: this.#status(now) }),
          this.#ask(event.peer, { kind: "snapshotHeader" }),
        ];
      case "disconnected":
        this.#options.book.disconnected(now, event.peer);
        this.#offers.drop(event.peer);
        return this.#goOn(now);
      case "gossip":
        return [{ kind: "verdict", id: event.id, verdict: "ignore" }];
      case "request":
        return [{ kind: "refuse", id: event.id }];
      case "answer":
        return this.#onAnswer(now, event);
    }
  }

  #onAnswer(now: Millis, { id, answer }: Extract<LinkEvent, { kind: "answer" }>): readonly WarpEffect[] {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    if (asked === undefined) return [];
    const { peer, request } = asked;
    if (typeof answer === "string") return this.#missed(now, peer, request);
    const decoded = this.#options.wire.decodeResponse(request, answer);
    if (!decoded.ok) return this.#guilty(now, peer, "WARP_MALFORMED");
    if (decoded.value.kind === "notFound" || decoded.value.kind === "error") return this.#missed(now, peer, request);
    const effects = this.#take(now, peer, request, decoded.value);
    return this.#over ? effects : [...effects, ...this.#askMore(now)];
  }

  #take(now: Millis, peer: PeerName, request: NodeRequest, response: NodeResponse): readonly WarpEffect[] {
    if (response.kind === "snapshotHeader") return this.#onOffer(now, peer, response.bytes);
    const target = this.#target;
    if (target === undefined || response.kind === "status") return [];
    this.#failures = 0;
    if (response.kind === "snapshotHandoffs") return this.#onHandoffs(now, peer, target, response.bytes);
    if (response.kind === "block") return this.#onBlock(now, peer, target, response.block);
    if (response.kind !== "snapshotChunk" || request.kind !== "snapshotChunk") return [];
    const chunk = decodeKce(kceChunk, response.bytes, wireLimits.snapshotBytes);
    if (!chunk.ok || chunk.value.index !== request.index) return this.#guilty(now, peer, "WARP_MALFORMED");
    const added = target.writer.add(chunk.value);
    if (!added.ok) return this.#guilty(now, peer, added.fault.code);
    if (target.writer.isTorn) return this.#fail("WARP_OTHER_ROOT");
    this.#pace.came(response.bytes.length);
    return [
      { kind: "progress", chunks: target.writer.chunks, total: target.writer.total, entries: target.writer.entries },
      ...this.#finish(target),
    ];
  }

  #onOffer(now: Millis, peer: PeerName, bytes: Uint8Array): readonly WarpEffect[] {
    const slotNow = slotAt(this.#options.rules.clock, seconds(Math.trunc(now / 1_000))) ?? 0;
    const added = this.#offers.add(peer, bytes, slotNow);
    if (!added.ok) return this.#guilty(now, peer, added.fault.code);
    this.#choose(now);
    return [];
  }

  /** The oldest offer becomes the target when there is none; a target has a window of time to itself. */
  #choose(now: Millis): void {
    const offer = this.#offers.first();
    if (this.#target !== undefined || offer === undefined || this.#targets === MAX_TARGETS) return;
    const { genesis, store } = this.#options;
    const { header, totalChunks: chunks, totalEntries: entries } = offer.snapshot;
    const writer = new StateWriter(store, header.stateRoot, { chunks, entries });
    this.#target = { ...offer, set: genesisSet(genesis), handoffs: [], block: undefined, writer };
    this.#targets++;
    this.#failures = 0;
    this.#pace.begin(now);
  }

  #onHandoffs(now: Millis, peer: PeerName, target: Target, bytes: Uint8Array): readonly WarpEffect[] {
    const decoded = decodeKce(kceHandoffs, bytes, wireLimits.snapshotBytes);
    if (!decoded.ok) return this.#guilty(now, peer, "WARP_MALFORMED");
    const { genesis, rules } = this.#options;
    const { handoffs } = decoded.value;
    const next = provenSet(rules, genesis, handoffs, target.set);
    if (!next.ok) return this.#guilty(now, peer, next.fault.code);
    if (handoffs.length === 0) return this.#guilty(now, peer, "WARP_CHAIN");
    target.set = next.value;
    target.handoffs.push(...handoffs);
    this.#pace.came(bytes.length);
    return [];
  }

  #onBlock(now: Millis, peer: PeerName, target: Target, block: Block): readonly WarpEffect[] {
    if (blockHash(block.header) !== target.hash) return this.#guilty(now, peer, "WARP_CHAIN");
    target.block = block;
    return this.#finish(target);
  }

  /** A node at the beginning of its chain. */
  #status(now: Millis): Status {
    const { hash, header, record } = this.#options.genesis;
    return {
      ...{ bestBlock: header.number, bestHash: hash, finalizedNumber: header.number, finalizedHash: hash },
      ...{ genesisHash: hash, protocolVersion: record.protocolVersion, unixTimeMs: now },
    };
  }

  /** What the target lacks: first its voters, then its proof, then its block and its state. */
  #askMore(now: Millis): readonly WarpEffect[] {
    const target = this.#target;
    const sources = target === undefined ? [] : this.#offers.sourcesOf(target);
    if (target === undefined || sources.length === 0) return [];
    const { set, snapshot } = target;
    const from = sources[this.#failures % sources.length]!;
    if (set.id !== snapshot.justification.set) {
      const request: NodeRequest = { kind: "snapshotHandoffs", fromSet: set.id };
      return this.#isAsked(request.kind) ? [] : [this.#ask(from, request)];
    }
    if (!isJustified(this.#options.rules, set, snapshot.justification)) {
      // The proof came with the offer: with another peer's offer of the same block it may be there.
      this.#forgetTarget();
      return this.#guilty(now, target.peer, "WARP_JUSTIFICATION");
    }
    const effects: WarpEffect[] = [];
    if (target.block === undefined && !this.#isAsked("blockByHash")) {
      effects.push(this.#ask(from, { kind: "blockByHash", hash: target.hash }));
    }
    const wanted = target.writer.wanted(IN_FLIGHT).filter((index) => !this.#isChunkAsked(index));
    for (const index of wanted) {
      const peer = sources[(index + this.#failures) % sources.length]!;
      effects.push(this.#ask(peer, { kind: "snapshotChunk", block: target.hash, index }));
    }
    return effects;
  }

  #finish(target: Target): readonly WarpEffect[] {
    const { block, writer, snapshot, handoffs } = target;
    if (block === undefined || !writer.isComplete) return [];
    this.#over = true;
    if (!writer.isRight) return [{ kind: "failed", code: "WARP_OTHER_ROOT" }];
    const { genesis, codec } = this.#options;
    const durable = writer.finish({ genesis, codec, block, justification: snapshot.justification, handoffs });
    return [{ kind: "warped", number: block.header.number, durable }];
  }

  /** A peer that sent what is not so: banned, and nothing of it stays. */
  #guilty(now: Millis, peer: PeerName, code: WarpFaultCode): readonly WarpEffect[] {
    const effects = this.#options.book.charge(now, peer, "bannedFault", code);
    this.#offers.drop(peer);
    return [...effects, ...this.#goOn(now)];
  }

  /** Goes on with other sources of the target, or with another target as long as nothing of this one is written. */
  #goOn(now: Millis): readonly WarpEffect[] {
    const target = this.#target;
    if (target !== undefined && this.#offers.sourcesOf(target).length === 0) {
      if (target.writer.chunks > 0) return this.#fail("WARP_NO_PEERS");
      this.#forgetTarget();
    }
    // Without a target others may still offer one, within the time that is left.
    this.#choose(now);
    if (this.#target === undefined && this.#targets === MAX_TARGETS) return this.#fail("WARP_NO_PEERS");
    return this.#askMore(now);
  }

  /** A window of time brought too little: the sources of the target are too slow, and without one nobody has a snapshot. */
  #giveUp(now: Millis): readonly WarpEffect[] {
    if (this.#target === undefined) return this.#fail("WARP_NO_SNAPSHOT");
    for (const peer of this.#offers.sourcesOf(this.#target)) this.#offers.drop(peer);
    return this.#goOn(now);
  }

  /** What was asked for it is of no interest; offers that are on their way are. */
  #forgetTarget(): void {
    this.#target = undefined;
    for (const [id, { request }] of this.#asked) if (request.kind !== "snapshotHeader") this.#asked.delete(id);
  }

  /** No answer, or no such thing there. */
  #missed(now: Millis, peer: PeerName, { kind }: NodeRequest): readonly WarpEffect[] {
    if (kind === "snapshotHeader" || kind === "status") return [];
    this.#failures++;
    if (this.#failures > MAX_FAILURES) this.#offers.drop(peer);
    return this.#goOn(now);
  }

  #fail(code: WarpFailure): readonly WarpEffect[] {
    this.#over = true;
    return [{ kind: "failed", code }];
  }

  #ask(peer: PeerName, request: NodeRequest): WarpEffect {
    const id = this.#options.nextId();
    this.#asked.set(id, { peer, request });
    return { kind: "request", id, peer, protocol: "req", bytes: this.#options.wire.encodeRequest(request) };
  }

  #isAsked(kind: NodeRequest["kind"]): boolean {
    return [...this.#asked.values()].some(({ request }) => request.kind === kind);
  }

  #isChunkAsked(index: number): boolean {
    return [...this.#asked.values()].some(({ request }) => request.kind === "snapshotChunk" && request.index === index);
  }
}
