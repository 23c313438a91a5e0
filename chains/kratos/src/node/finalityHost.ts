import { type Digest, decodeKce, type Epoch, encodeKce, epoch } from "@polis/codec";
import {
  checkJustification,
  type FinalityEffect,
  type FinalityEvent,
  FinalityGadget,
  type FinalityVote,
  type Justification,
  kceJustification,
} from "@polis/finality";
import { currentSet } from "../chain/finalityView.ts";
import { refOf } from "../chain/paths.ts";
import { readHeader } from "../modules/finality/recordFinality.ts";
import type { PeerName } from "../wire/link.ts";
import type { NodeCore } from "./core.ts";
import { indexedView } from "./indexedView.ts";
import { forgetSets, keepSets, readOwnVotes, voteRows } from "./ownVotes.ts";
import { PeerNumbers } from "./peerNumbers.ts";
import { nodeTables } from "./tables.ts";

/** Justifications of blocks that are not imported yet. Not the gadget's, which would check them again with every block. */
const MAX_WAITING = 64;
const ALARM_KEY = new Uint8Array([1]);
const MAX_JUSTIFICATION_BYTES = 1_048_576;

/** What the gadget said about a message that came in. */
export interface FinalityJudgement {
  /** It is valid and new: pass it on. */
  readonly relayed: boolean;
  /** The code of its bringer's fault. */
  readonly fault: string | undefined;
}

/** What the gadget causes in the rest of the node. */
export interface FinalityActions {
  finalize(hash: Digest, justification: Justification): void;
  equivocation(proof: Extract<FinalityEffect, { kind: "equivocation" }>["proof"]): void;
  askVotes(peer: PeerName, set: Epoch, round: number): void;
  askCatchUp(peer: PeerName): void;
}

/** Hosts the finality gadget (kratos-core 7): its votes are durable before they leave, its findings become the chain's. */
export class FinalityHost {
  readonly #core: NodeCore;
  readonly #actions: FinalityActions;
  readonly #gadget: FinalityGadget;
  readonly #peers = new PeerNumbers();
  readonly #waiting = new Map<Digest, { readonly from: PeerName | undefined; readonly justification: Justification }>();
  /** Those that voted last, the present one at the end. */
  #sets: readonly Epoch[];
  #isAlarmed: boolean;
  #answer: readonly FinalityVote[] = [];

