import type { Genesis, KairosLedger } from "@polis/kairos";
import type { Store } from "@polis/ports";
import type { Snapshot } from "@polis/storage";
import type { Voting } from "../../node/voting.ts";

/** What the checks share. */
export interface VerifyContext {
  readonly genesis: Genesis;
  readonly genesisHash: string;
  readonly voting: Voting;
  /** The store at one moment. */
  readonly store: Store;
  readonly snapshot: Snapshot;
  /** Reads of the same moment. */
  readonly ledger: KairosLedger;
  /** Called for everything that is wrong. */
  readonly found: (problem: string) => void;
  /** Called as the check goes on, in the unit of the check. */
  readonly progress: (done: number, total: number) => void;
}
