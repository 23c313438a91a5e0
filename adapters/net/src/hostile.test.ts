import assert from "node:assert/strict";
import { connect as connectTcp, type Socket } from "node:net";
import { describe, it } from "node:test";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Millis } from "@polis/codec";
import { FRAME_HEADER_BYTES, writeFrameHeader } from "./frame.ts";
import { FrameReader } from "./frameReader.ts";
import { type Channel, frameRules, TYPE_BUSY, TYPE_PING } from "./frameTypes.ts";
import { decodeGoodbye } from "./goodbye.ts";
import { encodeHello } from "./hello.ts";
import { makeTlsIdentity } from "./identity.ts";
import {
  allUp,
  introduce,
  openNode,
  QUICK,
  secretKey,
  systemClock,
  type TestNode,
  testHello,
  text,
} from "./testing.ts";
import { dialTls } from "./tls.ts";

const RULES = frameRules(1 << 20);

/** A peer that sends what it likes. */
class RawPeer {
  readonly socket: TLSSocket;
  /** Resolves with the reason that the node states, or "closed" without one. */
  readonly ended: Promise<string>;
  #pinged: () => void = () => undefined;

  constructor(node: TestNode, key: number, channel: Channel = "bulk") {
    this.socket = dialTls(makeTlsIdentity(secretKey(key)), node.address, channel);
    const reader = new FrameReader(RULES, channel);
    this.ended = new Promise((resolve) => {
      this.socket.on("error", () => undefined);
      this.socket.on("data", (chunk: Buffer) => {
        reader.push(chunk);
        for (let next = reader.next(true); next?.ok; next = reader.next(true)) {
          if (next.value.type === TYPE_PING) this.#pinged();
          if (next.value.type === TYPE_BUSY) resolve(decodeGoodbye(next.value.body) ?? "closed");
        }
      });
      this.socket.on("close", () => resolve("closed"));
    });
  }

  /** Sends one frame with any header fields. */
  frame(type: number, seq: number, body: Uint8Array, { length = body.length, sentAt = Date.now() } = {}): this {
    const bytes = Buffer.alloc(FRAME_HEADER_BYTES + body.length);
    writeFrameHeader(bytes, 0, type, seq, sentAt, length);
    bytes.set(body, FRAME_HEADER_BYTES);
    this.socket.write(bytes);
    return this;
  }

  /** Resolves when so many more pings have come. */
  async pings(count: number): Promise<void> {
    for (let i = 0; i < count; i++) {
      await new Promise<void>((resolve) => {
        this.#pinged = resolve;
      });
    }
  }

  hello(role = 2): this {
    return this.frame(0x00, 1, encodeHello(testHello({ role })));
  }
}