  /** @param delayMs T of kratos-core 7.1 */
  constructor(core: NodeCore, actions: FinalityActions, delayMs: number) {
    const { tree, reader, options, rules, crypto } = core;
    this.#core = core;
    this.#actions = actions;
    this.#isAlarmed = options.remembered.get(nodeTables.alarm, ALARM_KEY) !== undefined;
    this.#gadget = new FinalityGadget({
      ...{ chain: indexedView(core), chainIdentity: rules.chainIdentity, set: currentSet(tree), delayMs },
      ...{ finalized: refOf(tree.final), self: options.validator, ownVotes: readOwnVotes(options.producer) },
      proof: reader.justificationAt(tree.final.header.number),
      signatures: { sign: crypto.votes.sign, verify: rules.signatures.vote },
    });
    this.#sets = [this.#gadget.set.id];
  }

  /** The gadget, to read. */
  get gadget(): Pick<FinalityGadget, "finalized" | "round" | "set" | "active" | "progress" | "fullProof"> {
    return this.#gadget;
  }

  /** True from the moment on in which two justifications contradicted each other, also after a restart. */
  get isAlarmed(): boolean {
    return this.#isAlarmed;
  }

  /** The newest proof of finality, with every signature that is here. */
  newestProof(): Justification | undefined {
    const stored = this.#core.reader.latestJustification();
    const full = this.#gadget.fullProof;
    return full?.block.hash === stored?.block.hash ? (full ?? stored) : stored;
  }

  /** The contradiction that stopped finality, from the disk. */
  get contradiction(): Justification | undefined {
    const bytes = this.#core.options.remembered.get(nodeTables.alarm, ALARM_KEY);
    const decoded = bytes && decodeKce(kceJustification, bytes, MAX_JUSTIFICATION_BYTES);
    return decoded?.ok === true ? decoded.value : undefined;
  }

  start(): void {
    this.#step({ kind: "start" }, undefined);
  }

  onTimer(): void {
    this.#step({ kind: "timer" }, undefined);
  }

  /** Blocks were imported, or the head is another one. */
  onChain(): void {
    this.#step({ kind: "chain" }, undefined);
    const { tree } = this.#core;
    for (const [hash, { from, justification }] of [...this.#waiting]) {
      // Where something is final at its height now, it contradicts that, or is known: its block will not come (7.6).
      if (tree.node(hash) === undefined && justification.block.number > tree.final.header.number) continue;
      this.#waiting.delete(hash);
      this.onJustification(justification, from);
    }
  }

  onVote(vote: FinalityVote, from: PeerName): FinalityJudgement {
    return this.#step({ kind: "vote", from: this.#peers.of(from), vote }, from);
  }

  onVotes(votes: readonly FinalityVote[], from: PeerName): FinalityJudgement {
    return this.#step({ kind: "votesResponse", from: this.#peers.of(from), votes }, from);
  }

  /**
   * A justification that a peer sent, or one that a block carried. A valid one whose block is not here waits for it.
   * @param from undefined when a block carried it: nobody is to blame, and nobody needs it passed on
   */
  onJustification(justification: Justification, from: PeerName | undefined): FinalityJudgement {
    const { block, set } = justification;
    const { tree } = this.#core;
    const isAhead = block.number > tree.final.header.number && tree.node(block.hash) === undefined;
    if (isAhead && set === this.#gadget.set.id && !tree.isKnown(block.hash)) return this.#wait(justification, from);
    return this.#step({ kind: "justification", from: this.#peers.of(from), justification }, from);
  }

  /** Votes of a round, for a peer that asks: none more than once a second (kratos-core 7.8). */
  votesFor(peer: PeerName, set: number, round: number): readonly FinalityVote[] {
    this.#answer = [];
    this.#step({ kind: "votesRequest", from: this.#peers.of(peer), set: epoch(set), round }, peer);
    return this.#answer;
  }

  /** True for a vote of the present set by one of its voters. */
  isVoterNow({ set, voter }: FinalityVote): boolean {
    return set === this.#gadget.set.id && this.#gadget.set.voters.includes(voter);
  }

  forget(peer: PeerName): void {
    this.#peers.forget(peer);
  }

  /** Keeps what is valid only: otherwise anybody could fill the room. */
  #wait(justification: Justification, from: PeerName | undefined): FinalityJudgement {
    const { chainIdentity, signatures } = this.#core.rules;
    const context = { chainIdentity, set: this.#gadget.set, readHeader, signatures: { verify: signatures.vote } };
    const checked = checkJustification(context, justification);
    if (!checked.ok) return { relayed: false, fault: checked.fault.code };
    if (this.#waiting.size >= MAX_WAITING) this.#waiting.delete(this.#waiting.keys().next().value!);
    this.#waiting.set(justification.block.hash, { from, justification });
    return { relayed: false, fault: undefined };
  }

  #step(event: FinalityEvent, from: PeerName | undefined): FinalityJudgement {
    if (this.#isAlarmed) return { relayed: false, fault: undefined };
    let relayed = false;
    let fault: string | undefined;
    for (const effect of this.#gadget.step(this.#core.time.steady, event)) {
      // What waited for its block is passed on now; what this event brought is passed on by its verdict.
      if (effect.kind === "relay") {
        const isOfThisEvent = event.kind === "vote" || event.kind === "justification";
        if (!isOfThisEvent) this.#publish(effect.message);
        else if (from !== undefined) relayed = true;
      } else if (effect.kind === "report") fault = effect.fault.code;
      else this.#carryOut(effect);
    }
    return { relayed, fault };
  }

  #carryOut(effect: FinalityEffect): void {
    const core = this.#core;
    switch (effect.kind) {
      case "persist":
        core.emit({ kind: "persist", rows: voteRows(effect.votes) });
        break;
      case "broadcast":
        this.#publish(effect.message);
        break;
      case "send":
        this.#send(this.#peers.nameOf(effect.to), effect.message);
        break;
      case "setTimer":
        core.timers.set("gadget", effect.at);
        break;
      case "finalize":
        this.#actions.finalize(effect.block.hash, effect.justification);
        break;
      case "newSet":
        this.#beginSet(effect.set.id);
        break;
      case "equivocation":
        this.#actions.equivocation(effect.proof);
        break;
      case "alarm":
        this.#raiseAlarm(effect.finalized.number, effect.conflicting);
        break;
      default:
        break;
    }
  }

  #publish(message: Extract<FinalityEffect, { kind: "broadcast" }>["message"]): void {
    if (message.kind === "vote") this.#core.publish({ topic: "finality", vote: message.vote });
    if (message.kind === "justification") {
      this.#core.publish({ topic: "finality", justification: message.justification });
    }
  }

  #send(to: PeerName | undefined, message: Extract<FinalityEffect, { kind: "send" }>["message"]): void {
    if (message.kind === "votesResponse") this.#answer = message.votes;
    if (to === undefined) return;
    if (message.kind === "votesRequest") this.#actions.askVotes(to, message.set, message.round);
    if (message.kind === "catchUpRequest") this.#actions.askCatchUp(to);
  }

  /** The votes of the last sets stay: a crash or a reorganisation may bring one back. Those of older sets are deleted. */
  #beginSet(set: Epoch): void {
    const { kept, oldest } = keepSets(this.#sets, set);
    this.#sets = kept;
    if (oldest === undefined) return;
    const rows = forgetSets(this.#core.options.producer, oldest);
    if (rows.length > 0) this.#core.emit({ kind: "persist", rows });
  }

  /** Nothing is final any more, and both justifications are kept (kratos-core 7.6). */
  #raiseAlarm(finalized: number, conflicting: Justification): void {
    this.#isAlarmed = true;
    const value = encodeKce(kceJustification, conflicting);
    this.#core.emit({ kind: "remember", rows: [{ table: nodeTables.alarm, key: ALARM_KEY, value }] });
    this.#core.report({ kind: "alarm", finalized, conflicting });
  }
}
