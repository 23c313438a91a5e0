import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesToHex, type Digest, type Epoch, type View } from "@polis/codec";
import {
  encodeBindingPayload,
  encodeNotarizePayload,
  encodeNullifyPayload,
  encodeProposePayload,
  encodeSeedPayload,
  encodeStatusPayload,
  kairosTags,
} from "./payloads.ts";

const genesis = "11".repeat(32) as Digest;
const digest = "22".repeat(32) as Digest;
const parent = "33".repeat(32) as Digest;
const epoch = 1 as Epoch;
const view = 0x0203 as View;
const nonce = new Uint8Array(32).fill(0x44);
const ascii = (text: string) => new TextEncoder().encode(text).toHex();
const start = `${"11".repeat(32)}00000000000000010000000000000203`;

// Each expected text is written out from the table of kairos 2.3, apart from the code.
const table: readonly (readonly [string, Uint8Array, number, string])[] = [
  [
    "propose",
    encodeProposePayload(genesis, { epoch, view, digest, parentView: 5 as View, parentDigest: parent }),
    138,
    `11${ascii("KAIROS_PROPOSE_V1")}${start}${digest}0000000000000005${parent}`,
  ],
  [
    "notarize",
    encodeNotarizePayload(genesis, epoch, view, digest),
    99,
    `12${ascii("KAIROS_NOTARIZE_V1")}${start}${digest}`,
  ],
  ["nullify", encodeNullifyPayload(genesis, epoch, view), 66, `11${ascii("KAIROS_NULLIFY_V1")}${start}`],
  ["seed", encodeSeedPayload(genesis, epoch, view), 63, `0e${ascii("KAIROS_SEED_V1")}${start}`],
  [
    "status",
    encodeStatusPayload(genesis, { epoch, view, lastFinalizedView: 4 as View, lastFinalizedDigest: digest, nonce }),
    137,
    `10${ascii("KAIROS_STATUS_V1")}${start}0000000000000004${digest}${"44".repeat(32)}`,
  ],
  [
    "binding",
    encodeBindingPayload(0x0a0b, nonce),
    59,
    `12${ascii("KAIROS_P2P_BIND_V1")}0000000000000a0b${"44".repeat(32)}`,
  ],
];
for (const [name, bytes, size, expected] of table) {
  test(`the ${name} payload has its ${size} bytes (kairos 2.3)`, () => {
    assert.equal(bytes.length, size);
    assert.equal(bytesToHex(bytes), expected);
  });
}

test("no tag starts another, so that no payload can be read as one of another kind", () => {
  const tags = Object.values(kairosTags);
  for (const a of tags) for (const b of tags) assert.equal(a !== b && b.startsWith(a), false, `${a} ${b}`);
});

test("a status nonce of another length is our own mistake", () => {
  const claim = { epoch, view, lastFinalizedView: view, lastFinalizedDigest: digest, nonce: new Uint8Array(31) };
  assert.throws(() => encodeStatusPayload(genesis, claim), RangeError);
});
