import { height, type Millis, millis } from "@polis/codec";
import type { Machine } from "@polis/ports";
import { buildJustification, type RoundName } from "../justification/buildJustification.ts";
import { checkJustification } from "../justification/checkJustification.ts";
import { ancestorAt, descendsFrom } from "../rounds/ancestry.ts";
import type { FinalityEffect } from "../seam/effects.ts";
import type { FinalityEvent, FinalityPeer } from "../seam/events.ts";
import {
  type BlockRef,
  type FinalityVote,
  type Justification,
  threshold,
  type VoterSet,
  type VoteType,
} from "../seam/types.ts";
import { realVoteSignatures, type VoteSignatures } from "../votes/voteSignatures.ts";
import { checkTarget, checkVote, REMEMBERED_ROUNDS } from "./acceptVote.ts";
import { announces } from "./announces.ts";
import type { GadgetOptions, RoundProgress } from "./gadgetOptions.ts";
import { OwnVotes } from "./ownVotes.ts";
import { mayNow } from "./requestTimes.ts";
import { Round } from "./round.ts";
import { Waiting } from "./waiting.ts";

/** A set of fewer voters stands by: nothing is final (kratos-core 7.8). */
export const MIN_VOTERS = 3;
/** Votes that answer one request (kratos-core 7.8). */
const MAX_ANSWER = 500;
/** Who brought an own vote from the disk. */
const NOBODY = 0;

/**
 * The finality gadget (kratos-core 7): rounds in which voters prevote the head of their best chain and precommit what a
 * quorum of prevotes supports; a quorum of precommits is final. The machine never reads a clock: `now` and one timer do.
 */
export class FinalityGadget implements Machine<FinalityEvent, FinalityEffect> {
  readonly #options: GadgetOptions;
  readonly #signatures: VoteSignatures;
  #set: VoterSet;
  #finalized: BlockRef;
  #rounds = new Map<number, Round>();
  #current: number;
  readonly #own: OwnVotes;
  #waiting = new Waiting();
  #sentAt: Millis = millis(0);
  #answered = new Map<FinalityPeer, Millis>();
  #asked = new Map<FinalityPeer, Millis>();
  #alarmed = false;
  /** Where the last final block was proven. */
  #proven: RoundName | undefined;
  #effects: FinalityEffect[] = [];

  constructor(options: GadgetOptions) {
    this.#options = options;
    this.#signatures = options.signatures ?? realVoteSignatures;
    this.#own = new OwnVotes(options.ownVotes);
    this.#set = options.set;
    this.#finalized = options.finalized;
    this.#current = this.#restore();
  }

  /** The last final block. */
  get finalized(): BlockRef {
    return this.#finalized;
  }

  /** The round in which this node votes. */
  get round(): number {
    return this.#current;
  }

  get set(): VoterSet {
    return this.#set;
  }

  /** False with too few voters, and for good after two justifications contradicted each other. */
  get active(): boolean {
    return !this.#alarmed && this.#set.voters.length >= MIN_VOTERS;
  }

