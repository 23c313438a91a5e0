import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf, encodeRlp, type RlpItem } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import fc from "fast-check";
import { decodeNode } from "./decodeNode.ts";
import { encodeBranch, encodeExtension, encodeLeaf } from "./encodeNode.ts";
import { nibbleAt } from "./nibbles.ts";
import { verifyProof } from "./verifyProof.ts";

const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const span = fc.tuple(fc.nat(63), fc.nat(63)).map(([a, b]) => [Math.min(a, b), Math.max(a, b) + 1] as const);
const hash = new Uint8Array(32).fill(7);
const path = (bytes: Uint8Array, from: number, to: number) =>
  Uint8Array.from({ length: to - from }, (_, i) => nibbleAt(bytes, from + i));

test("leaves and extensions decode to what was encoded, at every depth", () => {
  fc.assert(
    fc.property(key, span, fc.uint8Array({ minLength: 1, maxLength: 70 }), (bytes, [depth, end], value) => {
      const leaf = decodeNode(encodeLeaf(bytes, depth, end, value).slice(), 1024);
      assert.deepEqual(leaf, { kind: "leaf", path: path(bytes, depth, end), value });
      const extension = decodeNode(encodeExtension(bytes, depth, end, hash).slice(), 1024);
      assert.deepEqual(extension, { kind: "extension", path: path(bytes, depth, end), child: hash });
    }),
    { numRuns: 200 },
  );
});

test("branches decode to what was encoded, with hashes, inline nodes and values", () => {
  const inline = encodeLeaf(hash, 60, 64, Uint8Array.of(5)).slice();
  const place = fc.constantFrom(null, hash, inline);
  fc.assert(
    fc.property(fc.array(place, { minLength: 16, maxLength: 16 }), fc.constantFrom(null, hash), (refs, value) => {
      const held = refs.filter((ref) => ref !== null).length + (value === null ? 0 : 1);
      const decoded = decodeNode(encodeBranch(refs, value).slice(), 1024);
      assert.deepEqual(decoded, held < 2 ? undefined : { kind: "branch", refs, value });
    }),
  );
});

test("each malformed field of a node is refused", () => {
  const none = new Uint8Array(0);
  const branch = (change: (items: RlpItem[]) => void) => {
    const items: RlpItem[] = Array.from({ length: 17 }, (_, i) => (i < 2 ? hash : none));
    change(items);
    return items;
  };
  const cases: Record<string, RlpItem> = {
    "not a list": hash,
    "three items": [hash, hash, hash],
    "empty path": [none, hash],
    "path is a list": [[hash], hash],
    "unknown flag": [Uint8Array.of(0x40), hash],
    "padding nibble set": [Uint8Array.of(0x21), hash],
    "leaf without value": [Uint8Array.of(0x31), none],
    "leaf with list value": [Uint8Array.of(0x31), [hash]],
    "extension of no nibble": [Uint8Array.of(0x00), hash],
    "extension to a short hash": [Uint8Array.of(0x11), hash.subarray(1)],
    "extension to a long inline node": [Uint8Array.of(0x11), [hash]],
    "branch child of 31 bytes": branch((items) => (items[2] = hash.subarray(1))),
    "branch value a list": branch((items) => (items[16] = [])),
    "branch with one child": branch((items) => (items[1] = none)),
  };
  for (const [name, item] of Object.entries(cases)) assert.equal(decodeNode(encodeRlp(item), 1024), undefined, name);
  assert.equal(decodeNode(encodeRlp([Uint8Array.of(0x31), new Uint8Array(1100)]), 1024), undefined, "too long");
  const bad = encodeRlp([hash, hash, hash]);
  const read = verifyProof(digestOf(keccak256(bad)), hash, [bad]);
  assert.equal(read.ok ? "ok" : read.fault.code, "PROOF_MALFORMED");
});

test("decoding arbitrary bytes never throws", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeNode(bytes, 1024)));
});
