import { height, type Millis, millis } from "@polis/codec";
import type { Machine } from "@polis/ports";
import { buildJustification } from "../justification/buildJustification.ts";
import { votesIn } from "../justification/votesIn.ts";
import { descendsFrom } from "../rounds/ancestry.ts";
import type { Judgement } from "../rounds/judgeRound.ts";
import type { FinalityEffect } from "../seam/effects.ts";
import type { FinalityEvent, FinalityPeer } from "../seam/events.ts";
import type { BlockRef, FinalityVote, Justification, VoterSet } from "../seam/types.ts";
import { realVoteSignatures, type VoteSignatures } from "../votes/voteSignatures.ts";
import { checkTarget, checkVote } from "./acceptVote.ts";
import { announces } from "./announces.ts";
import type { GadgetOptions, RoundProgress } from "./gadgetOptions.ts";
import { judgeJustification } from "./judgeJustification.ts";
import { nextVote } from "./nextVote.ts";
import { OwnVotes } from "./ownVotes.ts";
import { MAX_ANSWER, Requests } from "./requests.ts";
import type { Round } from "./round.ts";
import { Rounds } from "./rounds.ts";
import { Waiting } from "./waiting.ts";

/** A set of fewer voters stands by: nothing is final (kratos-core 7.8). */
export const MIN_VOTERS = 3;
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
  #rounds: Rounds;
  #current = 1;
  readonly #own: OwnVotes;
  #waiting = new Waiting();
  #sentAt: Millis = millis(0);
  readonly #requests = new Requests();
  #alarmed = false;
  /** The newest round of the set whose precommits proved a final block, and that of the last one; 0 without any. */
  #proven = { newest: 0, last: 0 };
  #effects: FinalityEffect[] = [];

  constructor(options: GadgetOptions) {
    this.#options = options;
    this.#signatures = options.signatures ?? realVoteSignatures;
    this.#own = new OwnVotes(options.ownVotes);
    this.#set = options.set;
    this.#finalized = options.finalized;
    this.#rounds = new Rounds(this.#set.voters.length);
    this.#restore();
    this.#takeUp(options.proof);
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
    const { last } = this.#proven;
    const round = this.#rounds.get(last);
    if (round === undefined) return undefined;
    const below = { ...this.#finalized, number: height(this.#finalized.number - 1) };
    const name = { set: this.#set.id, round: last };
    return buildJustification(round.precommits, this.#options.chain, name, this.#finalized, below);
  }

  /** How far the present round is: votes that are here, the block that the prevotes support, whether the next may begin. */
  get progress(): RoundProgress {
    const round = this.#rounds.of(this.#current);
    const { ghost, completable } = this.#judge(round);
    return { prevotes: round.prevotes.seen, precommits: round.precommits.seen, target: ghost, completable };
  }

  step(now: Millis, event: FinalityEvent): readonly FinalityEffect[] {
    this.#effects = [];
    if (!this.#alarmed) this.#take(now, event);
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
        this.#onJustification(now, event.from, event.justification);
        break;
      case "votesRequest":
        this.#answer(now, event.from, event.round, event.set);
        break;
      case "chain":
        for (const { from, vote } of this.#waiting.takeVotes()) this.#count(from, vote);
        for (const { from, justification } of this.#waiting.takeJustifications()) {
          this.#onJustification(now, from, justification);
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
      this.#effects.push(...this.#requests.catchUp(now, from, this.#finalized));
      return;
    }
    if (vote.round >= this.#current && this.#lacksRoundBefore()) this.#ask(now, from, this.#current - 1);
    const isHeld = this.#rounds.get(vote.round)?.votes(vote.type).holds(vote) === true;
    if (isHeld || this.#waiting.hasVote(vote)) return;
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
    const added = this.#rounds.of(vote.round).add(vote);
    if (added === "known") return;
    this.#effects.push({ kind: "relay", except: from, message: { kind: "vote", vote } });
    if (added !== "new") this.#effects.push({ kind: "equivocation", proof: added });
  }

  #onJustification(now: Millis, from: FinalityPeer, justification: Justification): void {
    const { chain, chainIdentity } = this.#options;
    if (this.#alarmed) return;
    const context = { chain, chainIdentity, set: this.#set, finalized: this.#finalized, signatures: this.#signatures };
    const judged = judgeJustification(context, justification);
    switch (judged) {
      case "known":
        return;
      case "otherSet":
        if (justification.set <= this.#set.id) return;
        this.#effects.push(...this.#requests.catchUp(now, from, this.#finalized));
        return;
      case "wait":
        this.#waiting.addJustification(from, justification);
        return;
      case "conflict":
        this.#alarmed = true;
        this.#effects.push({ kind: "alarm", finalized: this.#finalized, conflicting: justification });
        return;
      case "final":
        this.#effects.push({ kind: "relay", except: from, message: { kind: "justification", justification } });
        this.#learn(justification);
        this.#finalize(justification);
        return;
      default:
        this.#report(from, judged);
    }
  }

  /** Does everything that the votes allow, until nothing changes: each vote of this node's own may allow more. */
  #advance(now: Millis): void {
    for (;;) {
      while (this.#finalizeFromVotes() || this.#enterNext(now)) if (!this.active) return;
      const round = this.#rounds.of(this.#current);
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
    for (const round of this.#rounds.newestFirst()) {
      const { finalized } = this.#judge(round);
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
    const { block, round } = justification;
    this.#finalized = block;
    this.#proven = { newest: Math.max(round, this.#proven.newest), last: round };
    this.#enter(Math.max(round, this.#current));
    this.#effects.push({ kind: "finalize", block, justification });
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
      this.#waiting = new Waiting();
      this.#rounds = new Rounds(next.voters.length);
      this.#proven = { newest: 0, last: 0 };
      this.#restore();
      this.#effects.push({ kind: "newSet", set: next });
    }
  }

  /** kratos-core 7.5 (1): the round behind the newest completable one; a node that fell behind leaves rounds out. */
  #enterNext(now: Millis): boolean {
    const done = this.#rounds
      .newestFirst()
      .find((round) => round.number >= this.#current && this.#judge(round).completable && this.#mayLeave(round));
    if (done === undefined) return false;
    this.#enter(done.number + 1);
    this.#rounds.of(this.#current).startedAt = now;
    return true;
  }

  #enter(round: number): void {
    this.#current = round;
    this.#rounds.forget(round);
    this.#own.prune(round);
  }

  /** Takes the own votes of the set, and goes on in the round of the newest, or in the first. */
  #restore(): void {
    const votes = this.#own.enter(this.#set.id);
    this.#current = votes.reduce((highest, { round }) => Math.max(highest, round), 1);
    for (const vote of votes) {
      // A crash may have lost the block that was voted for: the vote counts again when it is here.
      if (this.#options.chain.block(vote.target.hash) === undefined) this.#waiting.addVote(NOBODY, vote);
      else this.#rounds.of(vote.round).add(vote);
    }
    this.#enter(this.#current);
  }

  /**
   * Takes the proof of the last final block from the disk. A precommit of this node in it counts as signed: the chain may have
   * been durable before the vote was.
   */
  #takeUp(proof: Justification | undefined): void {
    if (proof === undefined || proof.set !== this.#set.id || proof.block.hash !== this.#finalized.hash) return;
    this.#proven = { newest: proof.round, last: proof.round };
    this.#learn(proof);
    this.#enter(Math.max(proof.round, this.#current));
  }

  /**
   * Looks at the precommits of a valid proof: an own one counts as signed, one that contradicts another is evidence (7.7). Those
   * of a round that this node is in come by gossip, and have to be passed on there; of a later one they are taken from here.
   */
  #learn(proof: Justification): void {
    const isAhead = proof.round > this.#current;
    const votes = this.#rounds.of(proof.round);
    for (const vote of votesIn(proof)) {
      const isOwn = vote.voter === this.#options.self?.account;
      if (isOwn && this.#own.of(vote.round, "precommit") === undefined) this.#own.add(vote);
      const isOfUse = isAhead || votes.precommits.hasHeard(vote.voter);
      if (!isOfUse || !checkTarget(this.#options.chain, this.#set, vote).ok) continue;
      const added = votes.add(vote);
      if (typeof added !== "string") this.#effects.push({ kind: "equivocation", proof: added });
    }
  }

  #mayLeave({ number }: Round): boolean {
    return number > this.#current || !this.#isVoter() || this.#own.of(number, "precommit") !== undefined;
  }

  #isVoter(): boolean {
    const { self } = this.#options;
    return self !== undefined && this.#set.voters.includes(self.account);
  }

  /** True when a vote was cast, which may allow more. */
  #cast(now: Millis, round: Round): boolean {
    const lock = this.#isVoter() ? this.#lock(round.number) : undefined;
    if (lock === undefined) return false;
    const { chain, delayMs } = this.#options;
    const view = { round: round.number, set: this.#set, lock, judgement: this.#judge(round) };
    const next = nextVote(chain, this.#own, { ...view, waitedMs: now - round.startedAt!, delayMs });
    if (next === undefined) return false;
    this.#vote(now, round, next);
    return true;
  }

  /**
   * What a vote of a round must contain: E of the round before, the base before the first round; undefined while its votes are
   * not here, after a restart. Where a final block was proven in this round or a later one, that block is enough: so many have
   * voted there with the estimate in their votes that nothing against it can get a quorum. The estimate itself may be lost by
   * then: its branch ended, and with it the votes that showed that it could not become final (KD2).
   */
  #lock(round: number): BlockRef | undefined {
    if (round <= this.#proven.newest) return this.#finalized;
    if (round === 1) return this.#set.base;
    const before = this.#rounds.get(round - 1);
    const judged = before && this.#judge(before);
    return judged?.completable === true ? judged.estimate : undefined;
  }

  /** Nothing below the last final block is looked at: the way down to the base may be as long as the chain. */
  #judge(round: Round): Judgement {
    return round.judge(this.#options.chain, this.#finalized);
  }

  /**
   * True for a voter that cannot go on because a restart took the votes of the round before. Others may have left that round
   * and send its votes no more.
   */
  #lacksRoundBefore(): boolean {
    return this.#isVoter() && this.#lock(this.#current) === undefined;
  }

  #vote(now: Millis, round: Round, { type, target }: Pick<FinalityVote, "type" | "target">): void {
    const { self, chainIdentity } = this.#options;
    const unsigned = { type, target, round: round.number, set: this.#set.id };
    const signature = this.#signatures.sign(chainIdentity, unsigned, self!.secret);
    const vote: FinalityVote = { ...unsigned, voter: self!.account, signature };
    this.#own.add(vote);
    round.add(vote);
    this.#sentAt = now;
    this.#effects.push({ kind: "persist", votes: [vote] }, { kind: "broadcast", message: { kind: "vote", vote } });
  }

  /** kratos-core 7.5 (6): also the votes of the round before, which others may have lost in a restart. */
  #resend(now: Millis): void {
    if (now - this.#sentAt < 4 * this.#options.delayMs) return;
    this.#sentAt = now;
    for (const vote of [...this.#own.in(this.#current - 1), ...this.#own.in(this.#current)]) {
      this.#effects.push({ kind: "broadcast", message: { kind: "vote", vote } });
    }
  }

  #setTimer(now: Millis, round: Round): void {
    const { delayMs } = this.#options;
    const times = [round.startedAt! + 2 * delayMs, round.startedAt! + 4 * delayMs, this.#sentAt + 4 * delayMs];
    const next = Math.min(...times.filter((time) => time > now));
    this.#effects.push({ kind: "setTimer", at: millis(next) });
  }

  #answer(now: Millis, from: FinalityPeer, round: number, set: number): void {
    const found = this.#rounds.get(round);
    if (set !== this.#set.id || found === undefined) return;
    this.#effects.push(...this.#requests.answer(now, from, found.allVotes()));
  }

  #ask(now: Millis, from: FinalityPeer, round: number): void {
    this.#effects.push(...this.#requests.votes(now, from, { set: this.#set.id, round }));
  }

  #report(peer: FinalityPeer, fault: Extract<FinalityEffect, { kind: "report" }>["fault"]): void {
    if (fault.verdict === "punish") this.#effects.push({ kind: "report", peer, fault });
  }
}
