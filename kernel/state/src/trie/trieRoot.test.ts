import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { naiveRoot } from "../testing/naiveTrie.ts";
import { emptyRoot } from "./emptyTrieRoot.ts";
import { proveInTrie } from "./proveInTrie.ts";
import { type TriePair, trieRoot } from "./trieRoot.ts";
import { listKey, proveInList, trieRootOfList } from "./trieRootOfList.ts";
import { verifyProof } from "./verifyProof.ts";

/** Short keys over few letters, so that prefixes of each other, long shared paths and tiny nodes are common. */
const key = fc.oneof(
  fc.array(fc.constantFrom(0x00, 0x01, 0x10, 0xff), { maxLength: 5 }).map((bytes) => Uint8Array.from(bytes)),
  fc.uint8Array({ minLength: 1, maxLength: 32 }),
);
const value = fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 3 }), fc.uint8Array({ minLength: 30, maxLength: 90 }));
const pairs = fc
  .array(fc.tuple(key, value), { maxLength: 40 })
  .map((all): TriePair[] => [...new Map(all.map(([k, v]) => [k.toHex(), [k, v] as const])).values()]);
const byHex = (all: readonly TriePair[]) => new Map(all.map(([k, v]) => [k.toHex(), v]));
const code = (result: ReturnType<typeof verifyProof>) => (result.ok ? "ok" : result.fault.code);

test("the root built in one pass equals the naive trie's", () => {
  fc.assert(
    fc.property(pairs, (all) => assert.equal(trieRoot(all), naiveRoot(byHex(all)))),
    { numRuns: 300 },
  );
  assert.equal(trieRoot([]), emptyRoot);
});

test("a list's root is the root of its items under rlp(index), for every length around the key sizes", () => {
  for (const length of [0, 1, 2, 16, 17, 127, 128, 129, 255, 256, 257, 300]) {
    const items = Array.from({ length }, (_, i) => new Uint8Array((i % 50) + 1).fill(i));
    assert.equal(
      trieRootOfList(items),
      naiveRoot(new Map(items.map((item, i) => [listKey(i).toHex(), item]))),
      `${length}`,
    );
  }
  assert.equal(listKey(0x1_0000).toHex(), "83010000");
  assert.throws(() => listKey(0x100_0000), RangeError);
});

test("repeated keys and empty values are refused", () => {
  const one: TriePair = [Uint8Array.of(1), Uint8Array.of(1)];
  assert.throws(() => trieRoot([one, one]), RangeError);
  assert.throws(() => trieRoot([[Uint8Array.of(1), new Uint8Array(0)]]), RangeError);
  assert.throws(() => trieRootOfList([new Uint8Array(0)]), RangeError);
});

test("proofs of presence and absence verify, and say which", () => {
  fc.assert(
    fc.property(pairs, key, (all, absent) => {
      const root = trieRoot(all);
      const held = byHex(all);
      for (const [k, v] of all) assert.deepEqual(verifyProof(root, k, proveInTrie(all, k)), { ok: true, value: v });
      const read = verifyProof(root, absent, proveInTrie(all, absent));
      assert.deepEqual(read, { ok: true, value: held.get(absent.toHex()) });
    }),
    { numRuns: 100 },
  );
});

test("any changed byte, a missing node and an extra node make a proof fail", () => {
  const items = Array.from({ length: 200 }, (_, i) => new Uint8Array(40 + (i % 60)).fill(i + 1));
  const root = trieRootOfList(items);
  for (const index of [0, 77, 130, 250]) {
    const proof = proveInList(items, index);
    assert.deepEqual(verifyProof(root, listKey(index), proof), { ok: true, value: items[index] });
    proof.forEach((node, n) => {
      for (let at = 0; at < node.length; at++) {
        const broken = proof.map((other) => other.slice());
        broken[n]![at] = broken[n]![at]! ^ 1;
        assert.equal(code(verifyProof(root, listKey(index), broken)), "PROOF_HASH");
      }
    });
    assert.equal(code(verifyProof(root, listKey(index), proof.slice(0, -1))), "PROOF_TRUNCATED");
    assert.equal(code(verifyProof(root, listKey(index), [...proof, items[0]!])), "PROOF_TRAILING");
  }
  assert.equal(code(verifyProof(root, listKey(0), new Array(66).fill(new Uint8Array(1)))), "PROOF_TOO_LONG");
  assert.equal(code(verifyProof(emptyRoot, listKey(0), [items[0]!])), "PROOF_TRAILING");
});
