import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { it } from "node:test";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { RPC } from "@libp2p/gossipsub/message";
import type { Connection, Stream } from "@libp2p/interface";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import type { Host } from "./host.ts";
import { gossipNumbers } from "./limits.ts";
import { PROTOCOL, publishUntil, startNode, startRaw, type TestNode, TOPIC, until } from "./testing.ts";

const dial = (raw: Host, node: TestNode): Promise<Connection> => raw.dial(multiaddr(node.address), { force: true });

/** Connects and waits until gossip of the raw node goes to the node. */
async function join(raw: Host, node: TestNode): Promise<Connection> {
  const connection = await dial(raw, node);
  await until("gossip is set up", () => raw.services.gossip.getSubscribers(TOPIC).length === 1);
  return connection;
}
const send = async (raw: Host, bytes: Uint8Array): Promise<void> => {
  await raw.services.gossip.publish(TOPIC, bytes);
};

it("a flood of gossip is cut at the limit, and at the last violation allowed the peer is banned", async () => {
  const limits = { gossipPerPeerPer10S: 100, violationsBeforeBan: 1 };
  await using node = await startNode({ limits });
  await using raw = await startRaw();
  node.judge = () => "ignore";
  await join(raw, node);
  for (let i = 0; i < 100; i++) await send(raw, randomBytes(40));
  await until("the first hundred are heard", () => node.heard.length === 100);
  assert.deepEqual(node.banned, []);
  for (let i = 0; i < 20; i++) await send(raw, randomBytes(40));
  await until("it is banned", () => node.banned.length === 1 && node.disconnected.length === 1);
  assert.deepEqual(node.banned, [{ peer: raw.peerId.toString(), reason: "GOSSIP_RATE" }]);
  assert.equal(node.heard.length, 100);
  await dial(raw, node).then(
    (connection) => until("it is thrown out", () => connection.status !== "open"),
    () => {},
  );
  assert.deepEqual(node.p2p.peers(), []);
});

it("what is accepted does not count as a flood, but all together are bounded, in number and in bytes", async () => {
  const limits = {
    gossipPerPeerPer10S: 10,
    gossipTotalPerPeerPer10S: 60,
    bytesPerPeerPer10S: 100_000,
    violationsBeforeBan: 2,
  };
  await using node = await startNode({ limits });
  await using raw = await startRaw();
  await join(raw, node);
  for (let i = 0; i < 80; i++) await send(raw, randomBytes(40));
  await until("sixty are heard", () => node.heard.length === 60);
  await using second = await startRaw();
  await join(second, node);
  for (let i = 0; i < 20; i++) await send(second, randomBytes(9_000));
  await until("some of the second are heard", () => node.heard.length >= 70);
  await send(raw, randomBytes(40));
  assert.ok(node.heard.length <= 71, `${node.heard.length} were heard`);
  assert.deepEqual(node.banned, []);
});

it("gossip that is too large is dropped, and a frame that is too long ends the link", async () => {
  await using node = await startNode({ limits: { gossipMessageBytes: 10_000 } });
  await using raw = await startRaw();
  await join(raw, node);
  await send(raw, new Uint8Array(10_001));
  await send(raw, new Uint8Array(10_000).fill(65));
  await until("the one that fits is heard", () => node.heard.length === 1);
  await send(raw, new Uint8Array(10_000 + gossipNumbers.frameOverheadBytes));
  await until("the link ends", () => node.disconnected.length === 1);
  assert.equal(node.heard.length, 1);
  assert.deepEqual(node.banned, [], "two violations are not yet five");
});

it("requests that are too long, malformed, slow or unfinished are refused and counted", async () => {
  await using node = await startNode({
    limits: { requestBytes: 1_000, requestTimeoutMs: 300, violationsBeforeBan: 4 },
  });
  await using raw = await startRaw();
  const connection = await dial(raw, node);
  const ends = async (what: string, bytes: string, close = false): Promise<void> => {
    const stream = await connection.newStream(`/${PROTOCOL}`);
    stream.send(Buffer.from(bytes, "hex"));
    if (close) await stream.close();
    await until(what, () => stream.status !== "open" || stream.remoteWriteStatus === "closed");
    stream.abort(new Error("done"));
  };
  await ends("an unfinished request is no fault of a peer that went away", "0000", true);
  await ends("too long", "7fffffff");
  await ends("two frames", "0000000141ff");
  await ends("never finished", "0000000441");
  assert.equal(node.banned.length, 0);
  assert.equal(node.asked.length, 0, "no handler saw any of them");
  await ends("too long again", "000003e9");
  await until("it is banned", () => node.banned.length === 1);
  assert.deepEqual(node.banned, [{ peer: raw.peerId.toString(), reason: "REQUEST_TOO_LARGE" }]);
});

