import type { Digest, Height, View } from "@polis/codec";
import type { Evidence, Observation } from "@polis/minimmit";

/** What a program around a node may listen to (kairos X10). */
export interface NodeObserver {
  /** What consensus does, as it does it. */
  onObservation?(observation: Observation): void;
  /** Blocks that have become final and are on disk, in height order. */
  onFinal?(blocks: readonly FinalBlock[]): void;
  /** Two signed statements of one validator that contradict each other (R30). */
  onEvidence?(evidence: Evidence): void;
  /** The node stops itself: a broken invariant or a failed disk. */
  onFailure?(error: unknown): void;
  /** The operator asks for the end (AdminService.Shutdown). @returns false when nobody will stop the node */
  onShutdownRequest?(): boolean;
}

export interface FinalBlock {
  readonly digest: Digest;
  readonly height: Height;
  readonly view: View;
  readonly transactions: number;
}

/** Numbers that a status line or the local network's table shows. */
export interface NodeNumbers {
  readonly view: number;
  readonly finalizedHeight: number;
  readonly finalizedPayments: number;
  readonly nullifiedViews: number;
  readonly peers: number;
  readonly pending: number;
  readonly sentBytes: number;
}

/** Counts what the numbers need from the replica's observations and finalizations. */
export class NodeCounters {
  finalizedPayments = 0;
  nullifiedViews = 0;
  #lastNullified = -1;

  observe(observation: Observation): void {
    if (observation.what !== "certificate" || observation.certificate.kind !== "nullification") return;
    // A nullification may be seen again by another path; views are counted once.
    if (observation.certificate.view <= this.#lastNullified) return;
    this.#lastNullified = observation.certificate.view;
    this.nullifiedViews++;
  }

  final(blocks: readonly FinalBlock[]): void {
    for (const { transactions } of blocks) this.finalizedPayments += transactions;
  }
}