describe("hostile peers", { timeout: 60_000 }, () => {
  async function open(t: { after(f: () => unknown): void }, ...args: Parameters<typeof openNode>): Promise<TestNode> {
    const node = await openNode(...args);
    t.after(() => node.net.close());
    return node;
  }

  async function raw(t: { after(f: () => unknown): void }, node: TestNode, key: number, channel: Channel = "bulk") {
    const peer = new RawPeer(node, key, channel);
    t.after(() => peer.socket.destroy());
    return peer;
  }

  it("each broken stream ends with its reason, and the node serves the next peer", { timeout: 20_000 }, async (t) => {
    const node = await open(t, 0, 1, { limits: { ...QUICK, maxFollowers: 1000 } });
    const cases: readonly (readonly [string, (p: RawPeer) => unknown])[] = [
      ["HELLO_EXPECTED", (p) => p.frame(0x12, 1, text("x"))],
      ["HELLO_MALFORMED", (p) => p.frame(0x00, 1, text("x"))],
      ["HELLO_REPEATED", (p) => p.hello().frame(0x00, 2, encodeHello(testHello({ role: 2 })))],
      ["FRAME_SEQUENCE", (p) => p.hello().frame(0x12, 1, text("replayed"))],
      ["FRAME_SEQUENCE", (p) => p.hello().frame(0x12, 3, text("skipped"))],
      ["FRAME_SEQUENCE", (p) => p.frame(0x00, 0, encodeHello(testHello({ role: 2 })))],
      ["FRAME_TOO_LONG", (p) => p.hello().frame(0x12, 2, text(""), { length: 0xfffffff0 - 18 })],
      ["FRAME_TYPE", (p) => p.hello().frame(0x99, 2, text(""))],
      ["FRAME_TYPE", (p) => p.hello().frame(0x02, 2, text("a vote on the bulk connection"))],
      ["PING_MALFORMED", (p) => p.hello().frame(0x42, 2, text("no pong"))],
      ["FRAME_TOO_SHORT", (p) => p.socket.write(Buffer.alloc(6))],
      ["FRAME_VERSION", (p) => p.socket.write(Buffer.alloc(100, 0x55))],
    ];
    let key = 500;
    for (const [reason, act] of cases) {
      const peer = await raw(t, node, key++);
      act(peer);
      assert.equal(await peer.ended, reason);
      assert.equal(node.events.count({ kind: "bulk" }), 0);
    }
    assert.deepEqual(node.net.peers(), []);
    const follower = await open(t, 100, 1, { self: undefined });
    follower.net.setAddress(0, node.address);
    await follower.events.until({ kind: "up", peer: 0 });
  });

  it("a key that is not in the list gets no consensus connection", { timeout: 20_000 }, async (t) => {
    const node = await open(t, 0, 1);
    assert.equal(await (await raw(t, node, 600, "consensus")).ended, "PEER_ALPN");
    assert.equal(await (await raw(t, node, 0, "bulk")).ended, "PEER_SELF");
  });

  it("silence, slow drips and dead links end in time", { timeout: 20_000 }, async (t) => {
    const limits = { ...QUICK, pingIntervalMs: 5, handshakeTimeoutMs: 60, frameTimeoutMs: 60, idleTimeoutMs: 120 };
    const node = await open(t, 0, 1, { limits });
    const silent = await raw(t, node, 700);
    assert.equal(await silent.ended, "HELLO_TIMEOUT");
    const idle = (await raw(t, node, 701)).hello();
    assert.equal(await idle.ended, "PEER_SILENT");
    const slow = (await raw(t, node, 702)).hello().frame(0x12, 2, text(""), { length: 5000 });
    const drip = setInterval(() => slow.socket.write(Buffer.alloc(1)), 5);
    t.after(() => clearInterval(drip));
    assert.equal(await slow.ended, "FRAME_SLOW");
  });

  it("without TLS, without a certificate, below 1.3 or with a strange ALPN nobody gets in", {
    timeout: 5_000,
  }, async (t) => {
    const node = await open(t, 0, 1, { limits: { ...QUICK, handshakeTimeoutMs: 100 } });
    const { keyPem: key, certificatePem: cert } = makeTlsIdentity(secretKey(800));
    const base = { ...node.address, rejectUnauthorized: false };
    const bulk = { ALPNProtocols: ["kairos-bulk/1"] };
    const sockets: Socket[] = [
      connectTcp(node.address),
      connectTls({ ...base, ...bulk }),
      connectTls({ ...base, ...bulk, key, cert, maxVersion: "TLSv1.2" }),
      connectTls({ ...base, key, cert, ALPNProtocols: ["h2"] }),
      connectTls({ ...base, key, cert }),
    ];
    const ends = sockets.map((socket) => {
      socket.on("error", () => undefined).resume();
      return new Promise((resolve) => socket.on("close", resolve));
    });
    await Promise.all(ends);
    assert.equal(node.events.count({ kind: "up" }), 0);
    const noise = connectTcp(node.address);
    noise.on("error", () => undefined);
    noise.write(Buffer.alloc(10_000, "GET / HTTP/1.1\r\n"));
    noise.resume();
    await new Promise((resolve) => noise.on("close", resolve));
    await node.events.until({ kind: "p2p_refused_total", reason: "tls" });
  });

  it("one address cannot hold more unfinished connections than its share", { timeout: 20_000 }, async (t) => {
    const limits = { ...QUICK, maxPendingPerAddress: 5, handshakeTimeoutMs: 60_000 };
    const node = await open(t, 0, 1, { limits });
    const flood = Array.from({ length: 40 }, () => connectTcp(node.address).on("error", () => undefined));
    t.after(() => {
      for (const socket of flood) socket.destroy();
    });
    await node.events.until({ kind: "p2p_refused_total", reason: "gate" }, 35);
    for (const socket of flood) socket.destroy();
    const follower = await open(t, 100, 1, { self: undefined });
    follower.net.setAddress(0, node.address);
    await follower.events.until({ kind: "up", peer: 0 });
  });

  it("a flood of frames costs the flooder, not the other links", { timeout: 20_000 }, async (t) => {
    const nodes = await Promise.all([0, 1].map((i) => open(t, i, 2)));
    const [a, b] = nodes as [TestNode, TestNode];
    introduce(nodes);
    await allUp(nodes);
    const flooder = (await raw(t, a, 900)).hello();
    for (let i = 0; i < 400; i++) flooder.frame(0x21, 2 + i, Buffer.alloc(60));
    b.net.sendConsensus(0, 0x02, text("vote"), 1);
    await a.events.until({ kind: "consensus", peer: 1, body: "vote" });
    assert.equal(await flooder.ended, "PEER_BANNED");
    assert.ok(a.events.count({ kind: "bulk", type: 0x21 }) <= 62);
    assert.equal(await (await raw(t, a, 900)).ended, "PEER_BANNED");
  });

  it("empty pings and frames of another time are paid for like all others", { timeout: 20_000 }, async (t) => {
    const other = { perSecond: 1, burst: 20 };
    const node = await open(t, 0, 1, { limits: { ...QUICK, other } });
    const pinging = (await raw(t, node, 910)).hello();
    for (let i = 0; i < 200; i++) pinging.frame(0x41, 2 + i, Buffer.alloc(0));
    assert.equal(await pinging.ended, "PEER_BANNED");
    const early = (await raw(t, node, 911)).hello();
    for (let i = 0; i < 200; i++) early.frame(0x41, 2 + i, Buffer.alloc(0), { sentAt: 0 });
    assert.equal(await early.ended, "PEER_BANNED");
    const refused = node.events.count({ kind: "p2p_dropped_total", reason: "skew" });
    assert.ok(refused > 0 && refused <= 30, `${refused} were looked at`);
  });

  it("a frame that could not arrive because reading was paused is not slow", { timeout: 20_000 }, async (t) => {
    let ahead = 0;
    const clock = {
      monotonicMs: () => (systemClock.monotonicMs() + ahead) as Millis,
      wallMs: () => systemClock.wallMs(),
    };
    const node = await open(t, 0, 1, { limits: { ...QUICK, pingIntervalMs: 2 }, clock });
    const peer = (await raw(t, node, 920)).hello().frame(0x12, 2, text("half"), { length: 8 });
    await node.events.until({ kind: "up", peer: 1 });
    await peer.pings(2);
    node.net.pause(1);
    ahead = 3_600_000;
    await peer.pings(3);
    node.net.resume(1);
    await peer.pings(3);
    peer.socket.write("done");
    await node.events.until({ kind: "bulk", peer: 1, body: "halfdone" });
  });

  it("a peer that does not read costs at most its queue", { timeout: 20_000 }, async (t) => {
    const node = await open(t, 0, 1, { limits: { ...QUICK, maxQueueBytes: 1 << 20 } });
    const deaf = (await raw(t, node, 950)).hello();
    await node.events.until({ kind: "up", peer: 1 });
    deaf.socket.pause();
    const body = Buffer.alloc(500_000);
    let taken = 0;
    for (let i = 0; i < 200; i++) {
      if (node.net.sendBulk(1, 0x22, body)) taken++;
      await new Promise((resolve) => setImmediate(resolve));
      assert.ok((node.net.peers()[0]?.queuedBytes ?? 0) <= 1 << 20);
    }
    assert.ok(taken < 60, `${taken} of 200 were taken`);
    assert.ok(node.events.count({ kind: "p2p_dropped_total", reason: "queue" }) > 100);
  });

  it("a stranger that breaks frames again and again is banned, although it leaves in between", {
    timeout: 20_000,
  }, async (t) => {
    const node = await open(t, 0, 1);
    const reasons: string[] = [];
    for (let i = 0; i < 7; i++) {
      const peer = (await raw(t, node, 980)).hello().frame(0x99, 2, text(""));
      reasons.push(await peer.ended);
    }
    assert.deepEqual(new Set(reasons.slice(0, 5)), new Set(["FRAME_TYPE"]));
    assert.equal(reasons[6], "PEER_BANNED");
  });

  it("a validator that breaks frames again and again is throttled, never banned", { timeout: 20_000 }, async (t) => {
    const node = await open(t, 0, 2);
    for (let i = 0; i < 6; i++) {
      const peer = (await raw(t, node, 1, "consensus")).hello(1).frame(0x99, 2, text(""));
      assert.equal(await peer.ended, "FRAME_TYPE");
    }
    assert.equal(node.events.count({ kind: "p2p_throttled_total" }), 1);
    const peer = (await raw(t, node, 1, "consensus")).hello(1);
    peer.frame(0x01, 2, text("proposal")).frame(0x02, 3, text("vote"));
    await node.events.until({ kind: "consensus", peer: 1, body: "vote" });
    assert.equal(node.events.count({ kind: "consensus", body: "proposal" }), 0);
  });
});
