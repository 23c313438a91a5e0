import assert from "node:assert/strict";
import { test } from "node:test";
import { concatBytes, type Digest, digest, digestOf } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import fc from "fast-check";
import { newSparseNodes } from "./newSparseNodes.ts";
import { bitAt, emptySparse, noEntries, type SparseNode, stored } from "./node.ts";
import { proveSparse, verifySparseProof } from "./sparseProof.ts";
import { updateSparse } from "./updateSparse.ts";

const none = (hash: Digest): never => assert.fail(`nothing is stored, ${hash} was asked for`);
/** Few first bits differ, so that entries share long paths and meet again when others leave. */
const key = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.constantFrom(0, 1, 2)).map(([head, tail]) => {
  const bytes = new Uint8Array(32);
  bytes[0] = head;
  bytes[31] = tail;
  return digestOf(bytes);
});
const value = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => digestOf(bytes));
const entries = fc.uniqueArray(fc.tuple(key, value), { selector: ([k]) => k, maxLength: 20 });

/** The definition of kratos-core 3.3, word by word. */
function rootByDefinition(set: readonly (readonly [Digest, Digest])[], depth = 0): Digest {
  const bytes = (...parts: readonly string[]) => concatBytes(...parts.map((part) => Uint8Array.fromHex(part)));
  if (set.length === 0) return noEntries;
  if (set.length === 1) return digestOf(blake3(bytes("00", set[0]![0], set[0]![1])));
  const half = (bit: 0 | 1) =>
    rootByDefinition(
      set.filter(([k]) => bitAt(k, depth) === bit),
      depth + 1,
    );
  return digestOf(blake3(bytes("01", half(0), half(1))));
}

const treeOf = (set: readonly (readonly [Digest, Digest])[]): SparseNode =>
  updateSparse(
    emptySparse,
    set.map(([k, v]) => ({ key: k, value: v })),
    none,
  );

test("the root is that of the definition, whatever came and went before (I4)", () => {
  fc.assert(
    fc.property(entries, entries, fc.infiniteStream(fc.boolean()), (before, after, coin) => {
      const start = treeOf(before);
      const kept = before.filter(([k]) => !after.some(([other]) => other === k) && coin.next().value);
      const changes = [
        ...before
          .filter((entry) => !kept.includes(entry))
          .map(([k]) => ({ key: k, value: undefined as Digest | undefined })),
      ].filter(({ key: k }) => !after.some(([other]) => other === k));
      const all = [...changes, ...after.map(([k, v]) => ({ key: k, value: v }))];
      assert.equal(updateSparse(start, all, none).hash, rootByDefinition([...kept, ...after]));
      assert.equal(start.hash, rootByDefinition(before));
    }),
  );
});

test("one change at a time gives the root of all at once, also from a disk that is read back", () => {
  fc.assert(
    fc.property(entries, (set) => {
      const disk = new Map<Digest, Uint8Array>();
      const load = (hash: Digest) => disk.get(hash) ?? none(hash);
      let root: Digest = noEntries;
      const write = (change: { readonly key: Digest; readonly value: Digest | undefined }) => {
        const tree = updateSparse(stored(root), [change], load);
        for (const { hash, bytes } of newSparseNodes(tree, (known) => disk.has(known))) disk.set(hash, bytes);
        root = tree.hash;
      };
      for (const [k, v] of set) write({ key: k, value: v });
      assert.equal(root, rootByDefinition(set));
      for (const [k] of set.slice(1)) write({ key: k, value: undefined });
      assert.equal(root, rootByDefinition(set.slice(0, 1)));
    }),
  );
});

test("proofs of presence and absence hold, and no other value, key or root has them", () => {
  fc.assert(
    fc.property(entries, key, value, (set, wanted, other) => {
      const tree = treeOf(set);
      const proof = proveSparse(tree, wanted, none);
      const expected = set.find(([k]) => k === wanted)?.[1];
      assert.deepEqual(verifySparseProof(tree.hash, wanted, proof), { ok: true, value: expected });
      assert.equal(verifySparseProof(other, wanted, proof).ok, false);
      if (proof.terminal !== undefined) {
        const forged = { ...proof, terminal: { ...proof.terminal, value: other } };
        assert.equal(verifySparseProof(tree.hash, wanted, forged).ok, other === proof.terminal.value);
      }
      if (proof.siblings.length > 0) {
        assert.equal(verifySparseProof(tree.hash, wanted, { ...proof, siblings: proof.siblings.slice(1) }).ok, false);
      }
      assert.equal(verifySparseProof(tree.hash, wanted, { ...proof, siblings: new Array(257).fill(other) }).ok, false);
    }),
  );
});

test("a leaf of another path does not prove absence", () => {
  const [a, b] = ["00", "ff"].map((byte) => digest(byte.repeat(32))) as [Digest, Digest];
  const tree = treeOf([
    [a, b],
    [b, b],
  ]);
  const proofOfA = proveSparse(tree, a, none);
  const verdict = verifySparseProof(tree.hash, b, { siblings: proofOfA.siblings, terminal: proofOfA.terminal });
  assert.equal(verdict.ok, false);
});

const FROZEN = [
  "f944f38794a498f52e044d951d021fe735a9e886d71e1ac002afc22df98fb287",
  "475267223093db2e3ecc643d3a082ff8781ada538b37684d56e6775a48f4040f",
];

test("frozen roots", () => {
  const entry = (name: string) =>
    [digestOf(blake3(new TextEncoder().encode(name))), digestOf(blake3(Uint8Array.of(1)))] as const;
  assert.equal(treeOf([]).hash, "00".repeat(32));
  assert.equal(treeOf([entry("a")]).hash, FROZEN[0]);
  assert.equal(treeOf([entry("a"), entry("b"), entry("c")]).hash, FROZEN[1]);
});
