import { type Digest, digestToBytes, type Epoch, type Height, Writer } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import type { Finalize } from "../seam/effects.ts";
import { metaKeys, placeValue, u64Key } from "./keys.ts";
import { pruneRows } from "./pruneRows.ts";
import { certificateRow, type DurableContext } from "./rowsOfPersist.ts";

/** Labels of `view_index` (kairos 6.2). */
export const viewLabels = { direct: 1, ancestor: 2, nullified: 3, skipped: 4 } as const;

const zeroDigest = "0".repeat(64) as Digest;

/**
 * The rows of one `finalize`, to be committed together with the ledger's rows of the same blocks (S4): the certificate,
 * `finality` and `view_index` of the blocks, labels of the other views, `last_finalized`, and the clean-up of R24, R25.
 * The bodies themselves and `headers` are the ledger's.
 */
export function rowsOfFinalize(finalize: Finalize, context: DurableContext, store: Store, epoch: Epoch): Row[] {
  const last = finalize.blocks[finalize.blocks.length - 1];
  if (last === undefined) return [];
  const rows: Row[] = [certificateRow(finalize.certificate, context.n)];
  const place = placeValue(last.height, last.view, last.digest);
  for (const { height, view, digest, direct } of finalize.blocks) {
    rows.push({ table: "finality", key: u64Key(height), value: place });
    rows.push(viewRow(view, direct ? viewLabels.direct : viewLabels.ancestor, digest, height));
  }
  for (const { view, label, digest } of finalize.views) {
    rows.push(viewRow(view, viewLabels[label], digest ?? zeroDigest, 0 as Height));
  }
  rows.push({ table: "meta", key: metaKeys.lastFinalized, value: place });
  const kept = new Set(finalize.blocks.map((block) => block.digest));
  return rows.concat(pruneRows(finalize.pruneBelow, epoch, kept, store));
}

/** label u8 ‖ hash 32 ‖ h 8. */
function viewRow(view: number, label: number, digest: Digest, height: Height): Row {
  const value = new Writer(41).u8(label).bytes(digestToBytes(digest)).u64(height).finish();
  return { table: "view_index", key: u64Key(view), value };
}
