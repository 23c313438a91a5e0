import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, krat12 } from "@polis/codec";
import { ShapeError } from "../api/shape.ts";
import type { PeerRecord } from "./peerRecord.ts";
import { peerRecordJson, readPeerRecord } from "./peerRecordJson.ts";
import { PeerRegistry } from "./registry.ts";
import { confirmed, noon } from "./testing/claims.ts";

function stored(): PeerRecord {
  const registry = new PeerRegistry({ maxPeers: 1, maxPeersPerSource: 1 });
  registry.heartbeat(confirmed(1, noon, { region: "eu", claims: { totalStake: krat12((1n << 128n) - 1n) } }), noon);
  return [...registry.all()][0]!;
}

test("a peer comes back as it was stored, but for the next missed heartbeat", () => {
  const peer = stored();
  const variants = [
    peer,
    { ...peer, region: undefined, provenBy: digest("ab".repeat(32)), validatorCount: undefined, totalStake: undefined },
  ];
  for (const one of variants) {
    const read = readPeerRecord(JSON.parse(JSON.stringify(peerRecordJson(one))));
    assert.deepEqual(read, { ...one, missAt: one.lastSeen });
  }
});

test("every malformed field is refused", () => {
  const good = JSON.parse(JSON.stringify(peerRecordJson(stored()))) as Record<string, unknown>;
  for (const field of Object.keys(good)) {
    for (const value of [-1, 1.5, {}, ["x"]]) {
      assert.throws(
        () => readPeerRecord({ ...good, [field]: value }),
        ShapeError,
        `${field}: ${JSON.stringify(value)}`,
      );
    }
  }
  const more = { score: 1_001, addresses: ["/ip4/1.2.3.4/tcp/1"], source: "x".repeat(46), unknown: 1 };
  for (const [field, value] of Object.entries(more)) {
    assert.throws(() => readPeerRecord({ ...good, [field]: value }), ShapeError, field);
  }
  assert.throws(() => readPeerRecord(null), ShapeError);
});
