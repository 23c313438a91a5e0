import type { Digest, View } from "@polis/codec";
import type { JournalRecord, Restored } from "@polis/minimmit";
import type { VoteTable } from "./voteTable.ts";

type Fail = (code: string, message: string, node: number | undefined) => void;

function keyOf(kind: JournalRecord["kind"], view: View, digest: Digest | undefined): string {
  return `${kind} ${view} ${digest ?? ""}`;
}

/** What one validator's disk is known to hold for certain, and what left the process: MI7 and MI12. */
export class Durability {
  readonly #durable: Set<string>[] = [];
  readonly #votes: VoteTable;
  readonly #fail: Fail;

  constructor(votes: VoteTable, fail: Fail) {
    this.#votes = votes;
    this.#fail = fail;
  }

  /** These records are on disk now. */
  synced(node: number, records: readonly JournalRecord[]): void {
    this.#durable[node] ??= new Set();
    for (const { kind, view, digest } of records) this.#durable[node]!.add(keyOf(kind, view, digest));
  }

  /** The disk was replaced: nothing is known to be on it. */
  wiped(node: number): void {
    this.#durable[node]?.clear();
  }

  /** MI12: this signature is about to leave; its record must be on disk. */
  leaves(node: number, kind: JournalRecord["kind"], view: View, digest: Digest | undefined): void {
    if (this.#durable[node]?.has(keyOf(kind, view, digest)) !== true) {
      this.#fail("MI12", `a ${kind} of view ${view} left before its record was durable`, node);
    }
  }

  /** MI7: after a restart the replica knows every vote that ever left and that it could still contradict. */
  restarted(node: number, restored: Restored): void {
    if (restored.journal === "lost") return;
    // What the replica reads back survived the power cut, whether or not the host had been told so.
    this.synced(node, restored.records);
    const known = new Set(restored.records.map(({ kind, view, digest }) => keyOf(kind, view, digest)));
    for (const [view, record] of this.#votes.views) {
      if (view <= restored.lastFinalized.view || view < (restored.safeView ?? 0)) continue;
      const notarized = record.notarized[node];
      const forgot =
        (notarized !== undefined && !known.has(keyOf("notarize", view, notarized))) ||
        (record.nullifies.has[node] === true && !known.has(keyOf("nullify", view, undefined))) ||
        (record.proposed[node] !== undefined && !known.has(keyOf("proposal", view, record.proposed[node])));
      if (forgot) this.#fail("MI7", `the restart forgot a vote of view ${view}`, node);
    }
  }
}
