import assert from "node:assert/strict";
import { createServer as createHttp, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcp, type Server } from "node:net";
import { after, test } from "node:test";
import { type Digest, digest, digestOf, epoch, height, krat12, seconds } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import {
  decodeHeartbeat,
  encodeFrame,
  encodeHeartbeatAnswer,
  FrameReader,
  isSignedByPeer,
  isValidatorProof,
  libp2pPeerId,
  type PeerListContent,
  peerListJson,
  type SignedHeartbeat,
  signPeerList,
} from "@polis/kratos";
import { waitUntil } from "../../testing/waitUntil.ts";
import { parseSeed } from "./parseSeed.ts";
import { type SeedClientOptions, startSeedClient } from "./startSeedClient.ts";

const genesisHash = digest("11".repeat(32));
const nowMs = 1_800_000_000_000;
const now = seconds(nowMs / 1_000);
const secretOf = (number: number) => new Uint8Array(32).fill(number);
const keyOf = (number: number): Digest => digestOf(ed25519.publicKey(secretOf(number)));

/** Addresses of peers by number, with the peer id of each. */
const addressOf = (number: number) =>
  `/ip4/10.0.${number >> 8}.${number & 255}/tcp/30333/p2p/${libp2pPeerId(peerOf(number))}`;
const peerOf = (number: number): Digest => digest(number.toString(16).padStart(64, "0"));

function listOf(seed: number, peers: readonly number[], changes: Partial<PeerListContent> = {}) {
  const networkState = {
    ...{ genesisHash, bestHeight: height(0), activeValidators: 0, securityState: undefined, totalStake: krat12(0n) },
    ...{ participationBps: undefined, estimatedInflationPpb: undefined, activePeers: 0, timestamp: now },
  };
  const listed = peers.map((number) => ({
    ...{
      peerId: peerOf(number),
      libp2pPeerId: libp2pPeerId(peerOf(number)),
      addresses: [addressOf(number)],
      score: 500,
    },
    ...{ isValidator: false, currentHeight: height(0), lastSeen: now, region: undefined, protocolVersion: 1 },
  }));
  const content = { generatedAt: now, networkState, peers: listed, fallbackBootnodes: [], ...changes };
  return signPeerList(content, secretOf(seed));
}

