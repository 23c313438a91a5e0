import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digestOf } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import fc from "fast-check";
import { diffSparse } from "./diffSparse.ts";
import { newSparseNodes } from "./newSparseNodes.ts";
import { emptySparse, stored } from "./node.ts";
import { updateSparse } from "./updateSparse.ts";

const key = fc.integer({ min: 0, max: 40 }).map((n) => digestOf(blake3(Uint8Array.of(n))));
const value = fc.option(
  fc.integer({ min: 0, max: 3 }).map((n) => digestOf(blake3(Uint8Array.of(n)))),
  { nil: undefined },
);
const changes = fc.uniqueArray(fc.record({ key, value }), { selector: (change) => change.key, maxLength: 12 });

test("a store that takes each difference holds exactly the nodes of the last tree", () => {
  fc.assert(
    fc.property(fc.array(changes, { maxLength: 12 }), (steps) => {
      const disk = new Map<Digest, Uint8Array>();
      const load = (hash: Digest): Uint8Array => disk.get(hash) ?? assert.fail(`${hash} is not stored`);
      let root = emptySparse.hash;
      let memory = emptySparse;
      for (const step of steps) {
        const next = updateSparse(stored(root), step, load);
        memory = updateSparse(memory, step, () => assert.fail("all of it is in memory"));
        const { deleted, added } = diffSparse(stored(root), next, load);
        for (const hash of deleted) assert.ok(disk.delete(hash));
        for (const { hash, bytes } of added) disk.set(hash, bytes);
        root = next.hash;
        const expected = newSparseNodes(memory, () => false).map(({ hash }) => hash);
        assert.deepEqual([...disk.keys()].sort(), expected.sort());
      }
    }),
  );
});
