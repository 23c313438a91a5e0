import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digestOf } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import fc from "fast-check";
import { emptySparse } from "./node.ts";
import { proveSparse } from "./sparseProof.ts";
import { type HashedEntry, verifySparseRange } from "./sparseRange.ts";
import { updateSparse } from "./updateSparse.ts";

const none = (hash: Digest): never => assert.fail(`nothing is stored, ${hash} was asked for`);
/** Few first bits differ, so that entries share long paths. */
const key = fc.tuple(fc.integer({ min: 0, max: 7 }), fc.nat(3)).map(([head, tail]) => {
  const bytes = new Uint8Array(32);
  bytes[0] = head;
  bytes[31] = tail;
  return digestOf(bytes);
});
const value = fc.nat(3).map((n) => digestOf(blake3(Uint8Array.of(n))));
const entries = fc
  .uniqueArray(fc.record({ key, value }), { selector: (entry) => entry.key, minLength: 1, maxLength: 24 })
  .map((all) => all.sort((a, b) => (a.key < b.key ? -1 : 1)));

function bordersOf(all: readonly HashedEntry[], part: readonly HashedEntry[]) {
  const tree = updateSparse(emptySparse, all, none);
  const [first, last] = [part[0]!, part.at(-1)!].map((entry) => proveSparse(tree, entry.key, none).siblings);
  return { root: tree.hash, borders: { first: first!, last: last! } };
}

test("a consecutive part of a tree proves itself and says whether something lies beside it", () => {
  fc.assert(
    fc.property(entries, fc.nat(), fc.nat(), (all, a, b) => {
      const [from, to] = [a % all.length, b % all.length].sort((x, y) => x - y) as [number, number];
      const { root, borders } = bordersOf(all, all.slice(from, to + 1));
      const checked = verifySparseRange(root, all.slice(from, to + 1), borders);
      assert.deepEqual(checked, { ok: true, value: { beginsTree: from === 0, endsTree: to === all.length - 1 } });
    }),
  );
});

test("a part with an entry left out, added, changed or out of order is refused", () => {
  fc.assert(
    fc.property(entries, fc.nat(), key, value, (all, at, otherKey, otherValue) => {
      const { root, borders } = bordersOf(all, all);
      const refused = (part: readonly HashedEntry[]) => assert.equal(verifySparseRange(root, part, borders).ok, false);
      const i = at % all.length;
      refused(all.filter((_, index) => index !== i));
      if (all[i]!.value !== otherValue) {
        refused(all.map((entry, index) => (index === i ? { ...entry, value: otherValue } : entry)));
      }
      if (!all.some((entry) => entry.key === otherKey)) {
        refused([...all, { key: otherKey, value: otherValue }].sort((x, y) => (x.key < y.key ? -1 : 1)));
      }
      if (all.length > 1) refused([...all].reverse());
      refused([all[0]!, ...all]);
    }),
  );
});

test("borders of any form are judged without an exception", () => {
  const digests = fc.array(value, { maxLength: 260 });
  fc.assert(
    fc.property(entries, digests, digests, (all, first, last) => {
      const { root, borders } = bordersOf(all, all);
      const isSame = `${first}` === `${borders.first}` && `${last}` === `${borders.last}`;
      assert.equal(verifySparseRange(root, all, { first, last }).ok, isSame);
      assert.equal(verifySparseRange(root, [], { first, last }).ok, false);
    }),
  );
});
