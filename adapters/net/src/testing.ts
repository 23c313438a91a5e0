import { createHash } from "node:crypto";
import type { Millis } from "@polis/codec";
import type { Clock, Metrics } from "@polis/ports";
import type { Hello } from "./hello.ts";
import { makeTlsIdentity } from "./identity.ts";
import type { NetLimits } from "./limits.ts";
import { createPeerNetwork } from "./network.ts";
import type { Address, PeerNetwork, PeerNetworkOptions } from "./types.ts";

/** Helpers of this package's tests. Nothing here sleeps: a test waits for an event it names. */
export const systemClock: Clock = {
  monotonicMs: () => performance.now() as Millis,
  wallMs: () => Date.now() as Millis,
};

/** A key per number, the same in every run. */
export function secretKey(n: number): Uint8Array {
  return createHash("sha256").update(`test key ${n}`).digest();
}

export function idOf(n: number): string {
  return makeTlsIdentity(secretKey(n)).peerId;
}

export function testHello(more: Partial<Hello> = {}): Hello {
  return {
    protocolVersion: 0x0100,
    chainId: 4242,
    genesisHash: "ab".repeat(32),
    role: 1,
    epoch: 0,
    lastFinalized: { height: 7, view: 9, hash: "cd".repeat(32) },
    capabilities: 0,
    clientVersion: "test",
    listenAddresses: ["127.0.0.1:9000"],
    clusterId: "kairos",
    ...more,
  };
}

export interface Seen {
  readonly kind: string;
  readonly peer?: number;
  readonly type?: number;
  readonly body?: string;
  readonly reason?: string;
}

/** Remembers what happened, and lets a test wait for what has not happened yet. */
export class Events {
  readonly seen: Seen[] = [];
  readonly #waiters = new Set<() => void>();

  add(event: Seen): void {
    this.seen.push(event);
    for (const check of [...this.#waiters]) check();
  }

  count(wanted: Seen): number {
    const keys = Object.keys(wanted) as (keyof Seen)[];
    return this.seen.filter((event) => keys.every((key) => event[key] === wanted[key])).length;
  }

  /** Resolves when `wanted` has been seen `times` times; the test's own timeout bounds the wait. */
  async until(wanted: Seen, times = 1): Promise<void> {
    await this.when(() => this.count(wanted) >= times);
  }

  async when(condition: () => boolean): Promise<void> {
    if (condition()) return;
    await new Promise<void>((resolve) => {
      const check = () => {
        if (!condition()) return;
        this.#waiters.delete(check);
        resolve();
      };
      this.#waiters.add(check);
    });
  }
}

export interface TestNode {
  readonly index: number;
  readonly net: PeerNetwork;
  readonly events: Events;
  address: Address;
}

/** Counts become events: `{ kind: metric, reason }`. */
function recordMetrics(events: Events): Metrics {
  return {
    count: (kind, _by, labels) => events.add({ kind, ...(labels?.reason !== undefined && { reason: labels.reason }) }),
    gauge: () => undefined,
    observe: () => undefined,
  };
}

export const QUICK: Partial<NetLimits> = { backoffFirstMs: 5, backoffMaxMs: 40, pingIntervalMs: 20 };

/** Opens validator `index` of `n` on a port of the system's choice; it knows nobody's address yet. */
export async function openNode(
  index: number,
  n: number,
  more: Partial<PeerNetworkOptions> & { readonly key?: number } = {},
): Promise<TestNode> {
  const events = new Events();
  const { key, limits, ...rest } = more;
  const net = createPeerNetwork({
    identity: { secretKey: secretKey(key ?? index) },
    listen: { host: "127.0.0.1", port: 0 },
    validators: Array.from({ length: n }, (_, i) => ({ index: i, publicKeyHex: idOf(i) })),
    self: index < n ? index : undefined,
    hello: () => testHello({ role: index < n ? 1 : 2 }),
    handlers: {
      onConsensus: (peer, type, body) => {
        events.add({ kind: "consensus", peer, type, body: Buffer.from(body).toString("latin1", 0, 64) });
        return true;
      },
      onBulk: (peer, type, body) => {
        events.add({ kind: "bulk", peer, type, body: Buffer.from(body).toString("latin1", 0, 64) });
        return true;
      },
      onLink: (peer, up) => events.add({ kind: up ? "up" : "down", peer }),
    },
    maxBlockBytes: 1 << 20,
    clock: systemClock,
    metrics: recordMetrics(events),
    limits: { ...QUICK, ...limits },
    ...rest,
  });
  const address = await net.start();
  return { index, net, events, address: address as Address };
}

/** Tells all nodes all addresses, so that each dials each at the same time. */
export function introduce(nodes: readonly TestNode[]): void {
  for (const node of nodes) {
    for (const other of nodes) if (node !== other && other.index < 100) node.net.setAddress(other.index, other.address);
  }
}

/** Waits until every node has every other up. */
export async function allUp(nodes: readonly TestNode[]): Promise<void> {
  for (const node of nodes) {
    for (const other of nodes) if (node !== other) await node.events.until({ kind: "up", peer: other.index });
  }
}

export const text = (value: string): Uint8Array => new TextEncoder().encode(value);