const servers: Server[] = [];
after(() => {
  for (const server of servers) server.close();
});
async function listening(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** A seed server that gives what it is told to, and the frames that it gets. */
async function fakeSeed(serve: RequestListener, answer: { accepted: boolean; error?: string } = { accepted: true }) {
  const frames: Uint8Array[] = [];
  const http = await listening(createHttp(serve));
  const heartbeat = await listening(
    createTcp((socket) => {
      const reader = new FrameReader();
      socket.on("error", () => {});
      socket.on("data", (piece: Buffer) => {
        const read = reader.push(piece);
        if (!read.ok || read.value === undefined) return;
        frames.push(read.value);
        const { accepted, error } = answer;
        socket.end(encodeFrame(encodeHeartbeatAnswer({ accepted, error, networkState: undefined, timestamp: now })));
      });
    }),
  );
  return { seed: parseSeed(`127.0.0.1,http=${http},heartbeat=${heartbeat}`), frames };
}

const gives =
  (value: unknown): RequestListener =>
  (_, response) =>
    void response.end(JSON.stringify(value));

/** Starts a client and gives what it found in its first look-up, and what it said. */
async function found(changes: Partial<SeedClientOptions>) {
  const added: (readonly string[])[] = [];
  const lines: string[] = [];
  const client = startSeedClient({
    ...{ seeds: [], seedKeys: [], fallbackBootnodes: [], genesisHash: () => genesisHash, secret: secretOf(200) },
    ...{ status: () => undefined, nowMs: () => nowMs },
    addPeers: (addresses) => void added.push(addresses),
    log: (_level, message, fields) => void lines.push(`${message} ${JSON.stringify(fields)}`),
    ...changes,
  });
  await client.firstLookup;
  return { client, added, lines };
}

test("without seeds nobody is asked, and bootnodes are added", async () => {
  const { client, added, lines } = await found({ fallbackBootnodes: [addressOf(1)] });
  await client.close();
  assert.deepEqual(added, [[addressOf(1)]]);
  assert.deepEqual(lines, []);
  const nothing = await found({});
  await nothing.client.close();
  assert.deepEqual(nothing.added, [], "an empty result is no error (I47)");
});

test("lists of several seeds are merged, and no seed fills more than half", async () => {
  const many = Array.from({ length: 100 }, (_, i) => i + 1);
  const one = await fakeSeed(gives(peerListJson(listOf(1, many))));
  const two = await fakeSeed(gives(peerListJson(listOf(2, [301, 302, 303, 304]))));
  const { client, added } = await found({
    ...{ seeds: [one.seed, two.seed], seedKeys: [keyOf(1), keyOf(2)], fallbackBootnodes: [addressOf(400)] },
  });
  await client.close();
  const all = added.flat();
  assert.ok(all.includes(addressOf(400)));
  for (const number of [301, 302, 303, 304]) assert.ok(all.includes(addressOf(number)));
  assert.equal(all.filter((address) => many.some((number) => address === addressOf(number))).length, 5);
});

test("I46: lists that are forged, old, of another chain, of strangers or no lists at all are not used", async () => {
  const good = listOf(1, [1]);
  const stale = { generatedAt: seconds(now - 301) };
  const other = { networkState: { ...good.list.networkState, genesisHash: digest("99".repeat(32)) } };
  const forged = peerListJson({ ...good, list: { ...good.list, peers: listOf(1, [2]).list.peers } });
  const cases: readonly (readonly [string, RequestListener])[] = [
    ["InvalidSignature", gives(forged)],
    ["StaleList", gives(peerListJson(listOf(1, [1], stale)))],
    ["WrongGenesis", gives(peerListJson(listOf(1, [1], other)))],
    ["UnknownSeedKey", gives(peerListJson(listOf(9, [1])))],
    ["MalformedList", gives({ peers: [] })],
    ["no list", (_, response) => void response.end("<html>")],
    ["no list", (_, response) => void response.writeHead(500).end()],
    ["no list", (_, response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end()],
    ["no list", (_, response) => void response.end("x".repeat(300_000))],
    ["no list", (request) => void request.socket.destroy()],
  ];
  for (const [reason, serve] of cases) {
    const { seed } = await fakeSeed(serve);
    const { client, added, lines } = await found({
      seeds: [seed],
      seedKeys: [keyOf(1)],
      fallbackBootnodes: [addressOf(5)],
    });
    await client.close();
    assert.deepEqual(added, [[addressOf(5)]], reason);
    assert.ok(
      lines.some((line) => line.includes(reason)),
      `${reason}: ${lines.join()}`,
    );
  }
});

test("without a chain and without a pin no list is taken", async () => {
  const { seed } = await fakeSeed(gives(peerListJson(listOf(1, [1]))));
  const { client, added } = await found({ seeds: [seed], seedKeys: [keyOf(1)], genesisHash: () => undefined });
  await client.close();
  assert.deepEqual(added, []);
});

test("a seed that is silent does not hold the others up", async () => {
  const silent = await fakeSeed(() => {});
  const good = await fakeSeed(gives(peerListJson(listOf(1, [1]))));
  const options = { seeds: [silent.seed, good.seed], seedKeys: [keyOf(1)], timing: { timeoutMs: 300 } };
  const { client, added } = await found(options);
  await client.close();
  assert.deepEqual(added, [[addressOf(1)]]);
});

test("a heartbeat is signed, names this node, and comes again; a validator proves its peer once an epoch", async () => {
  const { seed, frames } = await fakeSeed(gives({}));
  const status = {
    addresses: ["/ip4/127.0.0.1/tcp/1"],
    height: height(5),
    bestHash: genesisHash,
    isValidator: true,
    protocolVersion: 1,
  };
  const validator = { secret: secretOf(77), epoch: () => epoch(2) };
  const { client } = await found({ seeds: [seed], status: () => status, validator, timing: { heartbeatMs: 20 } });
  await waitUntil("three heartbeats and a proof", 10_000, () => frames.length >= 4);
  await client.close();
  const [proofs, beats] = [frames.filter(isValidatorProof), frames.filter((body) => !isValidatorProof(body))];
  assert.equal(proofs.length, 1);
  for (const body of beats) {
    const read = decodeHeartbeat(body);
    assert.ok(read.ok);
    const { heartbeat } = read.value satisfies SignedHeartbeat;
    assert.ok(isSignedByPeer(read.value));
    assert.equal(heartbeat.peerId, keyOf(200));
    assert.equal(heartbeat.genesisHash, genesisHash);
    assert.equal(heartbeat.currentHeight, 5);
    assert.equal(heartbeat.timestamp, now);
  }
});

test("a node that has nothing to say yet is asked again, and a refusal is told", async () => {
  const { seed, frames } = await fakeSeed(gives({}), { accepted: false, error: "WrongGenesis" });
  let calls = 0;
  const said = {
    addresses: ["/ip4/127.0.0.1/tcp/1"],
    height: height(5),
    bestHash: genesisHash,
    isValidator: true,
    protocolVersion: 1,
  };
  const status = () => {
    calls += 1;
    return calls < 3 ? undefined : said;
  };
  const { client, lines } = await found({ seeds: [seed], status, timing: { silentMs: 5 } });
  await waitUntil("the refusal", 10_000, () => lines.some((line) => line.includes("WrongGenesis")));
  await client.close();
  assert.equal(frames.length, 1);
});

test("closing ends what is on its way, and nothing is added after it", async () => {
  const { seed } = await fakeSeed(() => {});
  const added: string[] = [];
  const client = startSeedClient({
    ...{ seeds: [seed], seedKeys: [keyOf(1)], fallbackBootnodes: [addressOf(1)], genesisHash: () => genesisHash },
    ...{ secret: secretOf(200), status: () => undefined, addPeers: (some) => void added.push(...some), log: () => {} },
  });
  await client.close();
  await client.firstLookup;
  assert.deepEqual(added, []);
});
