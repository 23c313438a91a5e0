import { type Digest, digestOf } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { type LoadSparse, type SparseNode, updateSparse } from "@polis/state";
import type { EntryChange } from "./state.ts";

/** The tree over all entries after some changed (kratos-core 3.3); its hash is the state root. */
export function commitState(tree: SparseNode, changes: readonly EntryChange[], load: LoadSparse): SparseNode {
  const hashed = changes.map(({ key, value }) => ({
    key: keyHash(key),
    value: value && digestOf(blake3(value)),
  }));
  return updateSparse(tree, hashed, load);
}

/** Hashes of keys of items that still exist: the same few entries change in every block. */
const hashes = new WeakMap<Uint8Array, Digest>();

function keyHash(key: Uint8Array): Digest {
  const known = hashes.get(key);
  if (known !== undefined) return known;
  const hash = digestOf(blake3(key));
  hashes.set(key, hash);
  return hash;
}
