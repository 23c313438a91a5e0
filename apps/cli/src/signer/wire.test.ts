import assert from "node:assert/strict";
import { test } from "node:test";
import type { Digest, Epoch, ValidatorIndex, View } from "@polis/codec";
import fc from "fast-check";
import { FrameCutter, frame } from "./frames.ts";
import {
  decodeAnswer,
  decodeHello,
  decodeRequest,
  encodeAnswer,
  encodeHello,
  encodeRequest,
  MAX_BODY_BYTES,
  type SignRequest,
} from "./wire.ts";

function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }) {
  return fc.record<T>(model, { noNullPrototype: true });
}
const view = fc.nat().map((n) => n as View);
const epoch = fc.nat().map((n) => n as Epoch);
const bytes = (size: number) => fc.uint8Array({ minLength: size, maxLength: size });
const digest = bytes(32).map((value) => value.toHex() as Digest);
const request: fc.Arbitrary<SignRequest> = fc.oneof(
  record({ kind: fc.constant("notarize" as const), epoch, view, digest }),
  record({ kind: fc.constant("nullify" as const), epoch, view, contradicted: fc.boolean() }),
  record({
    kind: fc.constant("proposal" as const),
    claim: record({ epoch, view, digest, parentView: view, parentDigest: digest }),
  }),
  record({
    kind: fc.constant("status" as const),
    claim: record({
      ...{ epoch, view, lastFinalizedView: view, lastFinalizedDigest: digest, nonce: bytes(32) },
    }),
  }),
);

test("requests, answers and hellos read back, and no shorter or longer body does", () => {
  const answer = fc.oneof(
    record({ kind: fc.constant("signed" as const), sig: bytes(96) }),
    record({ kind: fc.constant("refused" as const), reason: fc.string({ unit: "grapheme-ascii", maxLength: 50 }) }),
  );
  fc.assert(
    fc.property(request, answer, fc.nat(), bytes(48), fc.boolean(), (asked, said, id, blsPublicKey, fresh) => {
      const body = encodeRequest(id, asked);
      assert.deepEqual(decodeRequest(body), { id, request: asked });
      assert.equal(decodeRequest(body.subarray(1)), undefined);
      assert.equal(decodeRequest(new Uint8Array([...body, 0])), undefined);
      assert.deepEqual(decodeAnswer(encodeAnswer(id, said)), { id, answer: said });
      const hello = { genesisHash: "ab".repeat(32) as Digest, index: 5 as ValidatorIndex, blsPublicKey, fresh };
      assert.deepEqual(decodeHello(encodeHello(hello)), hello);
      assert.equal(decodeHello(encodeHello(hello).subarray(1)), undefined);
    }),
  );
});

test("the bytes of a request are these", () => {
  const notarize = { kind: "notarize", epoch: 1 as Epoch, view: 2 as View, digest: "ab".repeat(32) as Digest } as const;
  assert.equal(
    encodeRequest(7, notarize).toHex(),
    `00000007${"00"}${"0000000000000001"}${"0000000000000002"}${"ab".repeat(32)}`,
  );
  const nullify = { kind: "nullify", epoch: 1 as Epoch, view: 2 as View, contradicted: true } as const;
  assert.equal(encodeRequest(7, nullify).toHex(), "000000070100000000000000010000000000000002" + "01");
});

test("wrong kinds, flags, versions and outcomes are refused", () => {
  const nullify = encodeRequest(1, { kind: "nullify", epoch: 0 as Epoch, view: 1 as View, contradicted: false });
  assert.equal(decodeRequest(nullify.with(4, 4)), undefined);
  assert.equal(decodeRequest(nullify.with(21, 2)), undefined);
  const hello = encodeHello({
    genesisHash: "ab".repeat(32) as Digest,
    index: 0 as ValidatorIndex,
    blsPublicKey: new Uint8Array(48),
    fresh: true,
  });
  assert.equal(decodeHello(hello.with(0, 2)), undefined);
  assert.equal(decodeHello(hello.with(83, 2)), undefined);
  assert.equal(decodeAnswer(Uint8Array.of(0, 0, 0, 1, 2)), undefined);
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (junk) => {
      decodeRequest(junk);
      decodeAnswer(junk);
      decodeHello(junk);
    }),
  );
});

test("frames are found however the stream is cut, and a long one ends it before it is held", () => {
  const bodies = [Uint8Array.of(1, 2, 3), new Uint8Array(0), new Uint8Array(MAX_BODY_BYTES).fill(7)];
  const stream = new Uint8Array(bodies.flatMap((body) => [...frame(body)]));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (steps) => {
      const cutter = new FrameCutter();
      const found: Uint8Array[] = [];
      let at = 0;
      for (const step of [...steps, stream.length]) {
        for (const body of cutter.push(stream.subarray(at, at + step)) ?? []) found.push(body);
        at += step;
      }
      assert.deepEqual(found, bodies);
    }),
  );
  assert.equal(new FrameCutter().push(Uint8Array.of(0, 0, 2, 1)), undefined);
});
