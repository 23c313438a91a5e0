import { height as asHeight } from "@polis/codec";
import { createKairosLedger, readKeptBlocks } from "@polis/kairos";
import { openStorage, type Storage } from "@polis/storage";
import { storageOptions } from "../../node/chain.ts";
import { createVoting } from "../../node/voting.ts";
import type { NodeFiles } from "../nodeFiles.ts";
import { snapshotStore } from "../snapshotStore.ts";
import { checkBelow } from "./checkBelow.ts";
import { checkBlock } from "./checkBlock.ts";
import { checkCounts } from "./checkCounts.ts";
import { checkFinality, checkTip } from "./checkFinality.ts";
import { checkHistory } from "./checkHistory.ts";
import { checkIndexes } from "./checkIndexes.ts";
import { checkState } from "./checkState.ts";
import type { VerifyContext } from "./types.ts";

/** Parts of the check, in their order. */
export type VerifyStep = "rows" | "blocks" | "state";

/** What a check of a whole store found. */
export interface VerifyReport {
  readonly height: number;
  readonly blocks: number;
  readonly transactions: number;
  readonly rows: number;
  /** The first problems, at most 100. */
  readonly problems: readonly string[];
  readonly problemCount: number;
}

const maxShown = 100;

/**
 * Walks a store and checks everything in it that follows from something else: checksums, block links, roots, receipts,
 * signatures, certificates, indexes, the state trie and the supply. Reads one moment; a node may be running on the store.
 * @throws StorageError for a store that is absent, of another network or another schema
 */
export async function verifyDatabase(
  { config, genesis, genesisHash }: NodeFiles,
  onProgress: (step: VerifyStep, done: number, total: number) => void,
): Promise<VerifyReport> {
  const storage = await openStorage({ ...storageOptions(config, genesisHash), readOnly: true });
  const problems: string[] = [];
  let problemCount = 0;
  const found = (problem: string): void => {
    if (problemCount++ < maxShown) problems.push(problem);
  };
  const snapshot = storage.snapshot();
  try {
    const rows = checkRows(storage, found, onProgress);
    // Whoever reads a damaged row gets an error: nothing behind this would be told apart from it.
    if (problemCount > 0) return { height: 0, blocks: 0, transactions: 0, rows, problems, problemCount };
    const store = snapshotStore(snapshot);
    const ledger = createKairosLedger({ genesis, store });
    const context: VerifyContext = {
      ...{ genesis, genesisHash, snapshot, store, ledger, found },
      voting: createVoting(genesis, ledger.genesisInfo.digest, undefined),
      progress: (done, total) => onProgress("state", done, total),
    };
    const counts = checkBlocks(context, (done, total) => onProgress("blocks", done, total));
    checkTip(context);
    checkHistory(context);
    checkState(context);
    return { height: ledger.lastFinalized.height, rows, ...counts, problems, problemCount };
  } finally {
    snapshot.close();
    await storage.close();
  }
}

function checkRows(
  storage: Storage,
  found: (problem: string) => void,
  onProgress: (step: VerifyStep, done: number, total: number) => void,
): number {
  const total = Object.values(storage.stats().rows).reduce((sum, rows) => sum + rows, 0);
  const { rows, corrupt } = storage.verify((done) => onProgress("rows", done, total));
  for (const place of corrupt) found(`the checksum of a row is wrong: ${place}`);
  return rows;
}

function checkBlocks(context: VerifyContext, onProgress: (done: number, total: number) => void) {
  const { ledger, store, found } = context;
  const tip = ledger.lastFinalized.height;
  const kept = readKeptBlocks(store);
  const counts = { blocks: 0, transactions: 0, places: 0 };
  let parent = checkBelow(context, kept);
  for (let next: number = kept.lowest; next <= tip; next++) {
    const at = asHeight(next);
    const checked = checkBlock(context, at, parent);
    parent = checked?.digest;
    if (checked === undefined) continue;
    counts.blocks++;
    counts.transactions += checked.block.transactions.length;
    counts.places += readable(context, next, () => checkIndexes(context, at, checked));
    checkFinality(context, at, checked);
    onProgress(next, tip);
  }
  if (kept.lowest > tip) found(`the lowest kept height ${kept.lowest} is above the tip ${tip}`);
  else if (counts.blocks === tip - kept.lowest + 1) checkCounts(context, kept, counts);
  return { blocks: counts.blocks, transactions: counts.transactions };
}
/** A stored transaction with a wrong signature throws where it is read. */
function readable({ found }: VerifyContext, at: number, check: () => number): number {
  try {
    return check();
  } catch (error) {
    found(`height ${at}: ${error instanceof Error ? error.message : String(error)}`);
    return 0;
  }
}
