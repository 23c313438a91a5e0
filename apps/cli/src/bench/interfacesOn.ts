import { alternate, medianOf, type Stop } from "./alternate.ts";
import { type BlockSubscriber, subscribeBlocks } from "./grpc/blockSubscriber.ts";
import type { PortBases } from "./network.ts";
import { openSseStreams, type SseStreams } from "./sseStreams.ts";
import { round } from "./timeIt.ts";
import type { Benchmark } from "./types.ts";

const N = 6;
const SCRAPE_MS = 1_000;
const GOAL_PERCENT = 10;
const load = { ratePerSecond: 300, inFlightMax: 600, seconds: 15, warmUpSeconds: 5 };

/** What the clients of all validators received in one run. */
interface Seen {
  blocks: number;
  heads: number;
  streamedBytes: number;
  scrapes: number;
}

/**
 * What all interfaces together cost: payments with JSON-RPC alone, and with gRPC, visualizer and metrics of every validator
 * on and in use: a stream of blocks over gRPC, one over WebSocket, a dashboard, and a scrape each second, at each of them.
 */
export const interfacesOn: Benchmark = {
  name: "interfaces",
  run: async (context) => {
    const seen: Seen = { blocks: 0, heads: 0, streamedBytes: 0, scrapes: 0 };
    const { off, on } = await alternate(context, {
      ...{ n: N, load, rounds: 3, grpc: true, visualizer: true },
      offEnv: { NODE_METRICS__ENABLED: "false" },
      onEnv: { NODE_METRICS__ENABLED: "true" },
      beside: (ports) => useAll(ports, seen),
    });
    const without = medianOf(off, ({ paymentFinalityMs }) => paymentFinalityMs.p99);
    const beside = medianOf(on, ({ paymentFinalityMs }) => paymentFinalityMs.p99);
    const more = without === undefined || beside === undefined ? Number.NaN : (beside / without - 1) * 100;
    const isUsed = seen.blocks > 0 && seen.heads > 0 && seen.streamedBytes > 0 && seen.scrapes > 0;
    return [
      {
        name: "Payment finality with all interfaces on and in use",
        goal: `p99 within ${GOAL_PERCENT} % of the same run with them off`,
        measured: {
          "p99 off ms": without ?? null,
          "p99 on ms": beside ?? null,
          "more %": Number.isNaN(more) ? null : round(more, 1),
          "p50 off ms": medianOf(off, ({ paymentFinalityMs }) => paymentFinalityMs.p50) ?? null,
          "p50 on ms": medianOf(on, ({ paymentFinalityMs }) => paymentFinalityMs.p50) ?? null,
          "p99 of each run off ms": off.map(({ paymentFinalityMs }) => paymentFinalityMs.p99).join(", "),
          "p99 of each run on ms": on.map(({ paymentFinalityMs }) => paymentFinalityMs.p99).join(", "),
          "gRPC blocks": seen.blocks,
          "WebSocket heads": seen.heads,
          "dashboard MB": round(seen.streamedBytes / 1e6, 1),
          scrapes: seen.scrapes,
        },
        met: isUsed && more <= GOAL_PERCENT,
        note: "medians of runs in turn at 300 payments/s; six validators and all their clients on one machine",
      },
    ];
  },
};

async function useAll(ports: PortBases, seen: Seen): Promise<Stop> {
  const validators = Array.from({ length: N }, (_, i) => i);
  const blocks: readonly BlockSubscriber[] = await Promise.all(
    validators.map((i) => subscribeBlocks(ports.grpcPort + i)),
  );
  const dashboards: readonly SseStreams[] = await Promise.all(
    validators.map((i) => openSseStreams(ports.visualizerPort + i, "/api/events", 1)),
  );
  const sockets = validators.map((i) => subscribeHeads(ports.rpcPort + i, seen));
  const timer = setInterval(() => {
    for (const i of validators) void scrape(metricsPortOf(ports, i), seen);
  }, SCRAPE_MS);
  return async () => {
    clearInterval(timer);
    for (const socket of sockets) socket.close();
    for (const { heights, close } of blocks) {
      seen.blocks += heights.length;
      close();
    }
    for (const streams of dashboards) {
      seen.streamedBytes += streams.bytes;
      await streams.close();
    }
  };
}

function subscribeHeads(port: number, seen: Seen): WebSocket {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  const request = { jsonrpc: "2.0", id: 1, method: "eth_subscribe", params: ["newHeads"] };
  socket.addEventListener("open", () => socket.send(JSON.stringify(request)));
  socket.addEventListener("message", ({ data }) => {
    if (String(data).includes("eth_subscription")) seen.heads++;
  });
  // The validators end before their clients do.
  socket.addEventListener("error", () => undefined);
  return socket;
}

/** Validator 0 has the first port, validator i > 0 the one i + 1 further (kairos 20.1). */
function metricsPortOf({ metricsPort }: PortBases, i: number): number {
  return metricsPort + (i === 0 ? 0 : i + 1);
}

async function scrape(port: number, seen: Seen): Promise<void> {
  const text = await fetch(`http://127.0.0.1:${port}/metrics`)
    .then((response) => response.text())
    .catch(() => "");
  if (text !== "") seen.scrapes++;
}