it("a flood of requests reaches the handler no more than allowed, of one peer and of all", async () => {
  await using node = await startNode({ limits: { streams: 12, streamsPerPeer: 8 } });
  const release = Promise.withResolvers<Uint8Array>();
  node.answer = () => release.promise;
  const raws = await Promise.all([startRaw(), startRaw()]);
  try {
    const streams: Stream[] = [];
    const refused = (): number => streams.filter(({ remoteWriteStatus }) => remoteWriteStatus === "closed").length;
    for (const raw of raws) {
      const connection = await dial(raw, node);
      for (let i = 0; i < 11; i++) {
        const stream = await connection.newStream(`/${PROTOCOL}`);
        streams.push(stream);
        stream.send(Buffer.from("0000000141", "hex"));
      }
    }
    await until("the others are refused", () => refused() === 10 && node.asked.length === 12);
    assert.equal(node.asked.filter(({ peer }) => peer === raws[0]!.peerId.toString()).length, 8);
    assert.deepEqual(node.banned, []);
  } finally {
    release.resolve(new Uint8Array(1));
    await Promise.all(raws.map((raw) => raw.stop()));
  }
});

it("answers that a peer does not read fill no memory: four of the greatest length, then none is made", async () => {
  await using node = await startNode({ limits: { responseBytes: 2_000_000 } });
  node.answer = async () => new Uint8Array(2_000_000);
  await using raw = await startRaw();
  const connection = await dial(raw, node);
  const ask = async (): Promise<Stream> => {
    const stream = await connection.newStream(`/${PROTOCOL}`);
    stream.pause();
    stream.send(Buffer.from("0000000141", "hex"));
    return stream;
  };
  for (let i = 1; i <= 4; i++) {
    await ask();
    await until("it is answered", () => node.asked.length === i);
  }
  const fifth = await ask();
  await until("the fifth is refused", () => fifth.remoteWriteStatus === "closed");
  assert.equal(node.asked.length, 4);
  assert.deepEqual(node.banned, []);
});

it("more requests than any correct node makes are refused, and in the end a ban", async () => {
  await using node = await startNode({ limits: { requestsPerPeerPer10S: 20, violationsBeforeBan: 1 } });
  await using raw = await startRaw();
  const connection = await dial(raw, node);
  for (let i = 0; i < 25 && connection.status === "open"; i++) {
    const stream = await connection.newStream(`/${PROTOCOL}`).catch(() => undefined);
    if (stream === undefined) break;
    stream.send(Buffer.from("0000000141", "hex"));
    await until("it has an answer or none", () => stream.remoteWriteStatus === "closed" || stream.status !== "open");
  }
  await until("it is banned", () => node.banned.length === 1);
  assert.deepEqual(node.banned, [{ peer: raw.peerId.toString(), reason: "REQUEST_FLOOD" }]);
  assert.equal(node.asked.length, 20);
});

