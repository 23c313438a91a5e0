import type { Digest, ValidatorIndex } from "@polis/codec";
import type { Certificate, VoteScheme } from "@polis/crypto";
import type { Finalize, Message, Observation, Propose, ReplicaEffect, Restored } from "@polis/minimmit";
import type { BlockInfo } from "@polis/ports";
import type { SimNode } from "../node/simNode.ts";
import type { Violation } from "../types.ts";
import type { World } from "../world/world.ts";
import { ChainTable } from "./chainTable.ts";
import { Durability } from "./durability.ts";
import { Leaders } from "./leaders.ts";
import { createSometimes, type Sometimes } from "./sometimes.ts";
import { VoteTable } from "./voteTable.ts";

/** What the judge must know of the network it watches. */
export interface OracleSetup {
  readonly n: number;
  readonly genesis: BlockInfo;
  readonly leaderMode: "round-robin" | "random";
  readonly scheme: VoteScheme;
  /** Validators that are not honest. */
  readonly faulty: ReadonlySet<number>;
  /** k and W: bounds of what a replica may hold (MI15). */
  readonly maxViewLead: number;
  readonly futureWindow: number;
}

/** Runs are cut off after this many violations: one is enough, a few help to understand it. */
const MAX_VIOLATIONS = 8;

/**
 * The judge of a run. It sees every word that leaves a process and every effect of honest replicas, keeps its own
 * tables, and calls no product code for a decision.
 */
export class Oracle {
  readonly violations: Violation[] = [];
  readonly sometimes: Sometimes = createSometimes();
  readonly votes: VoteTable;
  readonly chain: ChainTable;
  readonly durability: Durability;
  readonly leaders: Leaders;
  readonly #world: World;
  readonly #setup: OracleSetup;

  constructor(world: World, setup: OracleSetup) {
    this.#world = world;
    this.#setup = setup;
    const fail = this.fail.bind(this);
    this.votes = new VoteTable(setup.n, setup.faulty, this.sometimes, fail);
    this.chain = new ChainTable(setup.genesis, this.votes, this.sometimes, fail);
    this.durability = new Durability(this.votes, fail);
    const { leaderMode: mode, n, genesis } = setup;
    this.leaders = new Leaders({ mode, n, genesis: genesis.digest }, fail);
  }

  /** Records a violation and ends the run. */
  fail(code: string, message: string, node: number | undefined): void {
    if (this.violations.length < MAX_VIOLATIONS) this.violations.push({ code, message, atMs: this.#world.nowMs, node });
    this.#world.stopped = true;
  }

  /** A message leaves the process of an honest node: MI2, MI4, MI12 and the global tables. */
  leaves(node: SimNode, message: Message): void {
    const { index } = node;
    if (message.kind === "certificate") this.carries(node, message.certificate);
    else if (message.kind === "propose") for (const proof of message.proofs) this.carries(node, proof);
    else if (message.kind === "status" && message.proof !== undefined) this.carries(node, message.proof);
    if (message.kind === "propose") {
      const info = this.#infoOf(node, message);
      if (info === undefined) {
        this.fail("MI4", "an honest leader sent an undecodable block", index);
        return;
      }
      if (this.leaders.of(message.view) !== index)
        this.fail("MI4", `proposed in view ${message.view} of another`, index);
      this.durability.leaves(index, "proposal", message.view, info.digest);
      this.durability.leaves(index, "notarize", message.view, info.digest);
      this.votes.proposal(message.view, info.digest, index);
      this.#vote(message, info.digest, index as ValidatorIndex);
    } else if (message.kind === "notarize" || message.kind === "nullify") {
      if (message.signer !== index) this.fail("MI2", `signed as ${message.signer}`, index);
      this.durability.leaves(
        index,
        message.kind,
        message.view,
        message.kind === "notarize" ? message.digest : undefined,
      );
      this.votes.vote(message);
    }
  }

  /** A certificate that leaves, or that a finalization rests on, may hold the node's own vote: it counts as sent. */
  carries(node: SimNode, { scheme, kind, view, digest, bitmap, epoch }: Certificate): void {
    const { index } = node;
    if (scheme !== "multisig" || ((bitmap[index >> 3]! >> (index & 7)) & 1) === 0) return;
    const sig = bitmap;
    const isNew =
      digest === undefined
        ? this.votes.vote({ kind: "nullify", epoch, view, signer: index, sig })
        : this.votes.vote({ kind: "notarize", epoch, view, digest, signer: index, sig });
    if (isNew) this.durability.leaves(index, kind === "nullification" ? "nullify" : "notarize", view, digest);
  }

  /** A message leaves a faulty node: its genuine votes count, whatever else it is. */
  faultySends(node: SimNode, message: Message): void {
    const { scheme, faulty } = this.#setup;
    if (message.kind === "certificate") {
      const { certificate } = message;
      if (scheme.verifyCertificate(certificate)) this.#certificate(certificate, undefined);
    } else if (message.kind === "notarize" || message.kind === "nullify") {
      if (faulty.has(message.signer) && scheme.verifyVote(message)) this.votes.vote(message);
    } else if (message.kind === "propose") {
      const info = this.#infoOf(node, message);
      const leader = this.leaders.of(message.view) as ValidatorIndex | undefined;
      if (info === undefined || leader === undefined || !faulty.has(leader)) return;
      if (!scheme.verifyProposal(leader, info, message.proposeSig)) return;
      this.votes.proposal(message.view, info.digest, leader);
      this.#vote(message, info.digest, leader);
    }
  }

  /** Effects of one step of an honest node, before any is applied: MI13, MI15, certificates. */
  effects(node: SimNode, effects: readonly ReplicaEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "observe") this.#observed(node, effect.observation);
      else if (effect.kind === "broadcast" && effect.message.kind === "notarize") {
        const { view, digest } = effect.message;
        if (this.votes.views.get(view)?.notarized[node.index] === digest) continue;
        this.#checkHeld(node, view, digest);
      } else if (effect.kind === "report") {
        if (effect.fault.verdict === "punish") this.sometimes.count("fault of a peer reported");
        this.#checkReport(node, effect.peer, effect.fault.code);
      } else if (effect.kind === "evidence") this.#checkEvidence(node, effect);
      else if (effect.kind === "reply" && effect.reply.kind === "blocks") this.sometimes.count("block fetched");
      else if (effect.kind === "reply" && effect.reply.kind === "certificates") {
        this.sometimes.count("certificates fetched");
      }
    }
  }

