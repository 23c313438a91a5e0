import type { Digest, Epoch, View } from "@polis/codec";
import type { Notarize, Nullify, ProposalClaim, StatusClaim, VoteSigner } from "@polis/crypto";
import { invariant } from "./errors.ts";
import type { JournalRecord } from "./seam/effects.ts";
import type { Restored } from "./seam/setup.ts";

interface Signed {
  proposal: Digest | undefined;
  parent: Digest | undefined;
  notarize: Digest | undefined;
  nullify: boolean;
}

const noSafeView = 0 as View;

/**
 * The only holder of the validator's key. It consults the journal's records before every signature and refuses what
 * contradicts them (R26): a second proposal or notarize digest in a view, a notarize after a nullify, anything new at or
 * below the last finalized view, anything below the safe view (R27). A refusal is a broken invariant, because the rules
 * never ask for it. The same request gives the same signature again.
 *
 * Keys in another process may not answer (`VoteSigner`). Then nothing is signed and nothing is remembered: the caller goes
 * on as if it had not wanted to vote, and tries again later.
 */
export class Signer {
  readonly #keys: VoteSigner | undefined;
  readonly #epoch: Epoch;
  readonly #signed = new Map<View, Signed>();
  #floor: View;
  #safeView: View;
  #open: boolean;

  constructor(keys: VoteSigner | undefined, epoch: Epoch, restored: Restored) {
    this.#keys = keys;
    this.#epoch = epoch;
    this.#floor = restored.lastFinalized.view;
    this.#safeView = restored.safeView ?? noSafeView;
    this.#open = keys !== undefined && restored.journal !== "lost";
    if (!this.#open) return;
    for (const record of restored.records) if (record.epoch === epoch) this.#load(record);
  }

  /** False for a follower, and under R27 until the fresh journal is written. */
  get canVote(): boolean {
    return this.#open;
  }

  /** The lowest view this replica may vote in after a lost journal (R27), else 0. */
  get safeView(): View {
    return this.#safeView;
  }

  notarized(view: View): Digest | undefined {
    return this.#signed.get(view)?.notarize;
  }

  nullified(view: View): boolean {
    return this.#signed.get(view)?.nullify ?? false;
  }

  proposed(view: View): Digest | undefined {
    return this.#signed.get(view)?.proposal;
  }

  /** Views with a signature, ascending. */
  views(): readonly View[] {
    return [...this.#signed.keys()].sort((a, b) => a - b);
  }

  /** Whether a new vote in `view` is allowed at all (R26, R27). */
  maySign(view: View): boolean {
    return this.#open && view > this.#floor && view >= this.#safeView;
  }

  /** Signs notarize(digest, view); `record` is absent when this repeats an earlier signature. Undefined: not signed. */
  notarize(view: View, digest: Digest): { vote: Notarize; record: JournalRecord | undefined } | undefined {
    const keys = this.#keysOrThrow();
    const before = this.#signed.get(view);
    const isNew = before?.notarize === undefined;
    if (isNew) {
      invariant(this.maySign(view), `R26: notarize in closed view ${view}`);
      invariant(before?.nullify !== true, `R26: notarize after nullify in view ${view}`);
    } else invariant(before.notarize === digest, `R26: second notarize in view ${view}`);
    const sig = keys.signNotarize(this.#epoch, view, digest);
    if (sig === undefined) return undefined;
    this.#at(view).notarize = digest;
    const vote: Notarize = { kind: "notarize", epoch: this.#epoch, view, digest, signer: keys.index, sig };
    return { vote, record: isNew ? this.#record("notarize", view, digest, undefined) : undefined };
  }

  /** Signs nullify(view). Legal after a notarize by R21 only, which the caller has established. Undefined: not signed. */
  nullify(view: View): { vote: Nullify; record: JournalRecord | undefined } | undefined {
    const keys = this.#keysOrThrow();
    const isNew = !this.nullified(view);
    if (isNew) invariant(this.maySign(view), `R26: nullify in closed view ${view}`);
    const sig = keys.signNullify(this.#epoch, view);
    if (sig === undefined) return undefined;
    this.#at(view).nullify = true;
    const vote: Nullify = { kind: "nullify", epoch: this.#epoch, view, signer: keys.index, sig };
    return { vote, record: isNew ? this.#record("nullify", view, undefined, undefined) : undefined };
  }

  /** Signs a proposal. It must be followed by `notarize` of the same digest before it is sent. Undefined: not signed. */
  propose(claim: ProposalClaim): { sig: Uint8Array; record: JournalRecord | undefined } | undefined {
    const keys = this.#keysOrThrow();
    const { view, digest, parentDigest } = claim;
    const before = this.#signed.get(view);
    const isNew = before?.proposal === undefined;
    if (isNew) {
      invariant(this.maySign(view), `R26: proposal in closed view ${view}`);
      invariant(
        before?.notarize === undefined && before?.nullify !== true,
        `R7: proposal after a vote in view ${view}`,
      );
    } else
      invariant(before.proposal === digest && before.parent === parentDigest, `I4: second proposal in view ${view}`);
    const sig = keys.signProposal(claim);
    if (sig === undefined) return undefined;
    const signed = this.#at(view);
    signed.proposal = digest;
    signed.parent = parentDigest;
    const record = isNew ? this.#record("proposal", view, digest, parentDigest) : undefined;
    return { sig, record };
  }

  /** Signs where this replica is. Not a vote, so nothing can contradict it. Undefined: not signed. */
  status(claim: StatusClaim): Uint8Array | undefined {
    return this.#keysOrThrow().signStatus(claim);
  }

  /** R26: votes at or below a finalized view are refused from now on; records below it are gone (R25). */
  finalizedAt(view: View): void {
    this.#floor = view;
    for (const signed of this.#signed.keys()) if (signed < view) this.#signed.delete(signed);
  }

  /** R27: a fresh journal with this safe view is about to be durable. */
  openAt(safeView: View): void {
    invariant(!this.#open && this.#keys !== undefined, "R27: the journal was not lost");
    this.#open = true;
    this.#safeView = safeView;
  }

  #load(record: JournalRecord): void {
    const signed = this.#at(record.view);
    if (record.kind === "nullify") signed.nullify = true;
    else if (record.kind === "notarize") signed.notarize = record.digest;
    else {
      signed.proposal = record.digest;
      signed.parent = record.parent;
    }
  }

  #at(view: View): Signed {
    let signed = this.#signed.get(view);
    if (signed === undefined) {
      signed = { proposal: undefined, parent: undefined, notarize: undefined, nullify: false };
      this.#signed.set(view, signed);
    }
    return signed;
  }

  #record(
    kind: JournalRecord["kind"],
    view: View,
    digest: Digest | undefined,
    parent: Digest | undefined,
  ): JournalRecord {
    return { kind, epoch: this.#epoch, view, digest, parent };
  }

  #keysOrThrow(): VoteSigner {
    invariant(this.#keys !== undefined, "a follower holds no key");
    return this.#keys;
  }
}
