import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digestOf } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { emptySparse, newSparseNodes, type SparseNode, stored, updateSparse } from "@polis/state";
import fc from "fast-check";
import { releaseTree } from "./releaseTree.ts";

const hashOf = (n: number): Digest => digestOf(blake3(Uint8Array.of(n)));
const changes = fc.uniqueArray(fc.tuple(fc.nat(30), fc.nat(3)), {
  selector: ([key]) => key,
  minLength: 1,
  maxLength: 10,
});

function change(
  tree: SparseNode,
  list: readonly (readonly [number, number])[],
  load: (hash: Digest) => Uint8Array,
): SparseNode {
  return updateSparse(
    tree,
    list.map(([key, value]) => ({ key: hashOf(key), value: value === 0 ? undefined : hashOf(value) })),
    load,
  );
}

test("a released tree is the same tree, and keeps in memory only what the stored one below it has not", () => {
  fc.assert(
    fc.property(changes, changes, changes, (first, second, third) => {
      const disk = new Map<Digest, Uint8Array>();
      const load = (hash: Digest): Uint8Array => disk.get(hash) ?? assert.fail(`${hash} is not stored`);
      const below = change(emptySparse, first, load);
      for (const { hash, bytes } of newSparseNodes(below, () => false)) disk.set(hash, bytes);
      const tree = change(below, second, load);
      const released = releaseTree(tree, stored(below.hash), load);
      assert.equal(released.hash, tree.hash);
      assert.equal(change(released, third, load).hash, change(tree, third, load).hash);
      if (tree.hash === below.hash) assert.deepEqual(released, stored(below.hash));
    }),
  );
});