it("garbage on the port, and silence, cost nothing but their sockets", async () => {
  await using node = await startNode({ limits: { connectionsPerIp: 4, handshakeTimeoutMs: 1_500 } });
  const port = Number(/tcp\/(\d+)/.exec(node.address)?.[1]);
  const open = (): Socket => connect(port, "127.0.0.1").on("error", () => {});
  const ended = (socket: Socket): boolean => socket.destroyed || socket.readableEnded;
  const garbage = [randomBytes(1_000), Buffer.from("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), Buffer.alloc(200_000, 255)];
  const loud = garbage.map((bytes) => {
    const socket = open().resume();
    socket.write(bytes);
    return socket;
  });
  await until("garbage is answered with an end", () => loud.every(ended));
  const silent = Array.from({ length: 4 }, open);
  await until("they are connected", () => silent.every(({ connecting }) => !connecting));
  const fifth = open().resume();
  await until("the fifth of one address is refused", () => ended(fifth));
  for (const socket of silent) socket.resume();
  await until("whoever says nothing is cut off", () => silent.every(ended));
  await using friend = await startNode({ bootnodes: [node.address] });
  await until("others come in as before", () => node.connected.includes(friend.p2p.id));
});

it("connections beyond the limits are refused: of one peer, and peers", async () => {
  await using node = await startNode({ limits: { maxPeers: 2, connectionsPerPeer: 3 } });
  const raws = await Promise.all([startRaw(), startRaw(), startRaw()]);
  try {
    const first = raws[0]!;
    const five = await Promise.allSettled(Array.from({ length: 5 }, () => dial(first, node)));
    assert.ok(five.some(({ status }) => status === "fulfilled"));
    await until("three are left", () => first.getConnections().filter(({ status }) => status === "open").length <= 3);
    await until("it is admitted", () => node.p2p.peers().length === 1);
    await dial(raws[1]!, node);
    await until("the second is admitted", () => node.p2p.peers().length === 2);
    await dial(raws[2]!, node).catch(() => {});
    await until("the third is thrown out", () => raws[2]!.getConnections().length === 0);
    assert.equal(node.connected.includes(raws[2]!.peerId.toString()), false);
    first.getConnections().forEach((connection) => void connection.close());
    await until("a place is free", () => node.p2p.peers().length === 1);
    await dial(raws[2]!, node);
    await until("the third has it", () => node.connected.includes(raws[2]!.peerId.toString()));
  } finally {
    await Promise.all(raws.map((raw) => raw.stop()));
  }
});

it("a peer that does not speak the network's protocol gets nothing, however long it stays", async () => {
  await using node = await startNode();
  await using raw = await startRaw("another");
  const connection = await dial(raw, node);
  const asked = connection.newStream(`/${PROTOCOL}`).then((stream) => {
    stream.send(Buffer.from("0000000141", "hex"));
    return stream;
  });
  await until("it is turned away", () => connection.status !== "open");
  await asked.catch(() => {});
  assert.deepEqual([node.connected, node.asked, node.heard], [[], [], []]);
});

it("a gossip stream that a peer resets is opened again on the same connection", async () => {
  await using node = await startNode();
  await using raw = await startRaw();
  raw.services.gossip.subscribe(TOPIC);
  const heard: string[] = [];
  raw.services.gossip.addEventListener("message", ({ detail }) => heard.push(Buffer.from(detail.data).toString()));
  const connection = await join(raw, node);
  await publishUntil(node, "first", () => heard.includes("first"));
  const fromNode = connection.streams.filter(
    ({ direction, protocol }) => direction === "inbound" && protocol.startsWith("/meshsub/"),
  );
  assert.equal(fromNode.length, 1);
  fromNode[0]!.abort(new Error("reset"));
  await publishUntil(node, "second", () => heard.includes("second"));
  assert.equal(connection.status, "open");
});

it("gossip that is unsigned, forged, malformed or of another topic is not heard", async () => {
  await using node = await startNode();
  await using raw = await startRaw();
  const connection = await join(raw, node);
  const stream = await connection.newStream("/meshsub/1.1.0");
  const frame = (bytes: Uint8Array): void => {
    const length = [];
    for (let rest = bytes.length; rest > 0; rest >>>= 7) length.push(rest > 127 ? (rest & 127) | 128 : rest);
    stream.send(Buffer.concat([Buffer.from(length), bytes]));
  };
  const message = (more: object): object => ({ topic: TOPIC, data: randomBytes(40), ...more });
  const rpc = (messages: object[]): Uint8Array =>
    RPC.encode({ subscriptions: [], messages: messages as RPC.Message[] });
  const key = await generateKeyPairFromSeed("Ed25519", randomBytes(32));
  const author = { from: peerIdFromPrivateKey(key).toMultihash().bytes, seqno: randomBytes(8) };
  frame(rpc([message({}), message({ from: author.from }), message(author)]));
  frame(rpc([message({ ...author, signature: randomBytes(64) })]));
  frame(rpc(Array.from({ length: 101 }, () => message(author))));
  const topics = Array.from({ length: 500 }, (_, i) => ({ subscribe: true, topic: `topic ${i}` }));
  frame(RPC.encode({ subscriptions: topics, messages: [] }));
  for (let i = 1; i < 200; i++) frame(randomBytes(i));
  assert.equal(node.heard.length, 0);
  const good = { ...author, topic: TOPIC, data: Buffer.from("signed") };
  const signature = await key.sign(Buffer.concat([Buffer.from("libp2p-pubsub:"), RPC.Message.encode(good)]));
  frame(rpc([{ ...good, signature }]));
  await until("the one that is right is heard", () => node.heard.some(({ text }) => text === "signed"));
  assert.deepEqual(new Set(node.heard.map(({ text }) => text)), new Set(["signed"]));
});
