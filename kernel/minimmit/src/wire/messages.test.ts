import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, type Epoch, type ValidatorIndex, type View, writeU16, writeU32, writeU64 } from "@polis/codec";
import { bitmapOf, type Certificate, sha256 } from "@polis/crypto";
import fc from "fast-check";
import type { Message } from "../seam/messages.ts";
import { messages, wireContext } from "../testing/arbitraries.ts";
import { decodeMessage } from "./decodeMessage.ts";
import { encodeMessage } from "./encodeMessage.ts";
import { frameTypes } from "./types.ts";

const fixed = (length: number, from: number): Uint8Array => Uint8Array.from({ length }, (_, i) => (from + i) & 0xff);
const digest = fixed(32, 1).toHex() as Digest;
const epoch = 3 as Epoch;
const view = 0x0102_0304 as View;
const signer = 5 as ValidatorIndex;
const certificate: Certificate = {
  kind: "nullification",
  scheme: "multisig",
  epoch,
  view,
  digest: undefined,
  bitmap: bitmapOf([0, 2, 4] as ValidatorIndex[], 6),
  signature: fixed(96, 9),
  seed: undefined,
};
const samples: readonly Message[] = [
  {
    kind: "propose",
    epoch,
    view,
    proposeSig: fixed(96, 1),
    voteSig: fixed(96, 2),
    proofs: [certificate],
    block: fixed(20, 3),
  },
  { kind: "notarize", epoch, view, digest, signer, sig: fixed(96, 4) },
  { kind: "nullify", epoch, view, signer, sig: fixed(96, 5) },
  { kind: "certificate", certificate },
  {
    kind: "status",
    epoch,
    view,
    lastFinalizedView: 7 as View,
    lastFinalizedDigest: digest,
    nonce: fixed(32, 6),
    signer,
    sig: fixed(96, 7),
    proof: certificate,
  },
  { kind: "statusRequest", nonce: fixed(32, 8) },
];

test("every message survives the wire (4.4)", () => {
  fc.assert(
    fc.property(messages, (message) => {
      const { type, body } = encodeMessage(message, 6);
      assert.deepEqual(decodeMessage(type, body, wireContext), { ok: true, value: message });
    }),
  );
});

test("the bytes of every message are frozen", () => {
  const frozen = samples.map((message) => {
    const { type, body } = encodeMessage(message, 6);
    return `${type}:${body.length}:${sha256(body).subarray(0, 8).toHex()}`;
  });
  assert.deepEqual(frozen, FROZEN);
  const vote = encodeMessage(samples[2]!, 6).body;
  assert.equal(vote.subarray(0, 18).toHex(), "000000000000000300000000010203040005");
});

test("a body that is cut or has a surplus byte is malformed (4.4)", () => {
  for (const message of samples) {
    const { type, body } = encodeMessage(message, 6);
    for (let length = 0; length < body.length; length++) {
      assert.equal(
        decodeMessage(type, body.subarray(0, length), wireContext).ok,
        false,
        `${message.kind} of ${length}`,
      );
    }
    const longer = new Uint8Array(body.length + 1);
    longer.set(body);
    assert.equal(decodeMessage(type, longer, wireContext).ok, false, `${message.kind} with a surplus byte`);
  }
});

test("each field out of its range is refused with its code", () => {
  const code = (sample: number, change: (body: Uint8Array) => void): string => {
    const { type, body } = encodeMessage(samples[sample]!, 6);
    change(body);
    const decoded = decodeMessage(type, body, wireContext);
    return decoded.ok ? "accepted" : decoded.fault.code;
  };
  const unsafe = 1n << 53n;
  assert.equal(
    code(1, (b) => writeU64(b, 0, unsafe)),
    "BYTES_UNSAFE_INTEGER",
  );
  assert.equal(
    code(1, (b) => writeU64(b, 8, unsafe)),
    "BYTES_UNSAFE_INTEGER",
  );
  assert.equal(
    code(1, (b) => writeU16(b, 48, 6)),
    "WIRE_SIGNER",
  );
  assert.equal(
    code(2, (b) => writeU64(b, 8, unsafe)),
    "BYTES_UNSAFE_INTEGER",
  );
  assert.equal(
    code(2, (b) => writeU16(b, 16, 6)),
    "WIRE_SIGNER",
  );
  assert.equal(
    code(0, (b) => writeU64(b, 8, unsafe)),
    "BYTES_UNSAFE_INTEGER",
  );
  assert.equal(
    code(0, (b) => writeU16(b, 208, 67)),
    "WIRE_PROOFS",
  );
  assert.equal(
    code(0, (b) => writeU16(b, 210, 9)),
    "CERTIFICATE_LENGTH",
  );
  assert.equal(
    code(0, (b) => writeU16(b, 210, 151)),
    "BYTES_TOO_LONG",
  );
  assert.equal(
    code(0, (b) => writeU32(b, 362, 1001)),
    "BYTES_TOO_LONG",
  );
  assert.equal(
    code(3, (b) => b.fill(9, 0, 1)),
    "CERTIFICATE_KIND",
  );
  assert.equal(
    code(4, (b) => writeU64(b, 16, unsafe)),
    "BYTES_UNSAFE_INTEGER",
  );
  assert.equal(
    code(4, (b) => writeU16(b, 88, 6)),
    "WIRE_SIGNER",
  );
  assert.equal(
    code(4, (b) => writeU16(b, 186, 151)),
    "BYTES_TOO_LONG",
  );
});

test("any bytes of any type give a value or a fault, within the type's length", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 700 }), (type, body) => {
      const decoded = decodeMessage(type, body, wireContext);
      if (type < 1 || type > 6) assert.equal(decoded.ok, false);
    }),
  );
  const long = decodeMessage(frameTypes.notarize, new Uint8Array(513), wireContext);
  assert.equal(!long.ok && long.fault.code, "WIRE_TOO_LONG");
});

const FROZEN: readonly string[] = [
  "1:386:4a466f99852e1b15",
  "2:146:00df734a9ec98720",
  "3:114:b8e43fd4ca38da5a",
  "4:150:0afd8e3fefc29c4d",
  "5:338:df6071984f4fccab",
  "6:32:3ab0a4091d2c4eb6",
];
