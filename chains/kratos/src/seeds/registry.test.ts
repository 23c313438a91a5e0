import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digest, type Seconds, seconds } from "@polis/codec";
import fc from "fast-check";
import { FORGET_AFTER_S, isActive, PeerRegistry } from "./registry.ts";
import { confirmed, noon } from "./testing/claims.ts";

const limits = { maxPeers: 10_000, maxPeersPerSource: 16 };
const idOf = (number: number): Digest => digest(number.toString(16).padStart(64, "0"));
const later = (offset: number): Seconds => seconds(noon + offset);

/** A registry, and heartbeats of peer 1 with the scores after them. */
function world(some = limits) {
  const registry = new PeerRegistry(some);
  const beat = (number: number, offset: number, rest: Parameters<typeof confirmed>[2] = {}) =>
    registry.heartbeat(confirmed(number, later(offset), rest), later(offset));
  const score = (number: number) => registry.get(idOf(number))?.score;
  return { registry, beat, score };
}

test("the scores of kratos-core 12.5", () => {
  const { registry, beat, score } = world();
  beat(1, 0);
  assert.equal(score(1), 510, "500 and a valid heartbeat");
  const home = "8.8.0.1";
  registry.charge(idOf(1), home, "badTimestamp");
  assert.equal(score(1), 460);
  registry.charge(idOf(1), home, "invalidSignature");
  assert.equal(score(1), 360);
  registry.charge(idOf(1), home, "failedDialBack");
  assert.equal(score(1), 260);
  registry.failedProbe(idOf(1));
  assert.equal(score(1), 160);
  assert.equal(registry.prove(idOf(1), idOf(900)), undefined);
  assert.equal(score(1), 210);
  assert.equal(registry.prove(idOf(1), idOf(900)), undefined);
  assert.equal(score(1), 210, "once");
});

test("heartbeats at their interval raise a score, more of them do not", () => {
  const { beat, score } = world();
  for (let offset = 0; offset < 120; offset += 5) beat(1, offset);
  assert.equal(score(1), 520);
  beat(1, 240);
  assert.equal(score(1), 530);
});

test("I46: a heartbeat counts once: a replay changes nothing", () => {
  const { registry, beat } = world();
  beat(1, 100);
  const before = registry.get(idOf(1));
  assert.equal(beat(1, 100), "ReplayedHeartbeat");
  assert.equal(registry.heartbeat(confirmed(1, later(50)), later(200)), "ReplayedHeartbeat");
  assert.deepEqual(registry.get(idOf(1)), before);
});

test("nobody is charged for what was sent in its name from elsewhere", () => {
  const { registry, beat, score } = world();
  beat(1, 0);
  registry.charge(idOf(1), "9.9.9.9", "invalidSignature");
  registry.charge(idOf(2), "9.9.9.9", "invalidSignature");
  assert.equal(score(1), 510);
  assert.equal(score(2), undefined);
});

test("each missed heartbeat costs 20, and a peer unseen for 240 s is stale", () => {
  const { registry, beat, score } = world();
  beat(1, 0);
  registry.tick(later(149));
  assert.equal(score(1), 510);
  registry.tick(later(150));
  assert.equal(score(1), 490);
  registry.tick(later(400));
  assert.equal(score(1), 450, "those at 270 and 390 too");
  assert.ok(isActive(registry.get(idOf(1))!, later(240)));
  assert.ok(!isActive(registry.get(idOf(1))!, later(241)));
});

test("each hour of uninterrupted presence gives 5; an interruption begins it anew", () => {
  const { registry, beat, score } = world();
  for (let offset = 0; offset <= 7_200; offset += 120) {
    beat(1, offset);
    registry.tick(later(offset));
  }
  assert.equal(score(1), Math.min(1_000, 500 + 61 * 10 + 10));
  const two = world();
  for (const offset of [0, 120, 240, 3_300, 3_420, 3_720]) two.beat(1, offset);
  const misses = 25 + 2;
  assert.equal(two.score(1), 500 + 6 * 10 - misses * 20, "3,720 s after the first one, and no hour of presence");
});

