import type { Digest, View } from "@polis/codec";
import type { Certificate, Vote } from "@polis/crypto";
import { type Quorum, quorumOf } from "./quorumTable.ts";
import type { Sometimes } from "./sometimes.ts";

/** A set of validators with its size. */
interface Signers {
  readonly has: boolean[];
  count: number;
}

/** Everything that was ever signed in one view, by anyone, in any incarnation. */
export interface ViewRecord {
  readonly notarizes: Map<Digest, Signers>;
  readonly nullifies: Signers;
  /** Per honest signer: what has left the process. */
  readonly notarized: (Digest | undefined)[];
  readonly proposed: (Digest | undefined)[];
  /** Digests for which the leader of the view signed a proposal. */
  readonly proposals: Set<Digest>;
  /** Digests with an M-notarization seen, the nullification, the finalization. */
  readonly notarizations: Set<Digest>;
  nullified: boolean;
  finalized: Digest | undefined;
  /** The block that L replicas voted for. */
  decided: Digest | undefined;
}

type Fail = (code: string, message: string, node: number | undefined) => void;

/**
 * The global table of votes and certificates: MI2, MI3, MI4, MI6, MI8, MI9, MI10. It counts on its own, from a written
 * table of quorums, and knows nothing of how a replica decides.
 */
export class VoteTable {
  readonly views = new Map<View, ViewRecord>();
  readonly quorum: Quorum;
  readonly #n: number;
  readonly #faulty: ReadonlySet<number>;
  readonly #fail: Fail;
  readonly #sometimes: Sometimes;

  /** @param faulty validators that are not honest. */
  constructor(n: number, faulty: ReadonlySet<number>, sometimes: Sometimes, fail: Fail) {
    this.quorum = quorumOf(n);
    this.#n = n;
    this.#faulty = faulty;
    this.#sometimes = sometimes;
    this.#fail = fail;
  }

  /** The record of a view, created when absent. */
  at(view: View): ViewRecord {
    let record = this.views.get(view);
    if (record === undefined) {
      record = {
        notarizes: new Map(),
        nullifies: { has: [], count: 0 },
        notarized: [],
        proposed: [],
        proposals: new Set(),
        notarizations: new Set(),
        nullified: false,
        finalized: undefined,
        decided: undefined,
      };
      this.views.set(view, record);
    }
    return record;
  }

  /** A vote has left a process. Returns true when it is this signer's first of its kind and digest. */
  vote(vote: Vote): boolean {
    const record = this.at(vote.view);
    const honest = !this.#faulty.has(vote.signer);
    if (vote.kind === "nullify") {
      if (record.nullifies.has[vote.signer] === true) return false;
      if (honest && record.notarized[vote.signer] !== undefined) this.#sometimes.count("nullify after vote");
      add(record.nullifies, vote.signer);
      this.#checkCounts(vote.view, record);
      return true;
    }
    const signers = this.#notarizes(record, vote.digest);
    if (signers.has[vote.signer] === true) return false;
    if (honest) this.#honestNotarize(record, vote.view, vote.digest, vote.signer);
    add(signers, vote.signer);
    this.#checkCounts(vote.view, record);
    return true;
  }

