import type { BlockRef, Justification } from "@polis/finality";
import type { Block } from "../block/block.ts";
import { blockHash } from "../block/header.ts";
import type { ImportOutcome } from "../chain/types.ts";
import { validators } from "../modules/validators/validator.ts";
import type { Deed } from "../peers/deeds.ts";
import { PeerBook } from "../peers/peerBook.ts";
import { BlockSync } from "../sync/blockSync.ts";
import type { SyncEffect, SyncEvent } from "../sync/types.ts";
import type { LinkEvent, PeerName } from "../wire/link.ts";
import type { NodeRequest, NodeResponse, Status } from "../wire/messages.ts";
import type { NodeCore } from "./core.ts";
import type { Importer } from "./importer.ts";
import { statusOf } from "./ownStatus.ts";
import type { NodeEvent } from "./seam.ts";

type AnswerEvent = Extract<LinkEvent, { kind: "answer" }>;

/** Requests of the node itself that wait for an answer. */
const MAX_ASKED = 256;
/** Between two reports of progress. */
const REPORT_MS = 1_000;

/** What synchronisation brings to the rest of the node. */
export interface SyncingHost {
  justification(justification: Justification, from: PeerName): void;
  /** A peer told its time. @param sentAt steady, when it was asked */
  heard(peer: PeerName, status: Status, sentAt: number | undefined): void;
  /** The answer to an own request that is not about blocks. */
  answered(peer: PeerName, request: NodeRequest, response: NodeResponse): void;
}

/** Hosts what asks and judges peers: the book of scores and bans, and block synchronisation (kratos-core 12.9, 12.11). */
export class Syncing {
  readonly book: PeerBook;
  readonly #core: NodeCore;
  readonly #importer: Importer;
  readonly #host: SyncingHost;
  readonly #sync: BlockSync;
  readonly #asked = new Map<number, NodeRequest>();
  #lastId = 0;
  #reportedAt = 0;
  #reportedState = "";

  constructor(core: NodeCore, importer: Importer, host: SyncingHost) {
    this.#core = core;
    this.#importer = importer;
    this.#host = host;
    this.book = new PeerBook(core.options.remembered);
    this.#sync = new BlockSync({
      ...{ chain: core.tree, rules: core.rules, wire: core.wire, book: this.book, genesisHash: core.tree.genesis.hash },
      status: () => statusOf(core),
      nextId: () => this.#nextId(),
      isValidator: (account) => core.state.get(validators.of(account)) !== undefined,
    });
  }

  /** Proven blocks that this node has not. */
  get gap(): number {
    return this.#sync.gap;
  }

  /** Takes an event, and does what it causes, imports included. */
  step(event: SyncEvent): void {
    const queue: SyncEvent[] = [event];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      for (const effect of this.#sync.step(this.#core.time.steady, next)) {
        queue.push(...this.#carryOut(effect));
      }
    }
    const { wakeAt } = this.#sync;
    if (wakeAt === undefined) this.#core.timers.clear("sync");
    else this.#core.timers.set("sync", wakeAt);
    this.#report();
  }

  /** Tries a block that was gossiped, or one that was held; its bringer is judged by what became of it. */
  tryFresh(block: Block, from: PeerName): ImportOutcome {
    const { outcome, events } = this.#try(block, from);
    for (const event of events) this.step(event);
    return outcome;
  }

  /** A vote or justification names a block that is not here. */
  want(block: BlockRef, peer: PeerName): void {
    this.step({ kind: "wanted", peer, block });
  }

  charge(peer: PeerName, deed: Deed, code?: string): void {
    this.#core.emit(...this.book.charge(this.#core.time.steady, peer, deed, code));
  }

  /** The network banned a peer. */
  banned({ peer, until, reason }: Extract<NodeEvent, { kind: "banned" }>): void {
    this.#core.emit(...this.book.ban(this.#core.time.steady, peer, until, reason));
  }

  /** Asks a peer for something that is not about blocks. */
  ask(peer: PeerName, request: NodeRequest): void {
    if (this.#asked.size >= MAX_ASKED) return;
    const id = this.#nextId();
    this.#asked.set(id, request);
    this.#core.emit({ kind: "request", id, peer, protocol: "req", bytes: this.#core.wire.encodeRequest(request) });
  }

  /** An answer to whichever part of the node asked. */
  onAnswer(event: AnswerEvent): void {
    if (this.#sync.owns(event.id)) {
      this.step(event);
      return;
    }
    const request = this.#asked.get(event.id);
    this.#asked.delete(event.id);
    if (request === undefined) return;
    if (typeof event.answer === "string") {
      if (event.answer === "timeout") this.charge(event.peer, "timeout");
      return;
    }
    const decoded = this.#core.wire.decodeResponse(request, event.answer);
    if (decoded.ok) this.#host.answered(event.peer, request, decoded.value);
    else this.charge(event.peer, "malformed", decoded.fault.code);
  }

  #nextId(): number {
    this.#lastId++;
    return this.#lastId;
  }

  #carryOut(effect: SyncEffect): readonly SyncEvent[] {
    switch (effect.kind) {
      case "import":
        return this.#try(effect.block, effect.peer).events;
      case "justification":
        this.#host.justification(effect.justification, effect.peer);
        return [];
      case "heard":
        this.#host.heard(effect.peer, effect.status, effect.sentAt);
        return [];
      default:
        this.#core.emit(effect);
        return [];
    }
  }

  /** Tries a block. @returns what became of it, and what synchronisation is told of it and of those that waited for it */
  #try(block: Block, peer: PeerName): { readonly outcome: ImportOutcome; readonly events: readonly SyncEvent[] } {
    const { outcome, drained } = this.#importer.import(block, { from: peer, bestKnown: this.#sync.bestKnown });
    const { number, parentHash: parent } = block.header;
    const ref = { number, hash: blockHash(block.header) };
    const later = drained.map((each) => ({ kind: "drained" as const, ...each }));
    return { outcome, events: [{ kind: "tried", peer, block: ref, parent, outcome }, ...later] };
  }

  #report(): void {
    const { steady } = this.#core.time;
    const { state, current, highest } = this.#sync.progress(steady);
    const isDue = steady - this.#reportedAt >= REPORT_MS && (state === "Downloading" || state === "FarBehind");
    if (state === this.#reportedState && !isDue) return;
    this.#reportedAt = steady;
    this.#reportedState = state;
    this.#core.report({ kind: "syncing", current, highest, state });
  }
}