test("who is gone for an hour is forgotten, with its place and its proof", () => {
  const { registry, beat } = world({ maxPeers: 10, maxPeersPerSource: 1 });
  beat(1, 0);
  registry.prove(idOf(1), idOf(900));
  registry.tick(later(FORGET_AFTER_S));
  assert.equal(registry.size, 1);
  registry.tick(later(FORGET_AFTER_S + 1));
  assert.equal(registry.size, 0);
  assert.equal(beat(2, 4_000, { sourceIp: "8.8.0.1" }), undefined);
  assert.equal(registry.prove(idOf(2), idOf(900)), undefined);
});

test("a validator proves one peer, and only one that is there", () => {
  const { registry, beat } = world();
  beat(1, 0);
  beat(2, 0);
  assert.equal(registry.prove(idOf(3), idOf(900)), "UnknownPeer");
  assert.equal(registry.prove(idOf(1), idOf(900)), undefined);
  assert.equal(registry.prove(idOf(2), idOf(900)), "ValidatorProvenElsewhere");
});

test("one source has room for few peers, and moving frees its place", () => {
  const { beat } = world({ maxPeers: 100, maxPeersPerSource: 2 });
  const sourceIp = "9.9.9.9";
  assert.equal(beat(1, 0, { sourceIp }), undefined);
  assert.equal(beat(2, 0, { sourceIp }), undefined);
  assert.equal(beat(3, 0, { sourceIp }), "TooManyPeersOfAddress");
  assert.equal(beat(1, 120, { sourceIp: "7.7.7.7" }), undefined);
  assert.equal(beat(3, 120, { sourceIp }), undefined);
});

test("a full registry gives the place of a stale peer, never that of a good one", () => {
  const { registry, beat } = world({ maxPeers: 2, maxPeersPerSource: 16 });
  beat(1, 0);
  beat(2, 200);
  assert.equal(beat(3, 200), "RegistryFull");
  assert.equal(beat(3, 300), undefined, "peer 1 is stale by now");
  assert.equal(registry.get(idOf(1)), undefined);
  assert.equal(registry.size, 2);
});

test("after a restart nobody pays for the time in which the server was down", () => {
  const { registry, beat } = world();
  beat(1, 0);
  beat(2, 0);
  const restarted = new PeerRegistry({ maxPeers: 10, maxPeersPerSource: 1 });
  restarted.restore(registry.all(), later(1_800));
  restarted.tick(later(1_900));
  assert.equal(restarted.get(idOf(1))?.score, 510);
  restarted.tick(later(1_950));
  assert.equal(restarted.get(idOf(1))?.score, 490);
  assert.equal(restarted.heartbeat(confirmed(1, later(2_000)), later(2_000)), undefined);
  restarted.tick(later(2_000));
  assert.equal(restarted.get(idOf(1))?.score, 500, "no hours of presence from the pause");
});

test("whatever happens, scores stay in the scale and the counts are those of the peers", () => {
  const step = fc.record({
    peer: fc.integer({ min: 1, max: 6 }),
    source: fc.integer({ min: 1, max: 3 }),
    wait: fc.constantFrom(0, 1, 60, 120, 150, 400, 4_000),
    act: fc.constantFrom("beat", "charge", "probe", "prove", "tick"),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const registry = new PeerRegistry({ maxPeers: 4, maxPeersPerSource: 2 });
      let now = noon;
      for (const { peer, source, wait, act } of steps) {
        now = seconds(now + wait);
        const sourceIp = `9.9.9.${source}`;
        if (act === "beat") registry.heartbeat(confirmed(peer, now, { sourceIp }), now);
        else if (act === "charge") registry.charge(idOf(peer), sourceIp, "invalidSignature");
        else if (act === "probe") registry.failedProbe(idOf(peer));
        else if (act === "prove") registry.prove(idOf(peer), idOf(900 + source));
        else registry.tick(now);
        const peers = [...registry.all()];
        assert.ok(peers.length <= 4 && peers.every(({ score }) => score >= 0 && score <= 1_000));
        for (const one of [1, 2, 3]) assert.ok(peers.filter((each) => each.source === `9.9.9.${one}`).length <= 2);
        const proofs = peers.flatMap(({ provenBy }) => provenBy ?? []);
        assert.equal(new Set(proofs).size, proofs.length);
      }
    }),
  );
});
