import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeKce, digest, encodeKce, epoch, height, seconds, slot } from "@polis/codec";
import fc from "fast-check";
import { person } from "../testing/people.ts";
import { blockHash, HEADER_BYTES, isSignedByAuthor, kceHeader, signHeader } from "./header.ts";
import { listRoot } from "./listRoot.ts";

const author = person(3);
const identity = new Uint8Array(32).fill(8);
const header = signHeader(
  identity,
  {
    number: height(7),
    parentHash: digest("11".repeat(32)),
    transactionsRoot: digest("22".repeat(32)),
    stateRoot: digest("33".repeat(32)),
    timestamp: seconds(1_000_042),
    epoch: epoch(0),
    slot: slot(7),
    author: author.account,
    vrfProof: new Uint8Array(80).fill(4),
  },
  author.secret,
);

test("a header survives the wire; any changed byte changes its hash or breaks its signature", () => {
  const bytes = encodeKce(kceHeader, header);
  assert.equal(bytes.length, HEADER_BYTES);
  assert.deepEqual(decodeKce(kceHeader, bytes, HEADER_BYTES), { ok: true, value: header });
  assert.equal(isSignedByAuthor(identity, header), true);
  assert.equal(isSignedByAuthor(new Uint8Array(32), header), false);
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, mask) => {
      const changed = bytes.slice();
      changed[at]! ^= mask;
      const decoded = decodeKce(kceHeader, changed, HEADER_BYTES);
      if (!decoded.ok) return;
      assert.equal(isSignedByAuthor(identity, decoded.value), false);
      assert.equal(blockHash(decoded.value) === blockHash(header), at >= HEADER_BYTES - 64);
    }),
  );
});

test("a list root covers every item and their order (I5)", () => {
  const items = fc.array(fc.uint8Array({ maxLength: 4 }), { maxLength: 9 });
  fc.assert(
    fc.property(items, items, (a, b) => {
      const same = a.length === b.length && a.every((item, i) => item.toHex() === b[i]!.toHex());
      assert.equal(listRoot(a) === listRoot(b), same);
    }),
  );
  assert.equal(listRoot([]), "00".repeat(32));
});
