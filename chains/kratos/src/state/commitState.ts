import { digestOf } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { type LoadSparse, type SparseNode, updateSparse } from "@polis/state";
import type { EntryChange } from "./state.ts";

/** The tree over all entries after some changed (kratos-core 3.3); its hash is the state root. */
export function commitState(tree: SparseNode, changes: readonly EntryChange[], load: LoadSparse): SparseNode {
  const hashed = changes.map(({ key, value }) => ({
    key: digestOf(blake3(key)),
    value: value && digestOf(blake3(value)),
  }));
  return updateSparse(tree, hashed, load);
}
