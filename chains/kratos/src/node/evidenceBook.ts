import { type Digest, decodeKce, encodeKce, type Height } from "@polis/codec";
import type { EquivocationProof } from "@polis/finality";
import { blockHash, type Header } from "../block/header.ts";
import { meta } from "../modules/meta/meta.ts";
import { hasSomethingToLose } from "../modules/slashing/penalty.ts";
import {
  type Act,
  actId,
  actOf,
  type Evidence,
  kceEvidence,
  readEvidence,
  refusalOf,
} from "../modules/slashing/submitEvidence.ts";
import { validators } from "../modules/validators/validator.ts";
import type { State } from "../state/state.ts";
import type { NodeCore } from "./core.ts";
import { nodeTables } from "./tables.ts";

/** Offences that are kept until a block has them. Beyond, a new one is not taken. */
const MAX_HELD = 256;
/** Of one offender: three end its place, and nobody may fill the book with its own. */
const MAX_OF_ONE = 8;
/** Headers that are remembered, to find a second one for the same slot and author. */
const MAX_HEADERS = 4_096;
/** A piece of evidence holds two headers or two votes. */
const MAX_EVIDENCE_BYTES = 2_048;
/** Kept ones that are told again at a time, for nodes that were away. */
const TOLD_AGAIN = 16;

interface Held {
  readonly evidence: Evidence;
  readonly act: Act;
}

/** What became of evidence: only the first is passed on, and only the last is the sender's fault. */
export type EvidenceOutcome = "new" | "ignored" | "InvalidEvidence";

/** Evidence of double signing and equivocation: found, passed on, and kept until a block records the offence (kratos-core 7.7). */
export class EvidenceBook {
  readonly #core: NodeCore;
  readonly #held = new Map<Digest, Held>();
  readonly #headers = new Map<string, Header>();

  /** Takes up what the disk holds. */
  constructor(core: NodeCore) {
    this.#core = core;
    for (const [key, value] of core.options.remembered.range(nodeTables.evidence, { limit: MAX_HELD })) {
      const evidence = decodeKce(kceEvidence, value, MAX_EVIDENCE_BYTES);
      if (!evidence.ok) throw new Error(`the evidence ${key.toHex()} on disk is damaged`);
      this.#held.set(key.toHex() as Digest, { evidence: evidence.value, act: actOf(evidence.value)! });
    }
  }

  get size(): number {
    return this.#held.size;
  }

  /** Looks at a header that was heard. @param isChecked its signature was checked, so that it is worth remembering */
  observe(header: Header, isChecked: boolean): void {
    const key = `${header.slot} ${header.author}`;
    const first = this.#headers.get(key);
    if (first === undefined) {
      if (isChecked) this.#remember(key, header);
      return;
    }
    if (blockHash(first) !== blockHash(header)) this.found({ kind: "doubleSigning", first, second: header });
  }

  /** Takes an equivocation that the gadget found. */
  equivocation({ first, second }: EquivocationProof): void {
    this.found({ kind: "equivocation", first, second });
  }

  /** Takes evidence of this node's own eyes, and tells everybody. */
  found(evidence: Evidence): void {
    if (this.add(evidence) === "new") this.#core.publish({ topic: "consensus", evidence });
  }

  /** Checks evidence and keeps it when it is new and can still be punished (kratos-core 8.3). */
  add(evidence: Evidence): EvidenceOutcome {
    const { rules, tree, state } = this.#core;
    const act = readEvidence(rules, evidence);
    if (act === undefined) return "InvalidEvidence";
    const id = actId(rules.chainIdentity, act);
    const isUseful = !this.#held.has(id) && canPunish(state, tree.head.header.number, id, act);
    const ofOne = [...this.#held.values()].filter((held) => held.act.offender === act.offender).length;
    if (!isUseful || this.#held.size >= MAX_HELD || ofOne >= MAX_OF_ONE) return "ignored";
    this.#held.set(id, { evidence, act });
    const value = encodeKce(kceEvidence, evidence);
    this.#core.emit({ kind: "remember", rows: [{ table: nodeTables.evidence, key: Uint8Array.fromHex(id), value }] });
    return "new";
  }

  /** What a block in this state may still take, in the order of offence ids. */
  submittable(state: State): readonly Evidence[] {
    const { lastNumber } = state.get(meta);
    return [...this.#held]
      .filter(([id, { act }]) => canPunish(state, lastNumber, id, act))
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, { evidence }]) => evidence);
  }

  /** Forgets what the final state has punished, or cannot punish any more. A head could be reorganised away. */
  settle(finalState: State): void {
    if (this.#held.size === 0) return;
    const { lastNumber } = finalState.get(meta);
    const done = [...this.#held].flatMap(([id, { act }]) => (isOver(finalState, lastNumber, id, act) ? [id] : []));
    if (done.length === 0) return;
    for (const id of done) this.#held.delete(id);
    const rows = done.map((id) => ({ table: nodeTables.evidence, key: Uint8Array.fromHex(id), value: undefined }));
    this.#core.emit({ kind: "remember", rows });
  }

  /** Tells again what no block has yet. */
  tellAgain(): void {
    for (const evidence of this.submittable(this.#core.state).slice(0, TOLD_AGAIN)) {
      this.#core.publish({ topic: "consensus", evidence });
    }
  }

  #remember(key: string, header: Header): void {
    if (this.#core.state.get(validators.of(header.author)) === undefined) return;
    if (this.#headers.size >= MAX_HEADERS) this.#headers.delete(this.#headers.keys().next().value!);
    this.#headers.set(key, header);
  }
}

/** What a block would refuse, or take nothing for, must not keep it from other evidence. */
function canPunish(state: State, at: Height, id: Digest, act: Act): boolean {
  return refusalOf(state, at, act, id) === undefined && hasSomethingToLose(state, act.offender);
}

/**
 * Punished, too old, or of somebody who has nothing left. One who is no validator in the final state may be one in a newer
 * state, so that its evidence stays until it is too old.
 */
function isOver(finalState: State, at: Height, id: Digest, act: Act): boolean {
  const refused = refusalOf(finalState, at, act, id);
  return refused === undefined ? !hasSomethingToLose(finalState, act.offender) : refused !== "InvalidEvidence";
}
