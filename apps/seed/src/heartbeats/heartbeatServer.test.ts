import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, test } from "node:test";
import { digest, seconds } from "@polis/codec";
import { encodeHeartbeat, gateLimits, MAX_FRAME_BYTES, RequestGate } from "@polis/kratos";
import { answerTo, exchange, genesisHash, heartbeatOf, startSeedWorld } from "../testing/seedWorld.ts";
import { heartbeatLimits } from "./heartbeatServer.ts";

const world = await startSeedWorld();
after(() => world.close());
const { heartbeat: port } = world.seed.ports;
const { registry, counters } = world.seed.service;

const signed = (node: number) => heartbeatOf(node, world.clock);
const scoreOf = (node: number) => registry.get(signed(node).heartbeat.peerId)?.score;

test("a heartbeat is taken and answered with the state of the network", async () => {
  const answer = await world.beat(1);
  assert.equal(answer.accepted, true);
  assert.equal(answer.networkState?.genesisHash, genesisHash);
  assert.equal(answer.networkState?.bestHeight, 42);
  assert.equal(answer.timestamp, world.clock);
  assert.equal(scoreOf(1), 510);
  assert.deepEqual(world.dialled, [], "an own address needs no dial-back");
});

test("I46: forged, replayed, stale and foreign heartbeats are refused over the wire", async () => {
  const { heartbeat, signature } = signed(2);
  const forged = encodeHeartbeat({ heartbeat: { ...heartbeat, isValidator: true }, signature });
  assert.equal((await answerTo(port, forged)).error, "InvalidSignature");
  const good = encodeHeartbeat({ heartbeat, signature });
  assert.equal((await answerTo(port, good)).accepted, true);
  assert.equal((await answerTo(port, good)).error, "ReplayedHeartbeat");
  assert.equal((await world.beat(3, { timestamp: seconds(world.clock - 241) })).error, "StaleTimestamp");
  assert.equal((await world.beat(3, { timestamp: seconds(world.clock + 61) })).error, "FutureTimestamp");
  assert.equal((await world.beat(3, { genesisHash: digest("99".repeat(32)) })).error, "WrongGenesis");
  assert.equal((await world.beat(3, { addresses: [] })).error, "NoAddress");
  assert.equal(scoreOf(3), undefined);
});

test("what comes in a peer's name from its own address is charged to it", async () => {
  await world.beat(4);
  await world.beat(4, { timestamp: seconds(world.clock - 300) });
  assert.equal(scoreOf(4), 460);
});

test("an address elsewhere is dialled, and refused when nobody answers there as the peer", async () => {
  const { libp2pPeerId } = signed(5).heartbeat;
  world.isThere = () => false;
  const elsewhere = { addresses: ["/ip4/127.0.0.1/tcp/1", "/ip4/8.8.4.4/tcp/7"] };
  assert.equal((await world.beat(5, elsewhere)).error, "AddressNotOwn");
  assert.deepEqual(world.dialled.splice(0), [`/ip4/8.8.4.4/tcp/7/p2p/${libp2pPeerId}`]);
  assert.equal(scoreOf(5), undefined);
  world.isThere = () => true;
  assert.equal((await world.beat(5, elsewhere)).accepted, true);
  assert.equal(world.dialled.splice(0).length, 1);
  world.clock += 120;
  assert.equal((await world.beat(5, elsewhere)).accepted, true);
  assert.deepEqual(world.dialled, [], "what was confirmed is not dialled each time");
  world.isThere = () => false;
  assert.equal(
    (await world.beat(5, { addresses: ["/ip4/8.8.8.8/tcp/7"], timestamp: seconds(world.clock + 1) })).error,
    "AddressNotOwn",
  );
  assert.equal(scoreOf(5), 420, "two heartbeats and one failed dial-back");
  world.isThere = () => true;
});