  /**
   * The proof of the last final block with every precommit that came by now, also those behind the quorum: whoever records it
   * leaves nobody out. Undefined when its round is not remembered, as after a handover.
   */
  get fullProof(): Justification | undefined {
    const proven = this.#proven;
    const round = proven?.set === this.#set.id ? this.#rounds.get(proven.round) : undefined;
    if (proven === undefined || round === undefined) return undefined;
    const below = { ...this.#finalized, number: height(this.#finalized.number - 1) };
    return buildJustification(round.precommits, this.#options.chain, proven, this.#finalized, below);
  }

  /** How far the present round is: votes that are here, the block that the prevotes support, whether the next may begin. */
  get progress(): RoundProgress {
    const round = this.#round(this.#current);
    const { ghost, completable } = round.judge(this.#options.chain, this.#set.base);
    return { prevotes: round.prevotes.seen, precommits: round.precommits.seen, target: ghost, completable };
  }

  step(now: Millis, event: FinalityEvent): readonly FinalityEffect[] {
    this.#effects = [];
    this.#take(now, event);
    if (this.active) this.#advance(now);
    return this.#effects;
  }

  #take(now: Millis, event: FinalityEvent): void {
    switch (event.kind) {
      case "vote":
        this.#onVote(now, event.from, event.vote);
        break;
      case "votesResponse":
        for (const vote of event.votes.slice(0, MAX_ANSWER)) this.#onVote(now, event.from, vote);
        break;
      case "justification":
        this.#onJustification(event.from, event.justification);
        break;
      case "votesRequest":
        this.#answer(now, event.from, event.round, event.set);
        break;
      case "chain":
        for (const { from, vote } of this.#waiting.takeVotes()) this.#count(from, vote);
        for (const { from, justification } of this.#waiting.takeJustifications()) {
          this.#onJustification(from, justification);
        }
        this.#handOver();
        break;
      case "start":
        this.#handOver();
        break;
      case "timer":
        break;
    }
  }

  #onVote(now: Millis, from: FinalityPeer, vote: FinalityVote): void {
    const { chainIdentity } = this.#options;
    if (vote.set > this.#set.id) {
      this.#askCatchUp(now, from);
      return;
    }
    if (vote.round >= this.#current && this.#lacksRoundBefore()) this.#ask(now, from, this.#current - 1);
    if (this.#rounds.get(vote.round)?.votes(vote.type).holds(vote) === true) return;
    const checked = checkVote(
      { chainIdentity, set: this.#set, currentRound: this.#current, signatures: this.#signatures },
      vote,
    );
    if (!checked.ok) {
      this.#report(from, checked.fault);
      return;
    }
    if (vote.round > this.#current + 1) this.#ask(now, from, vote.round - 1);
    this.#count(from, vote);
  }

  /** Counts a vote whose voter and signature are checked, or keeps it until its block is here. */
  #count(from: FinalityPeer, vote: FinalityVote): void {
    if (vote.set !== this.#set.id) return;
    const checked = checkTarget(this.#options.chain, this.#set, vote);
    if (!checked.ok) {
      if (checked.fault.verdict === "wait") this.#waiting.addVote(from, vote);
      return;
    }
    const added = this.#round(vote.round).add(vote);
    if (added === "known") return;
    this.#effects.push({ kind: "relay", except: from, message: { kind: "vote", vote } });
    if (added !== "new") this.#effects.push({ kind: "equivocation", proof: added });
  }

  #onJustification(from: FinalityPeer, justification: Justification): void {
    const { chain, chainIdentity } = this.#options;
    const { block } = justification;
    if (justification.set !== this.#set.id) {
      if (justification.set > this.#set.id) this.#effects.push(catchUp(from, this.#finalized));
      return;
    }
    if (block.hash === this.#finalized.hash) return;
    const link = chain.block(block.hash);
    const isBelow = block.number <= this.#finalized.number;
    if (link !== undefined && isBelow && descendsFrom(chain, this.#finalized, block)) return;
    const context = { chainIdentity, set: this.#set, readHeader: chain.readHeader, signatures: this.#signatures };
    const checked = checkJustification(context, justification);
    if (!checked.ok) {
      this.#report(from, checked.fault);
      return;
    }
    // A block of a height that is final here needs not be imported to contradict what is.
    const ours = isBelow ? ancestorAt(chain, this.#finalized, block.number) : undefined;
    if (link === undefined && ours === undefined) {
      this.#waiting.addJustification(from, justification);
      return;
    }
    if (isBelow || !descendsFrom(chain, block, this.#finalized)) {
      this.#alarmed = true;
      this.#effects.push({ kind: "alarm", finalized: this.#finalized, conflicting: justification });
      return;
    }
    this.#effects.push({ kind: "relay", except: from, message: { kind: "justification", justification } });
    this.#finalize(justification);
  }

  /** Does everything that the votes allow, until nothing changes: each vote of this node's own may allow more. */
  #advance(now: Millis): void {
    for (;;) {
      while (this.#finalizeFromVotes() || this.#enterNext(now)) if (!this.active) return;
      const round = this.#round(this.#current);
      round.startedAt ??= now;
      if (this.#cast(now, round)) continue;
      this.#resend(now);
      this.#setTimer(now, round);
      return;
    }
  }

  /** kratos-core 7.5 (5): every remembered round is looked at, the newest first. */
  #finalizeFromVotes(): boolean {
    const { chain } = this.#options;
    for (const round of [...this.#rounds.values()].sort((a, b) => b.number - a.number)) {
      const { finalized } = round.judge(chain, this.#set.base);
      if (finalized === undefined || finalized.number <= this.#finalized.number) continue;
      const name = { set: this.#set.id, round: round.number };
      const justification = buildJustification(round.precommits, chain, name, finalized, this.#finalized);
      if (justification === undefined || !descendsFrom(chain, justification.block, this.#finalized)) continue;
      if (announces(this.#set, this.#options.self?.account, round.number)) {
        this.#effects.push({ kind: "broadcast", message: { kind: "justification", justification } });
      }
      this.#finalize(justification);
      return true;
    }
    return false;
  }

  #finalize(justification: Justification): void {
    this.#finalized = justification.block;
    this.#proven = { set: justification.set, round: justification.round };
    this.#effects.push({ kind: "finalize", block: justification.block, justification });
    this.#handOver();
  }

  /**
   * Begins the next set when the last final block is the handoff block of this one (kratos-core 7.2). Also asked when blocks
   * come: they may show that a set of too few voters, which never votes, was replaced.
   */
  #handOver(): void {
    for (;;) {
      const next = this.#options.chain.setAfter(this.#finalized, this.#set);
      if (next === undefined) return;
      this.#set = next;
      this.#rounds = new Map();
      this.#current = this.#restore();
      this.#effects.push({ kind: "newSet", set: next });
    }
  }

  /** kratos-core 7.5 (1): the round behind the newest completable one; a node that fell behind leaves rounds out. */
  #enterNext(now: Millis): boolean {
    const { chain } = this.#options;
    const done = [...this.#rounds.values()]
      .filter(({ number }) => number >= this.#current)
      .sort((a, b) => b.number - a.number)
      .find((round) => round.judge(chain, this.#set.base).completable && this.#mayLeave(round));
    if (done === undefined) return false;
    this.#current = done.number + 1;
    this.#round(this.#current).startedAt = now;
    for (const number of this.#rounds.keys()) {
      if (number <= this.#current - REMEMBERED_ROUNDS) this.#rounds.delete(number);
    }
    this.#own.prune(this.#current);
    return true;
  }

  /** Takes the own votes of the set. @returns the round of the newest, 1 without any */
  #restore(): number {
    const votes = this.#own.enter(this.#set.id);
    const current = votes.reduce((highest, { round }) => Math.max(highest, round), 1);
    for (const vote of votes) {
      if (vote.round <= current - REMEMBERED_ROUNDS) continue;
      // A crash may have lost the block that was voted for: the vote counts again when it is here.
      if (this.#options.chain.block(vote.target.hash) === undefined) this.#waiting.addVote(NOBODY, vote);
      else this.#round(vote.round).add(vote);
    }
    return current;
  }

  #mayLeave({ number }: Round): boolean {
    return number > this.#current || !this.#isVoter() || this.#own.of(number, "precommit") !== undefined;
  }

  #isVoter(): boolean {
    const { self } = this.#options;
    return self !== undefined && this.#set.voters.includes(self.account);
  }

  /** kratos-core 7.5 (2, 3). True when a vote was cast, which may allow more. */
  #cast(now: Millis, round: Round): boolean {
    const { chain, delayMs } = this.#options;
    if (!this.#isVoter()) return false;
    const estimate = this.#estimateBefore(round);
    if (estimate === undefined) return false;
    const { ghost, completable } = round.judge(chain, this.#set.base);
    const waited = now - round.startedAt!;
    if (this.#own.of(round.number, "prevote") === undefined && (waited >= 2 * delayMs || completable)) {
      const head = chain.bestContaining(estimate) ?? estimate;
      return this.#vote(now, round, "prevote", chain.cut(head, this.#set));
    }
    const mayPrecommit = ghost !== undefined && descendsFrom(chain, ghost, estimate);
    const hasPrecommitted = this.#own.of(round.number, "precommit") !== undefined;
    if (!hasPrecommitted && mayPrecommit && (waited >= 4 * delayMs || completable)) {
      return this.#vote(now, round, "precommit", ghost);
    }
    return false;
  }

  /** E of the round before; the base before the first round. Undefined while its votes are not here, after a restart. */
  #estimateBefore({ number }: Round): BlockRef | undefined {
    if (number === 1) return this.#set.base;
    const before = this.#rounds.get(number - 1)?.judge(this.#options.chain, this.#set.base);
    return before?.completable === true ? before.estimate : undefined;
  }

  /**
   * True for a voter that cannot go on because a restart took the votes of the round before. Others may have left that round
   * and send its votes no more.
   */
  #lacksRoundBefore(): boolean {
    return this.#isVoter() && this.#estimateBefore(this.#round(this.#current)) === undefined;
  }

  #vote(now: Millis, round: Round, type: VoteType, target: BlockRef): boolean {
    const { self, chainIdentity } = this.#options;
    const unsigned = { type, target, round: round.number, set: this.#set.id };
    const signature = this.#signatures.sign(chainIdentity, unsigned, self!.secret);
    const vote: FinalityVote = { ...unsigned, voter: self!.account, signature };
    this.#own.add(vote);
    round.add(vote);
    this.#sentAt = now;
    this.#effects.push({ kind: "persist", votes: [vote] }, { kind: "broadcast", message: { kind: "vote", vote } });
    return true;
  }

  /** kratos-core 7.5 (6): also the votes of the round before, which others may have lost in a restart. */
  #resend(now: Millis): void {
    if (now - this.#sentAt < 4 * this.#options.delayMs) return;
    this.#sentAt = now;
    for (const number of [this.#current - 1, this.#current]) {
      for (const type of ["prevote", "precommit"] as const) {
        const vote = this.#own.of(number, type);
        if (vote !== undefined) this.#effects.push({ kind: "broadcast", message: { kind: "vote", vote } });
      }
    }
  }

  #setTimer(now: Millis, round: Round): void {
    const { delayMs } = this.#options;
    const times = [round.startedAt! + 2 * delayMs, round.startedAt! + 4 * delayMs, this.#sentAt + 4 * delayMs];
    const next = Math.min(...times.filter((time) => time > now));
    this.#effects.push({ kind: "setTimer", at: millis(next) });
  }

  /** kratos-core 7.8: at most one answer per peer and second. */
  #answer(now: Millis, from: FinalityPeer, round: number, set: number): void {
    const found = this.#rounds.get(round);
    if (set !== this.#set.id || found === undefined || !mayNow(this.#answered, from, now)) return;
    const votes = found.allVotes().slice(0, MAX_ANSWER);
    this.#effects.push({ kind: "send", to: from, message: { kind: "votesResponse", votes } });
  }

  #ask(now: Millis, from: FinalityPeer, round: number): void {
    if (!mayNow(this.#asked, from, now)) return;
    this.#effects.push({ kind: "send", to: from, message: { kind: "votesRequest", set: this.#set.id, round } });
  }

  #askCatchUp(now: Millis, from: FinalityPeer): void {
    if (mayNow(this.#asked, from, now)) this.#effects.push(catchUp(from, this.#finalized));
  }

  #report(peer: FinalityPeer, fault: Extract<FinalityEffect, { kind: "report" }>["fault"]): void {
    if (fault.verdict === "punish") this.#effects.push({ kind: "report", peer, fault });
  }

  #round(number: number): Round {
    const { length } = this.#set.voters;
    let round = this.#rounds.get(number);
    if (round === undefined) {
      round = new Round(number, length, threshold(length));
      this.#rounds.set(number, round);
    }
    return round;
  }
}

function catchUp(to: FinalityPeer, finalized: BlockRef): FinalityEffect {
  return { kind: "send", to, message: { kind: "catchUpRequest", finalized: finalized.number } };
}
