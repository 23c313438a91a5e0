import { digestToBytes } from "@polis/codec";
import { metaKeys, readPlace } from "@polis/minimmit";
import type { BlockInfo, Store } from "@polis/ports";
import { UserError } from "../errors.ts";

/** Where a finalized chain ends. */
export type Tip = Pick<BlockInfo, "height" | "view" | "digest">;

/**
 * The last finalized block of a store; genesis when there is none above it.
 * @throws UserError DATABASE_DAMAGED when the row and its block do not agree
 */
export function readTip(store: Store, genesis: BlockInfo): Tip {
  const row = store.get("meta", metaKeys.lastFinalized);
  if (row === undefined) return genesis;
  const place = readPlace(row);
  if (place !== undefined && store.get("blocks", digestToBytes(place.digest)) !== undefined) return place;
  const hint = "restore a backup, or synchronize into an empty directory";
  throw new UserError("DATABASE_DAMAGED", "the last finalized block cannot be read", hint);
}