  /** A proposal with a genuine signature of the leader of its view has left a process (MI4). */
  proposal(view: View, digest: Digest, leader: number): void {
    const record = this.at(view);
    record.proposals.add(digest);
    if (this.#faulty.has(leader)) return;
    const before = record.proposed[leader];
    if (before !== undefined && before !== digest) this.#fail("MI4", `two proposals in view ${view}`, leader);
    record.proposed[leader] = digest;
  }

  /** A certificate that an honest replica accepted or that travelled with a valid signature. */
  certificate(certificate: Certificate, holder: number | undefined): void {
    const { kind, view, digest } = certificate;
    const record = this.at(view);
    if (holder !== undefined) this.#checkForm(certificate, record, holder);
    if (kind === "nullification") record.nullified = true;
    else if (digest !== undefined) {
      record.notarizations.add(digest);
      if (kind === "finalization") {
        if (record.finalized !== undefined && record.finalized !== digest) {
          this.#fail("MI8", `two finalized blocks in view ${view}`, holder);
        }
        record.finalized = digest;
      }
    }
    if (record.nullified && record.finalized !== undefined) {
      this.#fail("MI3", `nullification and finalization in view ${view}`, holder);
    }
    if (record.nullified && record.notarizations.size > 0) {
      this.#sometimes.once(`both ${view}`, "M-notarization and nullification in a view");
    }
    if (record.notarizations.size > 1) this.#sometimes.once(`two ${view}`, "two M-notarizations in a view");
  }

  /** True when so many honest replicas nullified `view` that, with all faulty ones, a nullification can exist (MI11). */
  canBeNullified(view: View): boolean {
    const record = this.views.get(view);
    return record !== undefined && this.#withFaulty(record.nullifies) >= this.quorum.m;
  }

  /** The same of a quorum of votes for a block: M for an ancestor, L for a directly finalized one. */
  canBeCertified(view: View, digest: Digest, quorum: number): boolean {
    const signers = this.views.get(view)?.notarizes.get(digest);
    return signers !== undefined && this.#withFaulty(signers) >= quorum;
  }

  #notarizes(record: ViewRecord, digest: Digest): Signers {
    let signers = record.notarizes.get(digest);
    if (signers === undefined) {
      signers = { has: [], count: 0 };
      record.notarizes.set(digest, signers);
    }
    return signers;
  }

  #honestNotarize(record: ViewRecord, view: View, digest: Digest, signer: number): void {
    const before = record.notarized[signer];
    if (before !== undefined && before !== digest) this.#fail("MI2", `two notarizes in view ${view}`, signer);
    if (record.nullifies.has[signer] === true) this.#fail("MI2", `notarize after nullify in view ${view}`, signer);
    record.notarized[signer] = digest;
  }

  #checkCounts(view: View, record: ViewRecord): void {
    for (const [digest, signers] of record.notarizes) {
      if (signers.count >= this.quorum.l) record.decided = digest;
    }
    if (record.decided === undefined) return;
    if (record.nullifies.count >= this.quorum.m)
      this.#fail("MI9", `L notarizes and M nullifies in view ${view}`, undefined);
    for (const [digest, signers] of record.notarizes) {
      if (digest !== record.decided && signers.count >= this.quorum.m) {
        this.#fail("MI10", `a rival of the decided block in view ${view}`, undefined);
      }
    }
  }

  /** MI6: distinct known signers, enough of them, spare bits clear, and every honest one of them really voted so. */
  #checkForm(certificate: Certificate, record: ViewRecord, holder: number): void {
    const flaw = this.#flawOf(certificate, record, holder);
    if (flaw !== undefined) this.#fail("MI6", `${certificate.kind} of view ${certificate.view}: ${flaw}`, holder);
  }

  #flawOf({ kind, digest, bitmap, scheme }: Certificate, record: ViewRecord, holder: number): string | undefined {
    if ((digest === undefined) !== (kind === "nullification")) return "digest";
    const quorum = kind === "finalization" ? this.quorum.l : this.quorum.m;
    const voters = kind === "nullification" ? record.nullifies : record.notarizes.get(digest!);
    if (scheme === "threshold") {
      if (bitmap.length > 0) return "bitmap length";
      // Nobody says who has voted: at most all who have, the faulty ones, and the holder, whose vote may leave with it.
      const own = voters?.has[holder] === true || this.#faulty.has(holder) ? 0 : 1;
      const count = this.#withFaulty(voters ?? { has: [], count: 0 }) + own;
      return count < quorum ? `only ${count} signers` : undefined;
    }
    if (bitmap.length !== (this.#n + 7) >> 3) return "bitmap length";
    let count = 0;
    for (let i = 0; i < bitmap.length * 8; i++) {
      if (((bitmap[i >> 3]! >> (i & 7)) & 1) === 0) continue;
      if (i >= this.#n) return "unknown signer";
      count++;
      if (i === holder || this.#faulty.has(i)) continue;
      if (voters?.has[i] !== true) return `signer ${i} never voted so`;
    }
    return count < quorum ? `only ${count} signers` : undefined;
  }

  #withFaulty(signers: Signers): number {
    let count = signers.count;
    for (const faulty of this.#faulty) if (signers.has[faulty] !== true) count++;
    return count;
  }
}

function add(signers: Signers, signer: number): void {
  signers.has[signer] = true;
  signers.count++;
}
