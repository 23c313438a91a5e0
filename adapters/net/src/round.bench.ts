import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { FRAME_HEADER_BYTES, writeFrameHeader } from "./frame.ts";
import { FrameReader } from "./frameReader.ts";
import { frameRules } from "./frameTypes.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { allUp, introduce, openNode } from "./testing.ts";

/**
 * Measures a round among six nodes of one process: the leader sends a proposal to all, every node answers with a vote of
 * 200 bytes to all, until each has four votes of others. Then the processor time per message under load. The same over
 * plain TCP beside it. Run: `node round.bench.ts`.
 */
const N = 6;
const ROUNDS = 300;
const LOAD = 100_000;

/** A way to send to all others, and what to call for a message. */
interface Mesh {
  broadcast(from: number, type: number, body: Buffer, view: number): void;
  onMessage: (to: number, type: number, body: Uint8Array) => void;
  close(): Promise<void>;
}

async function tlsMesh(): Promise<Mesh> {
  const free = { perSecond: 1e12, burst: 1e12 };
  const limits = { ...DEFAULT_LIMITS, vote: free, proposal: free, bytes: free, maxQueueBytes: 1 << 28 };
  const mesh: Mesh = { broadcast: () => undefined, onMessage: () => undefined, close: async () => undefined };
  const nodes = await Promise.all(
    Array.from({ length: N }, (_, i) =>
      openNode(i, N, {
        limits,
        maxBlockBytes: 2 << 20,
        handlers: {
          onConsensus: (_peer, type, body) => {
            mesh.onMessage(i, type, body);
            return true;
          },
          onBulk: () => true,
          onLink: (peer, up) => nodesEvents(i).add({ kind: up ? "up" : "down", peer }),
        },
      }),
    ),
  );
  function nodesEvents(i: number) {
    return (nodes[i] as (typeof nodes)[number]).events;
  }
  introduce(nodes);
  await allUp(nodes);
  mesh.broadcast = (from, type, body, view) => nodes[from]?.net.broadcastConsensus(type, body, view);
  mesh.close = async () => {
    await Promise.all(nodes.map((node) => node.net.close()));
  };
  return mesh;
}

async function tcpMesh(): Promise<Mesh> {
  const rules = frameRules(2 << 20);
  const out: Socket[][] = Array.from({ length: N }, () => []);
  const mesh: Mesh = { broadcast: () => undefined, onMessage: () => undefined, close: async () => undefined };
  const servers = await Promise.all(
    Array.from({ length: N }, async (_, to) => {
      const server = createServer({ noDelay: true }, (socket) => {
        const reader = new FrameReader(rules, "consensus");
        socket.on("data", (chunk: Buffer) => {
          reader.push(chunk);
          for (let f = reader.next(true); f?.ok; f = reader.next(true)) mesh.onMessage(to, f.value.type, f.value.body);
        });
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  for (let from = 0; from < N; from++) {
    for (const [to, server] of servers.entries()) {
      if (to === from) continue;
      const socket = connect({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", noDelay: true });
      await new Promise((resolve) => socket.once("connect", resolve));
      out[from]?.push(socket);
    }
  }
  mesh.broadcast = (from, type, body) => {
    const frame = Buffer.allocUnsafe(FRAME_HEADER_BYTES + body.length);
    writeFrameHeader(frame, 0, type, 1, 0, body.length);
    body.copy(frame, FRAME_HEADER_BYTES);
    for (const socket of out[from] as Socket[]) socket.write(frame);
  };
  mesh.close = async () => {
    for (const socket of out.flat()) socket.destroy();
    for (const server of servers) server.close();
  };
  return mesh;
}

async function round(mesh: Mesh, number: number, proposalBytes: number): Promise<number> {
  const message = (bytes: number) => {
    const body = Buffer.alloc(bytes);
    body.writeUInt32BE(number);
    return body;
  };
  const votes = Array<number>(N).fill(0);
  const start = performance.now();
  await new Promise<void>((resolve) => {
    mesh.onMessage = (to, type, body) => {
      if (Buffer.from(body.buffer, body.byteOffset, 4).readUInt32BE() !== number) return;
      if (type === 1) mesh.broadcast(to, 2, message(200), number);
      else votes[to] = (votes[to] as number) + 1;
      if (votes.every((v) => v >= 4)) resolve();
    };
    mesh.broadcast(number % N, 1, message(proposalBytes), number);
  });
  return performance.now() - start;
}

async function underLoad(mesh: Mesh): Promise<number> {
  const body = Buffer.alloc(200);
  let got = 0;
  const before = process.cpuUsage();
  await new Promise<void>((resolve) => {
    mesh.onMessage = () => {
      if (++got === LOAD) resolve();
    };
    const send = (sent: number) => {
      for (let i = 0; i < 100; i++) mesh.broadcast((sent / 500) % N, 2, body, 1);
      if (sent + 500 < LOAD) setImmediate(send, sent + 500);
    };
    send(0);
  });
  const used = process.cpuUsage(before);
  return (used.user + used.system) / LOAD;
}

for (const [name, make] of [
  ["TCP", tcpMesh],
  ["TLS links", tlsMesh],
] as const) {
  const mesh = await make();
  let number = 0;
  for (const bytes of [200, 65_536, 1 << 20]) {
    const times: number[] = [];
    const count = bytes > 100_000 ? 40 : ROUNDS;
    for (let i = 0; i < count; i++) times.push(await round(mesh, number++, bytes));
    times.sort((a, b) => a - b);
    const [p50, p95] = [0.5, 0.95].map((q) => (times[Math.floor(q * (count - 1))] as number).toFixed(2));
    console.log(`${name}, proposal of ${bytes} bytes: p50 ${p50} ms, p95 ${p95} ms`);
  }
  console.log(`${name}: ${(await underLoad(mesh)).toFixed(2)} us of processor time per message, both ends`);
  await mesh.close();
}
