import type { Fault } from "@polis/codec";
import { blockHash } from "../block/header.ts";
import type { ImportOutcome } from "../chain/types.ts";
import type { Deed } from "../peers/deeds.ts";
import type { PoolRejection } from "../pool/types.ts";
import type { LinkEvent, PeerName } from "../wire/link.ts";
import type { GossipMessage } from "../wire/messages.ts";
import type { NodeCore } from "./core.ts";
import type { EvidenceBook } from "./evidenceBook.ts";
import type { FinalityHost } from "./finalityHost.ts";
import { FutureBlocks } from "./futureBlocks.ts";
import type { Syncing } from "./syncing.ts";

type GossipEvent = Extract<LinkEvent, { kind: "gossip" }>;
type Verdict = "accept" | "ignore" | "reject";
type MessageOf<T extends GossipMessage["topic"]> = Extract<GossipMessage, { topic: T }>;

/** Refusals by the pool that no correct node would have passed on (kratos-core 12.9). */
const INVALID: ReadonlySet<PoolRejection> = new Set([
  "InvalidSignature",
  "TransactionTooLarge",
  "SystemSender",
  "NonceTooHigh",
]);

/** The parts of a node that messages are for. */
export interface GossipParts {
  readonly evidence: EvidenceBook;
  readonly finality: FinalityHost;
  readonly syncing: Syncing;
  /** A fresh block of somebody is in the chain: a sample of the clock. */
  freshBlock(block: MessageOf<"blocks">["block"]): void;
}

/** Judges what is gossiped: what is passed on, what it does here, and what it costs its bringer (kratos-core 12.8, 12.9). */
export class Gossip {
  readonly #core: NodeCore;
  readonly #parts: GossipParts;
  readonly #future = new FutureBlocks();

  constructor(core: NodeCore, parts: GossipParts) {
    this.#core = core;
    this.#parts = parts;
  }

  /** Blocks that wait for their slots. */
  get held(): number {
    return this.#future.size;
  }

  onMessage({ id, topic, from, bytes }: GossipEvent): void {
    const decoded = this.#core.wire.decodeGossip(topic, bytes);
    const verdict = decoded.ok ? this.#judge(decoded.value, from) : this.#malformed(topic, from, decoded.fault);
    this.#core.judge(id, verdict);
  }

  /** Tries the blocks whose slot has begun (kratos-core V16). */
  onTime(): void {
    const { slot } = this.#core;
    if (slot === undefined || this.#future.size === 0) return;
    for (const { block, from } of this.#future.takeDue(slot)) this.#parts.syncing.tryFresh(block, from);
  }

  #judge(message: GossipMessage, from: PeerName): Verdict {
    switch (message.topic) {
      case "blocks":
        return this.#onBlock(message, from);
      case "transactions":
        return this.#onTransaction(message, from);
      case "consensus":
        return this.#onEvidence(message, from);
      default:
        return this.#onFinality(message, from);
    }
  }

  /** V1 for a block; for anything else bytes that no correct node sends. */
  #malformed(topic: GossipEvent["topic"], from: PeerName, { code }: Fault): Verdict {
    if (topic === "blocks") this.#parts.syncing.charge(from, "bannedFault", "MalformedBlock");
    else this.#parts.syncing.charge(from, "malformed", code);
    return "reject";
  }

  /**
   * A block is passed on when it was checked in full: a bad one that is passed on would cost the next node's trust (12.9).
   * One whose parent is missing is not, because this node could not deliver the parent.
   */
  #onBlock({ block }: MessageOf<"blocks">, from: PeerName): Verdict {
    const { slot } = this.#core;
    const outcome = this.#parts.syncing.tryFresh(block, from);
    if (outcome.kind === "future" && slot !== undefined) {
      this.#future.hold({ block, hash: blockHash(block.header), from }, slot);
    }
    if (outcome.kind === "imported") this.#parts.freshBlock(block);
    return verdictOf(outcome);
  }

  #onTransaction({ signed }: MessageOf<"transactions">, from: PeerName): Verdict {
    const outcome = this.#core.pool.add(signed, this.#core.time.steady);
    if (outcome.ok) {
      this.#charge(from, "newTransaction");
      return "accept";
    }
    if (!INVALID.has(outcome.reason)) return "ignore";
    this.#charge(from, "invalidTransaction", outcome.reason);
    return "reject";
  }

  #onEvidence({ evidence }: MessageOf<"consensus">, from: PeerName): Verdict {
    const outcome = this.#parts.evidence.add(evidence);
    if (outcome !== "InvalidEvidence") return outcome === "new" ? "accept" : "ignore";
    this.#charge(from, "malformed", outcome);
    return "reject";
  }

  #onFinality(message: MessageOf<"finality">, from: PeerName): Verdict {
    const { finality, syncing } = this.#parts;
    const { relayed, fault } =
      "vote" in message ? finality.onVote(message.vote, from) : finality.onJustification(message.justification, from);
    if (fault !== undefined) {
      this.#charge(from, "invalidVote", fault);
      return "reject";
    }
    const target = "vote" in message ? message.vote.target : message.justification.block;
    const isOfSet = !("vote" in message) || finality.isVoterNow(message.vote);
    if (!relayed && isOfSet && !this.#core.tree.isKnown(target.hash)) syncing.want(target, from);
    return relayed ? "accept" : "ignore";
  }

  #charge(from: PeerName, deed: Deed, code?: string): void {
    this.#parts.syncing.charge(from, deed, code);
  }
}

function verdictOf(outcome: ImportOutcome): Verdict {
  if (outcome.kind === "imported") return "accept";
  return outcome.kind === "fault" ? "reject" : "ignore";
}