  /** A finalization was applied to the ledger of an honest node. */
  finalized(node: SimNode, effect: Finalize, roots: ReadonlyMap<Digest, Digest | undefined>): void {
    this.carries(node, effect.certificate);
    this.#certificate(effect.certificate, node.index);
    if ((node.replica?.view ?? 0) > effect.certificate.view + 1) this.sometimes.count("late finality");
    this.chain.finalized(node.index, effect, (digest) => roots.get(digest));
  }

  /** An honest node starts from its disk. */
  starts(node: SimNode, restored: Restored): void {
    const { height, view } = restored.lastFinalized;
    this.chain.starts(node.index, height, view);
    this.durability.restarted(node.index, restored);
    const newest = Math.max(0, ...restored.records.map((record) => record.view));
    if (newest > view) this.sometimes.count("restart inside a view after voting");
  }

  /** MI15: what an honest replica holds is within the limits of R31. */
  memory(node: SimNode): void {
    const { n, maxViewLead: k, futureWindow: w } = this.#setup;
    const sizes = node.replica?.sizes();
    if (sizes === undefined) return;
    if (sizes.votes > n * 3 * (w + k)) this.fail("MI15", `${sizes.votes} votes held`, node.index);
    if (sizes.fetches > 4096) this.fail("MI15", `${sizes.fetches} fetches`, node.index);
    const views = 2 * (w + k) + n;
    if (sizes.openViews > views) this.fail("MI15", `${sizes.openViews} open views`, node.index);
  }

  #certificate(certificate: Certificate, holder: number | undefined): void {
    this.leaders.learn(certificate.view, certificate.seed, holder);
    this.votes.certificate(certificate, holder);
  }

  #observed(node: SimNode, observation: Observation): void {
    switch (observation.what) {
      case "certificate":
        this.#certificate(observation.certificate, node.index);
        break;
      case "entered":
        if (observation.view > node.lastEntered + 50) this.sometimes.count("catch-up over many views");
        node.lastEntered = observation.view;
        this.memory(node);
        break;
      case "voted":
        if (observation.late) this.sometimes.count("late vote");
        break;
      case "nullifySent":
        if (observation.reason === "inactiveLeader") this.sometimes.count("inactive leader skipped");
        break;
      case "gate":
        if (observation.blocked) this.sometimes.count("gate closed");
        break;
      case "journalLost":
        if (observation.safeView !== undefined) this.sometimes.count("journal lost and regained");
        break;
      default:
        break;
    }
  }

  /** MI13: held, executed, and proposed by the leader of that very view. */
  #checkHeld(node: SimNode, view: Propose["view"], digest: Digest): void {
    const bad = (what: string) => this.fail("MI13", `voted in view ${view} for a block ${what}`, node.index);
    if (!this.chain.hasExecuted(node.index, digest)) bad("it has not executed");
    const isOwn = this.leaders.of(view) === node.index;
    if (!isOwn && this.votes.views.get(view)?.proposals.has(digest) !== true) bad("that the leader never proposed");
    if (this.chain.infos.get(digest)?.view !== view) bad("of another view");
  }

  /** Honest replicas are never punished: a rule that charges them would let a coalition starve them. */
  #checkReport(node: SimNode, peer: number, code: string): void {
    if (peer < this.#setup.n && !this.#setup.faulty.has(peer)) {
      node.honestReports.set(code, (node.honestReports.get(code) ?? 0) + 1);
    }
  }

  #checkEvidence(node: SimNode, effect: Extract<ReplicaEffect, { kind: "evidence" }>): void {
    this.sometimes.count("evidence");
    if (!this.#setup.faulty.has(effect.evidence.signer)) {
      this.fail("EVIDENCE", `evidence against honest validator ${effect.evidence.signer}`, node.index);
    }
  }

  #vote({ epoch, view, voteSig }: Propose, digest: Digest, signer: ValidatorIndex): void {
    this.votes.vote({ kind: "notarize", epoch, view, digest, signer, sig: voteSig });
  }

  #infoOf(node: SimNode, message: Propose): BlockInfo | undefined {
    const inspected = node.ledger?.inspect(message.block);
    if (inspected?.ok !== true) return undefined;
    const { digest, view, prevSeed } = inspected.value;
    this.chain.infos.set(digest, inspected.value);
    const before = (view - 1) as BlockInfo["view"];
    if (prevSeed !== undefined && view > 1 && this.#setup.scheme.verifySeed?.(before, prevSeed) === true) {
      this.leaders.learn(before, prevSeed, undefined);
    }
    return inspected.value;
  }
}
