import type { View } from "@polis/codec";
import { type Persist, rowsOfPersist } from "@polis/minimmit";
import type { Chain } from "../node/chain.ts";

/**
 * Writes the empty journal of a key that has never signed (kairos R27), durably and before consensus starts, so that the
 * knowledge of freshness can be forgotten before the first vote leaves. Does nothing for a journal that is held or lost.
 */
export async function createJournal({ restored, storage, genesis, journalIdentity }: Chain): Promise<void> {
  if (restored.journal !== "fresh") return;
  const empty: Persist = { kind: "persist", records: [], proofs: [], blocks: [], safeView: 0 as View };
  await storage.journal.append(rowsOfPersist(empty, { n: genesis.n, identity: journalIdentity }, storage.store));
}