test("only so many dial-backs are on their way, of one source too", { timeout: 20_000 }, async (t) => {
  const waiting = Promise.withResolvers<boolean>();
  world.isThere = () => waiting.promise;
  const many = (node: number) =>
    world.beat(node, { addresses: Array.from({ length: 8 }, (_, i) => `/ip4/8.8.${node & 255}.${i + 1}/tcp/1`) });
  const held = Array.from({ length: 2 }, (_, i) => many(100 + i));
  while (world.dialled.length < 16 && !t.signal.aborted) await new Promise((resolve) => setImmediate(resolve));
  assert.equal((await many(120)).error, "Busy");
  waiting.resolve(true);
  for (const answer of await Promise.all(held)) assert.equal(answer.accepted, true);
  world.isThere = () => true;
});

test("frames that are too long, empty, doubled or nonsense", async () => {
  const before = counters.heartbeatsRejected;
  const long = new Uint8Array(4);
  new DataView(long.buffer).setUint32(0, MAX_FRAME_BYTES + 1);
  const double = Buffer.concat([Buffer.from([0, 0, 0, 1, 9]), Buffer.from([0, 0, 0, 1, 9])]);
  for (const bytes of [long, Buffer.from([0, 0, 0, 0]), double, Buffer.from("GET / HTTP/1.1\r\n\r\n")]) {
    assert.notEqual(await exchange(port, bytes), undefined);
  }
  assert.equal((await answerTo(port, new Uint8Array(100))).error, "UnknownVersion");
  assert.equal(counters.heartbeatsRejected - before, 5);
});

test("a proof of a validator needs a node to ask", async () => {
  const body = new Uint8Array(200);
  body[0] = 2;
  assert.equal((await answerTo(port, body)).error, "MalformedFrame");
});

test("a connection that sends its frame slowly is ended, and others are served meanwhile", async () => {
  const slow = await startSeedWorld({ limits: { ...heartbeatLimits, timeoutMs: 150 } });
  try {
    const socket = connect({ host: "127.0.0.1", port: slow.seed.ports.heartbeat });
    socket.on("error", () => {});
    socket.write(Uint8Array.of(0, 0, 255, 255));
    const drip = setInterval(() => socket.write(Uint8Array.of(1)), 20);
    const ended = new Promise<void>((resolve) => void socket.once("close", () => resolve()));
    assert.equal((await slow.beat(1)).accepted, true);
    await ended;
    clearInterval(drip);
    assert.equal(slow.seed.service.counters.heartbeatsTotal, 1);
  } finally {
    await slow.close();
  }
});

test("one address holds ten connections and no more", async () => {
  const sockets = Array.from({ length: 10 }, () => connect({ host: "127.0.0.1", port }));
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("connect", resolve))));
  assert.equal(await exchange(port, Buffer.from([0])), undefined);
  for (const socket of sockets) socket.destroy();
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once("close", resolve))));
});

test("a flood is refused, then banned for an hour of the server's clock", async () => {
  const flooded = await startSeedWorld({ gate: new RequestGate(gateLimits) });
  try {
    const beat = async () => {
      flooded.clock += 1;
      try {
        return (await flooded.beat(1)).error ?? "accepted";
      } catch {
        return "closed";
      }
    };
    const answers: string[] = [];
    for (let i = 0; i < 36; i++) answers.push(await beat());
    assert.deepEqual(answers.slice(0, 30), new Array(30).fill("accepted"));
    assert.deepEqual(answers.slice(30), [...new Array(5).fill("RateLimited"), "closed"]);
    assert.equal(flooded.seed.service.metrics().bannedIps, 1);
    assert.equal(flooded.seed.service.metrics().rateLimited, 5);
    flooded.clock += 3_590;
    assert.equal(await beat(), "closed");
    flooded.clock += 10;
    assert.equal(await beat(), "accepted");
    assert.equal(flooded.seed.service.metrics().bannedIps, 0);
  } finally {
    await flooded.close();
  }
});

test("five forged heartbeats ban their sender", async () => {
  const forged = await startSeedWorld({ gate: new RequestGate(gateLimits) });
  try {
    const { heartbeat } = signed(1);
    const body = encodeHeartbeat({ heartbeat, signature: new Uint8Array(64) });
    for (let i = 0; i < 5; i++) {
      assert.equal((await answerTo(forged.seed.ports.heartbeat, body)).error, "InvalidSignature");
    }
    await assert.rejects(answerTo(forged.seed.ports.heartbeat, body), /closed without an answer/);
  } finally {
    await forged.close();
  }
});
