import { type Digest, height, type Millis, millis, seconds } from "@polis/codec";
import type { Justification } from "@polis/finality";
import type { Block } from "../block/block.ts";
import { blockHash } from "../block/header.ts";
import { ChainReader } from "../chain/chainReader.ts";
import type { ChainTree } from "../chain/chainTree.ts";
import { validators } from "../modules/validators/validator.ts";
import { PeerBook } from "../peers/peerBook.ts";
import { State } from "../state/state.ts";
import { BlockSync } from "../sync/blockSync.ts";
import type { SyncEffect, SyncEvent } from "../sync/types.ts";
import { type AnswerSources, answerRequest } from "../wire/answerRequest.ts";
import type { PeerName, RequestFailure } from "../wire/link.ts";
import type { NodeRequest, NodeResponse, Status } from "../wire/messages.ts";
import { Wire } from "../wire/wire.ts";
import type { BlockTree } from "./blockTree.ts";
import { openTree } from "./blockTree.ts";
import { MemoryStore } from "./memoryStore.ts";
import { codec, type TestChain } from "./testChain.ts";

/** What a peer of the tests does with a request: an answer, bytes of its own, a failure, or "timeout" after 30 s. */
export type Behaviour = (
  request: NodeRequest,
  honest: () => NodeResponse,
) => NodeResponse | Uint8Array | RequestFailure;

/** A request that the node sent. */
export interface Sent {
  readonly at: number;
  readonly peer: PeerName;
  readonly request: NodeRequest;
}

const LATENCY_MS = 5;
const TIMEOUT_MS = 30_000;

/** The status that a chain gives of itself. */
export function statusOf(tree: ChainTree, unixTimeMs: Millis): Status {
  const { head, final } = tree;
  return {
    ...{ bestBlock: head.header.number, bestHash: head.hash, genesisHash: tree.genesis.hash, protocolVersion: 1 },
    ...{ finalizedNumber: final.header.number, finalizedHash: final.hash, unixTimeMs },
  };
}

/** Where answers of a chain come from, without votes and snapshots. */
export function sourcesOf(tree: ChainTree, unixTimeMs = millis(0)): AnswerSources {
  const { hash, header, record } = tree.genesis;
  return {
    reader: new ChainReader(tree),
    genesis: {
      ...{ genesisHash: hash, genesisBlock: { header, transactions: [] }, protocolVersion: 1, record },
      chainName: record.chainName,
    },
    ...{ status: () => statusOf(tree, unixTimeMs), peerCount: () => 0, votes: () => [] },
  };
}

/** A chain that holds these blocks. */
export function treeWith({ chain }: BlockTree, blocks: readonly Block[]): ChainTree {
  const tree = openTree(chain);
  for (const block of blocks) tree.import(block);
  return tree;
}

/** A node that synchronises from peers that a test makes up, in virtual time. */
export class SyncWorld {
  readonly tree: ChainTree;
  readonly book = new PeerBook(new MemoryStore());
  readonly wire = new Wire(codec);
  readonly sync: BlockSync;
  readonly sent: Sent[] = [];
  readonly effects: SyncEffect[] = [];
  readonly justifications: Justification[] = [];
  now: number;
  mostInFlight = 0;
  mostImports = 0;
  #lastId = 0;
  readonly #peers = new Map<PeerName, { readonly tree: ChainTree; readonly behaviour: Behaviour }>();
  readonly #due: { readonly at: number; readonly event: SyncEvent }[] = [];

  /** @param tree what the node has already @param now virtual Unix milliseconds, past the blocks' times */
  constructor(chain: TestChain, tree: ChainTree = openTree(chain), now = 2_000_000_000) {
    this.tree = tree;
    this.now = now;
    this.sync = new BlockSync({
      ...{ chain: tree, rules: tree.rules, wire: this.wire, book: this.book, genesisHash: tree.genesis.hash },
      status: (at) => statusOf(tree, at),
      nextId: () => {
        this.#lastId++;
        return this.#lastId;
      },
      isValidator: (account) => new State(tree.head.entries).get(validators.of(account)) !== undefined,
    });
  }

