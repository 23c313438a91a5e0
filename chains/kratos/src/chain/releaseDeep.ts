import type { Digest } from "@polis/codec";
import type { Store } from "@polis/ports";
import { type NodeSource, UnfinalNode } from "./chainNode.ts";
import { ancestorAt } from "./paths.ts";
import { kceUnfinal, readStored } from "./records.ts";
import { chainTables, placeKey } from "./tables.ts";

/** Blocks that keep all they know: the way back of any ordinary reorganisation. */
const KEPT = 256;

/** Lets the block far below a new one leave memory, as far as it is stored. */
export function releaseDeep(store: Pick<Store, "get">, newest: UnfinalNode): void {
  const deep = ancestorAt(newest, newest.header.number - KEPT);
  if (!(deep instanceof UnfinalNode) || deep.isReleased) return;
  deep.release(sourceOf(store));
}

function sourceOf(store: Pick<Store, "get">): NodeSource {
  return {
    read: ({ hash, header }) => {
      const bytes = store.get(chainTables.unfinal, placeKey(header.number, hash));
      if (bytes === undefined) throw new Error(`what the block ${hash} changed is not stored`);
      return readStored(kceUnfinal, bytes, "changes of a block");
    },
    load: (hash: Digest) => store.get(chainTables.tree, Uint8Array.fromHex(hash))!,
  };
}
