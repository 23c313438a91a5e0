import { randomBytes } from "node:crypto";
import { generateKeyPairFromSeed } from "@libp2p/crypto/keys";
import { createP2p } from "./createP2p.ts";
import { createHost, type Host } from "./host.ts";
import { defaultP2pLimits } from "./limits.ts";
import type { GossipVerdict, P2p, P2pLimits, P2pOptions, PeerName } from "./types.ts";

/** The topic of test nodes. */
export const TOPIC = "test/gossip/1.0.0";
/** The protocol of test nodes. */
export const PROTOCOL = "test/req/1.0.0";

/** A node of a test, with what its handlers were told. */
export interface TestNode extends AsyncDisposable {
  readonly p2p: P2p;
  readonly address: string;
  readonly connected: PeerName[];
  readonly disconnected: PeerName[];
  readonly heard: { topic: string; from: PeerName; text: string }[];
  readonly asked: { peer: PeerName; bytes: number; signal: AbortSignal }[];
  readonly banned: { peer: PeerName; reason: string }[];
  readonly logged: { message: string; fields: Record<string, unknown> }[];
  judge: (text: string) => GossipVerdict;
  answer: (bytes: Uint8Array, signal: AbortSignal) => Promise<Uint8Array | undefined>;
}

/** Starts a node on loopback that accepts all gossip and answers each request with its own bytes. */
export async function startNode(
  options: Partial<Omit<P2pOptions, "limits">> & { limits?: Partial<P2pLimits> } = {},
): Promise<TestNode> {
  const node = {
    connected: [] as PeerName[],
    disconnected: [] as PeerName[],
    heard: [] as { topic: string; from: PeerName; text: string }[],
    asked: [] as { peer: PeerName; bytes: number; signal: AbortSignal }[],
    banned: [] as { peer: PeerName; reason: string }[],
    logged: [] as { message: string; fields: Record<string, unknown> }[],
    judge: (_text: string): GossipVerdict => "accept",
    answer: async (bytes: Uint8Array, _signal: AbortSignal): Promise<Uint8Array | undefined> => bytes,
  };
  const p2p = await createP2p({
    secret: randomBytes(32),
    listen: ["/ip4/127.0.0.1/tcp/0"],
    announce: [],
    bootnodes: [],
    mdns: false,
    networkName: "test",
    topics: [TOPIC],
    protocols: [PROTOCOL],
    handlers: {
      connected: (peer) => void node.connected.push(peer),
      disconnected: (peer) => void node.disconnected.push(peer),
      gossip: (topic, from, bytes) => {
        const text = Buffer.from(bytes.subarray(0, 64)).toString();
        node.heard.push({ topic, from, text });
        return node.judge(text);
      },
      request: (_protocol, peer, bytes, signal) => {
        node.asked.push({ peer, bytes: bytes.length, signal });
        return node.answer(bytes, signal);
      },
      banned: (peer, _untilMs, reason) => void node.banned.push({ peer, reason }),
    },
    log: (_level, message, fields) => void node.logged.push({ message, fields }),
    ...options,
    limits: { ...defaultP2pLimits, connectionsPerIp: 64, ...options.limits },
  });
  const address = p2p.addresses()[0]!;
  return Object.assign(node, { p2p, address, [Symbol.asyncDispose]: () => p2p.close() });
}

/** Waits for a condition, a few milliseconds at a time. @throws Error naming what was waited for */
export async function until(what: string, holds: () => boolean, timeoutMs = 10_000): Promise<void> {
  const end = performance.now() + timeoutMs;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** Publishes until somebody hears it: a mesh needs a moment. */
export async function publishUntil(node: TestNode, text: string, heard: () => boolean): Promise<void> {
  const end = performance.now() + 10_000;
  while (!heard()) {
    if (performance.now() > end) throw new Error(`nobody heard ${text}`);
    await node.p2p.publish(TOPIC, Buffer.from(text));
    for (let turn = 0; turn < 20 && !heard(); turn++) await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/**
 * A libp2p node without this package's guards, for misbehaviour. It belongs to the network of `startNode`, dials and
 * announces nothing by itself and may send more than others take.
 */
export async function startRaw(networkName = "test"): Promise<Host & AsyncDisposable> {
  const secret = await generateKeyPairFromSeed("Ed25519", randomBytes(32));
  const limits = { ...defaultP2pLimits, connectionsPerPeer: 100, gossipMessageBytes: 8_388_608, streams: 500 };
  const handlers = {
    connected() {},
    disconnected() {},
    gossip: () => "accept" as const,
    request: async () => undefined,
  };
  const common = { secret: new Uint8Array(32), bootnodes: [], announce: [], mdns: false, topics: [TOPIC], handlers };
  const listen = ["/ip4/127.0.0.1/tcp/0"];
  const options: P2pOptions = { ...common, listen, networkName, protocols: [], limits };
  const host = await createHost(options, secret, {}, () => {});
  await host.start();
  return Object.assign(host, { [Symbol.asyncDispose]: async () => void (await host.stop()) });
}
