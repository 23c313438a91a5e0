import type { Digest } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { digestKey } from "../tables.ts";
import type { ChainCore } from "./chainCore.ts";
import type { ExecutedBlock } from "./executedBlock.ts";
import { finalizedRows } from "./finalizedRows.ts";

/**
 * Makes the next block final (R18, R29, S4): its rows for one atomic commit, and the block itself. Executed blocks that
 * do not descend from it are forgotten. Throws when the block is not an executed child of the last finalized one.
 */
export function finalizeBlock(
  core: ChainCore,
  store: Store,
  digest: Digest,
): { readonly executed: ExecutedBlock; readonly rows: readonly Row[] } {
  const executed = core.executed.get(digest);
  if (executed === undefined) throw new Error(`block ${digest} is not executed`);
  if (executed.info.parentDigest !== core.final.info.digest) throw new Error(`block ${digest} is not the next one`);
  const hasBody = store.get("blocks", digestKey(digest)) !== undefined;
  const rows = finalizedRows(executed, hasBody);
  const { info, header, supply } = executed;
  for (const row of core.history.advance(info.height, header.timestampS, () => core.states.undo(digest)!))
    rows.push(row);
  for (const row of core.logIndex.advance(info.height, executed.trail)) rows.push(row);
  for (const row of core.states.finalize(digest)) rows.push(row);
  core.final = { info, header, supply };
  core.finalHashes.add(info.height, digest);
  core.executed.delete(digest);
  dropAbandoned(core);
  return { executed, rows };
}

/** Keeps only descendants of the last finalized block; parents come before children in height order. */
function dropAbandoned(core: ChainCore): void {
  const kept = new Set<Digest>([core.final.info.digest]);
  const byHeight = [...core.executed.values()].sort((a, b) => a.info.height - b.info.height);
  for (const { info } of byHeight) {
    if (kept.has(info.parentDigest)) kept.add(info.digest);
    else core.executed.delete(info.digest);
  }
}
