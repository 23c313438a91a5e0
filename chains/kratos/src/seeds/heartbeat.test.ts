import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type Digest, digest, height, krat12, seconds } from "@polis/codec";
import fc from "fast-check";
import { decodeHeartbeat, encodeHeartbeat, isSignedByPeer, signHeartbeat } from "./heartbeat.ts";
import { decodeHeartbeatAnswer, encodeHeartbeatAnswer, type HeartbeatAnswer } from "./heartbeatAnswer.ts";
import { claims, genesisHash, noon, secretOf, signedBy } from "./testing/claims.ts";

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "seeds.vectors.json"), "utf8")) as Record<
  string,
  string
>;
const hash = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toHex() as Digest);
const u32 = fc.integer({ min: 0, max: 0xffff_ffff });
const time = fc.maxSafeNat().map(seconds);

const anyClaims = fc.record({
  addresses: fc.array(fc.string({ maxLength: 40 }), { maxLength: 8 }),
  currentHeight: fc.maxSafeNat().map(height),
  bestHash: hash,
  genesisHash: hash,
  isValidator: fc.boolean(),
  validatorCount: fc.option(u32, { nil: undefined }),
  totalStake: fc.option(fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map(krat12), { nil: undefined }),
  protocolVersion: u32,
  timestamp: time,
});

test("a heartbeat comes out of its encoding as it went in, and its signature holds", () => {
  fc.assert(
    fc.property(anyClaims, fc.nat(1000), (said, key) => {
      const signed = signHeartbeat(said, secretOf(key));
      const read = decodeHeartbeat(encodeHeartbeat(signed));
      assert.ok(read.ok);
      assert.deepEqual(read.value.heartbeat, signed.heartbeat);
      assert.ok(isSignedByPeer(read.value));
    }),
    { numRuns: 50 },
  );
});

test("I46: a heartbeat with any byte changed is refused", () => {
  const body = encodeHeartbeat(signedBy(1));
  fc.assert(
    fc.property(fc.nat(body.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const forged = body.slice();
      forged[at]! ^= by;
      const read = decodeHeartbeat(forged);
      assert.ok(!read.ok || !isSignedByPeer(read.value));
    }),
    { numRuns: 300 },
  );
});

test("the frozen encodings", () => {
  const signed = signedBy(1, { validatorCount: undefined, totalStake: krat12(5n) });
  assert.equal(encodeHeartbeat(signed).toHex(), vectors.heartbeat);
  assert.equal(encodeHeartbeatAnswer(answer).toHex(), vectors.heartbeatAnswer);
});

test("what is no heartbeat", () => {
  const body = encodeHeartbeat(signedBy(1));
  const refused = (bytes: Uint8Array) => {
    const read = decodeHeartbeat(bytes);
    return read.ok ? "accepted" : read.fault.code;
  };
  assert.equal(refused(new Uint8Array(0)), "MalformedFrame");
  assert.equal(refused(body.subarray(0, 3)), "MalformedFrame");
  assert.equal(refused(body.subarray(0, body.length - 1)), "MalformedFrame");
  assert.equal(refused(Uint8Array.from([...body, 0])), "MalformedFrame");
  assert.equal(refused(Uint8Array.from([9, ...body.subarray(1)])), "UnknownVersion");
  // The number of addresses is the field behind version, key and text of the identity.
  const count = 4 + 32 + 8 + 52;
  for (const many of [9, 255]) assert.equal(refused(body.with(count, many)), "MalformedFrame");
  assert.equal(refused(new Uint8Array(70_000).fill(1)), "UnknownVersion");
  assert.equal(refused(Uint8Array.from([1, 0, 0, 0, ...new Uint8Array(70_000)])), "MalformedFrame");
});

test("every malformed field of a heartbeat is our own mistake when we write it", () => {
  const wrong = [
    { addresses: new Array<string>(9).fill("/ip4/1.2.3.4/tcp/1") },
    { addresses: ["x".repeat(129)] },
    { bestHash: "00" as Digest },
    { validatorCount: -1 },
    { totalStake: krat12(1n << 128n) },
    { protocolVersion: 2 ** 32 },
  ];
  for (const change of wrong) assert.throws(() => signHeartbeat(claims(change), secretOf(1)), RangeError);
});

const answer: HeartbeatAnswer = {
  accepted: true,
  error: undefined,
  networkState: {
    genesisHash,
    bestHeight: height(7),
    activeValidators: 4,
    securityState: "Normal",
    totalStake: krat12(9n),
    participationBps: 9_500,
    estimatedInflationPpb: undefined,
    activePeers: 3,
    timestamp: noon,
  },
  timestamp: noon,
};

test("an answer comes out of its encoding as it went in", () => {
  const said: readonly HeartbeatAnswer[] = [
    answer,
    { accepted: false, error: "StaleTimestamp", networkState: undefined, timestamp: seconds(1) },
  ];
  for (const one of said) {
    const read = decodeHeartbeatAnswer(encodeHeartbeatAnswer(one));
    assert.ok(read.ok);
    assert.deepEqual({ ...read.value }, one);
  }
});

test("what is no answer", () => {
  const bytes = encodeHeartbeatAnswer(answer);
  for (const wrong of [bytes.subarray(1), bytes.with(0, 2), bytes.with(1, 2), Uint8Array.from([...bytes, 1])]) {
    const read = decodeHeartbeatAnswer(wrong);
    assert.equal(read.ok ? "accepted" : read.fault.code, "MalformedFrame");
  }
});

test("a key gives the peer id that libp2p gives", () => {
  assert.equal(signedBy(1).heartbeat.libp2pPeerId, vectors.libp2pPeerId);
  assert.notEqual(digest(signedBy(2).heartbeat.peerId), signedBy(1).heartbeat.peerId);
});