  /** Connects a peer that has this chain. */
  connect(peer: PeerName, tree: ChainTree, behaviour: Behaviour = (_request, honest) => honest()): void {
    this.#peers.set(peer, { tree, behaviour });
    this.step({ kind: "connected", peer });
  }

  /** A block comes by gossip. */
  gossip(peer: PeerName, block: Block): void {
    this.step(...this.#import(peer, block));
  }

  step(...events: readonly SyncEvent[]): void {
    const queue = [...events];
    for (let event = queue.shift(); event !== undefined; event = queue.shift()) {
      const effects = this.sync.step(millis(this.now), event);
      this.effects.push(...effects);
      this.mostImports = Math.max(this.mostImports, effects.filter(({ kind }) => kind === "import").length);
      for (const effect of effects) queue.push(...this.#carryOut(effect));
      this.mostInFlight = Math.max(this.mostInFlight, this.sync.inFlight);
    }
  }

  /** Lets time pass until something holds. @returns false when it does not within the time */
  until(test: () => boolean, forMs: number): boolean {
    const end = this.now + forMs;
    while (!test()) {
      const next = Math.min(this.sync.wakeAt ?? end, ...this.#due.map(({ at }) => at));
      if (next >= end) {
        this.now = end;
        return test();
      }
      this.now = Math.max(this.now, next);
      const ready = this.#due.filter(({ at }) => at <= this.now);
      for (const due of ready) this.#due.splice(this.#due.indexOf(due), 1);
      if (ready.length === 0) this.step({ kind: "timer" });
      for (const { event } of ready) this.step(event);
    }
    return true;
  }

  /** The bans and disconnects so far, as `peer action code`. */
  get punished(): readonly string[] {
    return this.effects.flatMap((effect) => {
      if (effect.kind !== "report" || effect.report.kind !== "fault" || effect.report.action === "score") return [];
      return [`${effect.report.peer} ${effect.report.action} ${effect.report.code}`];
    });
  }

  /** What a peer was charged with, each code once. */
  charged(peer: PeerName): readonly string[] {
    const codes = this.effects.flatMap((effect) => {
      if (effect.kind !== "report" || effect.report.kind !== "fault" || effect.report.peer !== peer) return [];
      return [effect.report.code];
    });
    return [...new Set(codes)];
  }

  /** Requests of a kind. */
  asked(kind: NodeRequest["kind"]): readonly Sent[] {
    return this.sent.filter(({ request }) => request.kind === kind);
  }

  #carryOut(effect: SyncEffect): readonly SyncEvent[] {
    switch (effect.kind) {
      case "request":
        this.#answer(effect);
        return [];
      case "import":
        return this.#import(effect.peer, effect.block);
      case "justification":
        this.justifications.push(effect.justification);
        return [];
      case "ban":
      case "disconnect":
        this.#peers.delete(effect.peer);
        return [{ kind: "disconnected", peer: effect.peer }];
      default:
        return [];
    }
  }

  #import(peer: PeerName, block: Block): SyncEvent[] {
    const nowS = seconds(Math.floor(this.now / 1_000));
    const { outcome, drained } = this.tree.import(block, { nowS, bestKnown: this.sync.bestKnown });
    const hash: Digest = blockHash(block.header);
    const parent = block.header.parentHash;
    const ref = { number: height(block.header.number), hash };
    return [
      { kind: "tried", peer, block: ref, parent, outcome },
      ...drained.map((orphan) => ({ kind: "drained" as const, ...orphan })),
    ];
  }

  #answer({ id, peer, bytes }: Extract<SyncEffect, { kind: "request" }>): void {
    const server = this.#peers.get(peer);
    const request = this.wire.decodeRequest("req", bytes);
    if (!request.ok) throw new Error(request.fault.code);
    this.sent.push({ at: this.now, peer, request: request.value });
    if (server === undefined) return;
    const honest = () => answerRequest(sourcesOf(server.tree, millis(this.now)), request.value);
    const given = server.behaviour(request.value, honest);
    const isRaw = typeof given === "string" || given instanceof Uint8Array;
    const answer = isRaw ? given : this.wire.encodeResponse(given);
    const after = given === "timeout" ? TIMEOUT_MS : LATENCY_MS;
    this.#due.push({ at: this.now + after, event: { kind: "answer", id, peer, answer } });
  }
}
