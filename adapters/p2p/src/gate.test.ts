import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Connection, MultiaddrConnection, PeerId } from "@libp2p/interface";
import { multiaddr } from "@multiformats/multiaddr";
import { Gate } from "./gate.ts";
import { defaultP2pLimits } from "./limits.ts";

const peerId = (name: string): PeerId => ({ toString: () => name }) as unknown as PeerId;
const connection = (peer: string, ip: string, direction: "inbound" | "outbound" = "outbound"): Connection =>
  ({ remotePeer: peerId(peer), remoteAddr: multiaddr(`/ip4/${ip}/tcp/1`), direction }) as unknown as Connection;
class Socket extends EventTarget {
  readonly remoteAddr;
  constructor(ip: string) {
    super();
    this.remoteAddr = multiaddr(`/ip4/${ip}/tcp/1`);
  }
}
const socket = (ip: string): MultiaddrConnection => new Socket(ip) as unknown as MultiaddrConnection;

describe("gate (kratos-core 12.2)", () => {
  it("takes four outbound peers of a /16; others, and private ones, are free", () => {
    const open = ["1", "2", "3", "4"].map((host) => connection(`p${host}`, `192.0.${host}.1`));
    const gate = new Gate(
      defaultP2pLimits,
      () => open,
      () => 0,
    );
    assert.equal(gate.hasRoom(multiaddr("/ip4/192.0.9.9/tcp/1"), "new"), false);
    assert.equal(gate.hasRoom(multiaddr("/ip4/192.0.9.9/tcp/1"), "p1"), true, "a peer does not crowd itself out");
    assert.equal(gate.hasRoom(multiaddr("/ip4/192.1.9.9/tcp/1"), "new"), true);
    const hooks = gate.gater();
    assert.equal(hooks.denyDialMultiaddr?.(multiaddr("/ip4/192.0.9.9/tcp/1")), true);
    assert.equal(hooks.denyDialMultiaddr?.(multiaddr("/ip4/192.1.9.9/tcp/1")), false);
    assert.equal(hooks.denyDialMultiaddr?.(multiaddr("/ip4/192.1.9.9/udp/1")), true);
    assert.equal(hooks.denyOutboundEncryptedConnection?.(peerId("new"), socket("192.0.9.9")), true);
    open.push(connection("p5", "192.0.5.1"));
    assert.equal(gate.isTooMany(open[4]!), true, "two that passed the gate at once");
    const local = Array.from({ length: 9 }, (_, i) => connection(`l${i}`, "127.0.0.1"));
    assert.equal(
      new Gate(
        defaultP2pLimits,
        () => local,
        () => 0,
      ).hasRoom(multiaddr("/ip4/127.0.0.1/tcp/9"), "x"),
      true,
    );
    const inbound = Array.from({ length: 9 }, (_, i) => connection(`i${i}`, "192.0.1.1", "inbound"));
    assert.equal(
      new Gate(
        defaultP2pLimits,
        () => inbound,
        () => 0,
      ).hasRoom(multiaddr("/ip4/192.0.1.1/tcp/9"), "x"),
      true,
    );
  });

  it("counts the sockets of an address from the first to the last", () => {
    const hooks = new Gate(
      defaultP2pLimits,
      () => [],
      () => 0,
    ).gater();
    const sockets = Array.from({ length: 5 }, () => socket("192.0.2.1"));
    for (const one of sockets) assert.equal(hooks.denyInboundConnection?.(one), false);
    assert.equal(hooks.denyInboundConnection?.(socket("192.0.2.1")), true);
    assert.equal(hooks.denyInboundConnection?.(socket("192.0.2.2")), false);
    sockets[0]!.dispatchEvent(new Event("close"));
    assert.equal(hooks.denyInboundConnection?.(socket("192.0.2.1")), false);
    assert.equal(hooks.denyInboundConnection?.(socket("192.0.2.1")), true);
  });

  it("takes 50 peers, and 3 connections of each", () => {
    const open = Array.from({ length: 49 }, (_, i) => connection(`p${i}`, "127.0.0.1"));
    const hooks = new Gate(
      defaultP2pLimits,
      () => open,
      () => 0,
    ).gater();
    const denied = (peer: string): unknown => hooks.denyInboundEncryptedConnection?.(peerId(peer), socket("127.0.0.1"));
    assert.equal(denied("new"), false);
    open.push(connection("p49", "127.0.0.1"));
    assert.equal(denied("new"), true);
    assert.equal(denied("p1"), false);
    open.push(connection("p1", "127.0.0.1"), connection("p1", "127.0.0.1"));
    assert.equal(denied("p1"), true);
  });

  it("keeps eight places for peers that it dials itself", () => {
    const open = Array.from({ length: 42 }, (_, i) => connection(`p${i}`, "127.0.0.1", "inbound"));
    const gate = new Gate(
      defaultP2pLimits,
      () => open,
      () => 0,
    );
    const hooks = gate.gater();
    assert.equal(hooks.denyInboundEncryptedConnection?.(peerId("in"), socket("127.0.0.1")), true);
    for (let i = 0; i < 8; i++) {
      assert.equal(hooks.denyOutboundEncryptedConnection?.(peerId(`out${i}`), socket("127.0.0.1")), false);
      open.push(connection(`out${i}`, "127.0.0.1"));
    }
    assert.equal(hooks.denyOutboundEncryptedConnection?.(peerId("one more"), socket("127.0.0.1")), true);
    open.shift();
    assert.equal(hooks.denyInboundEncryptedConnection?.(peerId("in"), socket("127.0.0.1")), false);
  });

  it("refuses a banned peer until then, and keeps 10,000 bans", () => {
    let now = 0;
    const gate = new Gate(
      defaultP2pLimits,
      () => [],
      () => now,
    );
    gate.ban("a", 1_000);
    gate.ban("a", 500);
    const hooks = gate.gater();
    const both = (): unknown[] => [
      hooks.denyDialPeer?.(peerId("a")),
      hooks.denyInboundEncryptedConnection?.(peerId("a"), socket("127.0.0.1")),
    ];
    assert.deepEqual(both(), [true, true]);
    now = 1_000;
    assert.deepEqual(both(), [false, false]);
    for (let i = 0; i < 10_001; i++) gate.ban(`b${i}`, 2_000 + i);
    assert.equal(gate.isBanned("b0"), false);
    assert.equal(gate.isBanned("b1"), true);
  });
});
