import { randomBytes } from "node:crypto";
import { PROTOCOL, startNode, type TestNode, TOPIC, until } from "./testing.ts";

/**
 * Measures nodes of one process on loopback: from the start of a node until its first peer, a request of 100 bytes there
 * and back, answers of 500 kB, and gossip of 200 bytes to four others with its processor time. Run: `node p2p.bench.ts`.
 */
const REQUESTS = 500;
const LARGE = 40;
const MESSAGES = 200;

const limits = { gossipPerPeerPer10S: 1_000_000, gossipTotalPerPeerPer10S: 1_000_000, bytesPerPeerPer10S: 1e12 };

async function connecting(first: TestNode): Promise<number> {
  const begun = performance.now();
  const node = await startNode({ limits, bootnodes: [first.address] });
  await until("the first peer", () => node.connected.length > 0);
  const took = performance.now() - begun;
  await node.p2p.close();
  return took;
}

async function asking(from: TestNode, to: TestNode, count: number): Promise<number[]> {
  const times = [];
  for (let i = 0; i < count; i++) {
    const begun = performance.now();
    const answer = await from.p2p.request(PROTOCOL, to.p2p.id, new Uint8Array(100));
    if (!(answer instanceof Uint8Array)) throw new Error(answer);
    times.push(performance.now() - begun);
  }
  return times;
}

async function gossiping(nodes: readonly TestNode[]): Promise<{ times: number[]; cpuMicros: number }> {
  const [from, ...others] = nodes as [TestNode, ...TestNode[]];
  const times = [];
  const begunCpu = process.cpuUsage();
  for (let i = 0; i < MESSAGES; i++) {
    const target = others.map(({ heard }) => heard.length + 1);
    const begun = performance.now();
    await from.p2p.publish(TOPIC, randomBytes(200));
    while (others.some(({ heard }, at) => heard.length < target[at]!)) await new Promise(setImmediate);
    times.push(performance.now() - begun);
  }
  const { user, system } = process.cpuUsage(begunCpu);
  return { times, cpuMicros: (user + system) / MESSAGES / others.length };
}

function show(what: string, times: readonly number[]): void {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share: number): string => sorted[Math.floor((sorted.length - 1) * share)]!.toFixed(2);
  console.log(`${what}: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`);
}

const first = await startNode({ limits });
const rest = [];
for (let i = 0; i < 4; i++) rest.push(await startNode({ limits, bootnodes: [first.address] }));
const nodes = [first, ...rest];
await until("everybody knows everybody", () => nodes.every(({ p2p }) => p2p.peers().length === 4));
const starts = [];
for (let i = 0; i < 10; i++) starts.push(await connecting(first));
show("start until the first peer", starts);
await asking(rest[0]!, first, 50);
show("request of 100 bytes", await asking(rest[0]!, first, REQUESTS));
const large = new Uint8Array(500_000);
first.answer = async () => large;
show("answer of 500 kB", await asking(rest[0]!, first, LARGE));
await new Promise((resolve) => setTimeout(resolve, 2_000));
await gossiping(nodes);
const { times, cpuMicros } = await gossiping(nodes);
show("gossip of 200 bytes until all four others have it", times);
console.log(`gossip: ${cpuMicros.toFixed(0)} µs of processor time per message and hearer`);
await Promise.all(nodes.map(({ p2p }) => p2p.close()));
