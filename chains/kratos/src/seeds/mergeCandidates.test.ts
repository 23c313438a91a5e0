import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { MAX_CANDIDATES, mergeCandidates } from "./mergeCandidates.ts";

const first = () => 0;
const addresses = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

test("bootnodes are always in, even when no seed answers", () => {
  assert.deepEqual(mergeCandidates([], ["x", "y", "x"], first), ["x", "y"]);
  assert.deepEqual(mergeCandidates([{ seed: "a", addresses: [] }], ["x"], first), ["x"]);
  assert.deepEqual(mergeCandidates([], [], first), []);
});

test("a seed that is alone fills at most half of the places", () => {
  assert.equal(mergeCandidates([{ seed: "a", addresses: addresses("a", 200) }], [], first).length, MAX_CANDIDATES / 2);
});

test("of two seeds the larger fills no more than half of what comes out", () => {
  const offers = [
    { seed: "a", addresses: addresses("a", 100) },
    { seed: "b", addresses: addresses("b", 3) },
  ];
  const merged = mergeCandidates(offers, [], first);
  assert.equal(merged.filter((one) => one.startsWith("a")).length, 3);
});

test("no seed fills more than half, no address comes twice, and there are never too many", () => {
  const offer = fc.record({ seed: fc.string(), addresses: fc.array(fc.nat(60).map(String), { maxLength: 80 }) });
  fc.assert(
    fc.property(
      fc.array(offer, { maxLength: 5 }),
      fc.array(fc.nat(60).map(String), { maxLength: 60 }),
      (offers, nodes) => {
        const merged = mergeCandidates(offers, nodes, first);
        assert.ok(merged.length <= MAX_CANDIDATES);
        assert.equal(new Set(merged).size, merged.length);
        for (const node of new Set(nodes.slice(0, MAX_CANDIDATES))) assert.ok(merged.includes(node));
        const others = (skipped: number) =>
          new Set([...offers.filter((_, i) => i !== skipped).flatMap((one) => one.addresses), ...nodes]);
        for (const [i, { addresses: own }] of offers.entries()) {
          const only = merged.filter((one) => own.includes(one) && !others(i).has(one)).length;
          assert.ok(only <= MAX_CANDIDATES / 2);
          const isAlone = offers.every(
            (one, j) => i === j || one.addresses.every((address) => nodes.includes(address) || own.includes(address)),
          );
          if (!isAlone) assert.ok(only * 2 <= merged.length);
        }
      },
    ),
  );
});
