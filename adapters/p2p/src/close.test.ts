import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { it } from "node:test";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { multiaddr } from "@multiformats/multiaddr";
import type { Host } from "./host.ts";
import { PROTOCOL, startNode, startRaw, until } from "./testing.ts";

/** Longest end of a network, with room for a slow computer: of both times that it gives libp2p. */
const END_MS = 8_000;
const portOf = (address: string): number => Number(/tcp\/(\d+)/.exec(address)?.[1]);
const openSockets = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;

async function endsInTime(close: () => Promise<void>): Promise<void> {
  const start = performance.now();
  await close();
  const tookMs = performance.now() - start;
  assert.ok(tookMs < END_MS, `it took ${tookMs} ms`);
}

/** A server that takes connections and does no more than `serve` says. */
async function tcpServer(serve: (socket: Socket) => void) {
  const sockets: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.push(socket.on("error", () => {}));
    serve(socket);
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  return {
    sockets,
    port: (server.address() as AddressInfo).port,
    [Symbol.dispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

it("closes during dials and handshakes with peers that accept and say nothing, and leaves them no socket", {
  timeout: 30_000,
}, async () => {
  using silent = await tcpServer((socket) => socket.resume());
  const id = peerIdFromPrivateKey(await generateKeyPairFromSeed("Ed25519", randomBytes(32)));
  const bootnodes = Array.from({ length: 4 }, () => `/ip4/127.0.0.1/tcp/${silent.port}/p2p/${id}`);
  await using node = await startNode({ bootnodes });
  const strangers = Array.from({ length: 4 }, () => connect(portOf(node.address), "127.0.0.1").on("error", () => {}));
  // The first bytes of a handshake, and never the rest.
  for (const socket of strangers) socket.resume().write(Buffer.from("\x13/multistream/1.0.0\n"));
  await until("a dial waits for its answer", () => silent.sockets.some(({ bytesRead }) => bytesRead > 0));
  await until("the handshakes have begun", () => strangers.every(({ bytesRead }) => bytesRead > 0));
  await endsInTime(() => node.p2p.close());
  const ended = (socket: Socket): boolean => socket.readableEnded || socket.destroyed;
  await until("nothing is left open", () => [...silent.sockets, ...strangers].every(ended));
});

it("a peer that ends its half and reads no more holds neither its socket nor the end of the network", {
  timeout: 30_000,
}, async () => {
  await using node = await startNode();
  node.answer = async () => new Uint8Array(9_000_000);
  // Between the two: it passes everything on until it is told to stop reading.
  const links: Socket[] = [];
  using between = await tcpServer((down) => {
    const up = connect({ port: portOf(node.address), host: "127.0.0.1", allowHalfOpen: true }).on("error", () => {});
    links.push(up);
    between.sockets.push(up);
    down.on("data", (bytes) => void (up.writable && up.write(bytes)));
    up.on("data", (bytes) => void down.write(bytes));
  });
  const leave = async (raw: Host): Promise<void> => {
    const before = node.asked.length;
    const connection = await raw.dial(multiaddr(`/ip4/127.0.0.1/tcp/${between.port}`), { force: true });
    await until("it is admitted", () => node.p2p.peers().length === 1);
    const up = links.at(-1)!;
    for (let i = 0; i < 3; i++) {
      const stream = await connection.newStream(`/${PROTOCOL}`);
      // A window for all of the answer, so that it lies in the node and not in the peer.
      Object(stream).sendFrame({ type: 1, flag: 0, streamID: Number(stream.id), length: 16_000_000 });
      stream.send(Buffer.from("0000000141", "hex"));
    }
    await until("the first answer is on its way", () => node.asked.length > before && up.bytesRead > 100_000);
    up.pause();
    let looks = 0;
    await until("the node cannot write any more", () => {
      looks = process.getActiveResourcesInfo().some((kind) => kind.endsWith("WriteWrap")) ? looks + 1 : 0;
      return looks === 20;
    });
    up.end();
    await until("the node has seen its end", () => node.p2p.peers().length === 0);
    // The node would dial it again.
    node.p2p.ban(raw.peerId.toString(), Date.now() + 600_000);
  };
  await using first = await startRaw();
  await leave(first);
  const held = openSockets();
  await until("the node has let go of the socket", () => openSockets() < held);
  await using second = await startRaw();
  await leave(second);
  await endsInTime(() => node.p2p.close());
});

it("a start that fails half-way leaves nothing open", { timeout: 30_000 }, async () => {
  await using node = await startNode();
  const open = (): number => process.getActiveResourcesInfo().filter((kind) => /^(TCP|UDP)/.test(kind)).length;
  const before = open();
  const listen = [node.address.slice(0, node.address.indexOf("/p2p/"))];
  const start = startNode({ listen, mdns: true, bootnodes: [node.address] });
  await endsInTime(() => assert.rejects(start, { code: "P2P_LISTEN" }));
  await until("its sockets are closed", () => open() <= before);
  assert.deepEqual(node.connected, []);
});
