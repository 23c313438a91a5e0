import assert from "node:assert/strict";
import { after, test } from "node:test";
import { digest, digestOf, epoch, krat12 } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import { encodeHeartbeat, encodeValidatorProof, isSignedBySeed, signValidatorProof } from "@polis/kratos";
import { answerTo, genesisHash, heartbeatOf, secretOf, startSeedWorld } from "./testing/seedWorld.ts";

const world = await startSeedWorld();
after(() => world.close());
const { service, ports } = world.seed;
const scoreOf = (node: number) => service.registry.get(heartbeatOf(node, world.clock).heartbeat.peerId)?.score;

test("peers that do not answer lose their score, a few in each round", async () => {
  for (let node = 1; node <= 10; node++) await world.beat(node);
  const gone = new Set([2, 7].map((node) => heartbeatOf(node, world.clock).heartbeat.libp2pPeerId));
  world.isThere = (address) => ![...gone].some((id) => address.endsWith(id));
  await service.probeSome(6);
  assert.equal(world.dialled.length, 6);
  await service.probeSome(6);
  assert.equal(new Set(world.dialled).size, 10, "everybody's turn comes");
  assert.equal(scoreOf(2), 310);
  assert.equal(scoreOf(1), 510);
});

test("one round of probes at a time", async () => {
  const held = Promise.withResolvers<boolean>();
  world.isThere = () => held.promise;
  world.dialled.length = 0;
  const first = service.probeSome(3);
  await service.probeSome(3);
  assert.equal(world.dialled.length, 3);
  held.resolve(true);
  await first;
});

test("a peer with one address that answers is there", async () => {
  world.isThere = () => true;
  world.clock += 120;
  await world.beat(1, { addresses: ["/ip4/127.0.0.1/tcp/1", "/ip4/127.0.0.1/tcp/2"] });
  const before = scoreOf(1);
  world.isThere = (address) => !address.includes("/tcp/1/");
  await service.probeSome(100);
  assert.equal(scoreOf(1), before);
});

test("a poor peer is not listed", async () => {
  world.isThere = () => false;
  for (let i = 0; i < 5; i++) await service.probeSome(100);
  assert.equal(scoreOf(1), 20);
  assert.equal(service.renewList().list.peers.length, 0);
  world.clock += 10;
  assert.equal(service.dnsPeers().length, 0);
});

test("a validator's proof raises its peer, once the operator's node says who is a validator", async () => {
  const validator = digestOf(ed25519.publicKey(secretOf(50)));
  const { peerId } = heartbeatOf(1, world.clock).heartbeat;
  const body = encodeValidatorProof(signValidatorProof({ genesisHash, peerId, epoch: epoch(3) }, secretOf(50)));
  assert.equal((await answerTo(ports.heartbeat, body)).error, "UnknownValidator");
  service.report = {
    facts: {
      ...{ activeValidators: 9, securityState: "Normal", totalStake: krat12(5n) },
      ...{ participationBps: undefined, estimatedInflationPpb: 1 },
    },
    validators: { epoch: epoch(3), accounts: new Set([validator, digest("33".repeat(32))]) },
  };
  const before = scoreOf(1)!;
  assert.equal((await answerTo(ports.heartbeat, body)).accepted, true);
  assert.equal((await answerTo(ports.heartbeat, body)).accepted, true);
  assert.equal(scoreOf(1), before + 50);
  assert.equal(service.state().securityState, "Normal");
  assert.equal(service.state().activeValidators, 9);
});

test("every list is signed by the server's key and names its time", () => {
  const signed = service.renewList();
  assert.ok(isSignedBySeed(signed));
  assert.equal(signed.list.dnsSeedId, service.dnsSeedId);
  assert.equal(signed.list.generatedAt, world.clock);
});

test("the state of a large network is counted every five seconds, that of a small one at once", async () => {
  const large = await startSeedWorld();
  try {
    const beat = (node: number) => {
      const ip = `9.9.${node >> 8}.${node & 255}`;
      const body = encodeHeartbeat(heartbeatOf(node, large.clock, { addresses: [`/ip4/${ip}/tcp/1`] }));
      return large.seed.service.answer(body, ip);
    };
    for (let node = 1; node <= 500; node++) assert.equal((await beat(node)).networkState?.activePeers, node);
    assert.equal((await beat(501)).networkState?.activePeers, 500);
    large.clock += 5;
    assert.equal(large.seed.service.state().activePeers, 501);
  } finally {
    await large.close();
  }
});
