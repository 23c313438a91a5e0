import { Worker } from "node:worker_threads";
import type { Logger, Metrics } from "@polis/ports";
import type { Config } from "../config/schema.ts";
import { tlsOf } from "../listeners/tlsOf.ts";
import { forModule } from "../telemetry/logger.ts";
import { createRing, layoutOf } from "./layout.ts";
import { type ConsensusView, createConsensusView } from "./observeConsensus.ts";
import { type RingStart, RingWriter } from "./ringWriter.ts";
import type { VisualizerSetup } from "./serveVisualizer.ts";
import type { NetworkFacts } from "./snapshot.ts";

/** What the server's thread tells the node. */
export type ThreadMessage =
  | { readonly kind: "listening"; readonly port: number }
  | { readonly kind: "failed"; readonly code: string; readonly message: string }
  | { readonly kind: "metric"; readonly change: keyof VisualizerMetrics; readonly args: readonly unknown[] }
  | { readonly kind: "closed" };

/** Where the server's thread counts its connections. */
export type VisualizerMetrics = Pick<Metrics, "count" | "gauge">;

/** What a visualizer is made of. */
export interface VisualizerOptions {
  readonly config: Config["visualizer"];
  readonly facts: NetworkFacts;
  readonly roundRobin: boolean;
  readonly start: RingStart;
  /** Unix milliseconds. */
  readonly wallMs: () => number;
  readonly logger: Logger;
  readonly metrics?: VisualizerMetrics | undefined;
}

/** The visualizer of one node: consensus writes to `view`; the server reads in a thread of its own. */
export interface Visualizer {
  readonly view: ConsensusView;
  readonly port: number | undefined;
  /** Starts the server. @throws UserError for a certificate that cannot be read; the listen error of an address that is taken */
  serve(): Promise<void>;
  close(): Promise<void>;
}

const threadMb = 64;
/** What a sample makes lives for a moment; without this the thread would take the node's large young generation too. */
const youngMb = 4;

/** Makes the ring, so that consensus can write from its first event on; undefined when the section is switched off. */
export function createVisualizer(options: VisualizerOptions): Visualizer | undefined {
  const { config, facts, roundRobin, start, wallMs } = options;
  const logger = forModule(options.logger, "visualizer");
  if (!config.enabled) return undefined;
  const layout = layoutOf(facts.n, facts.f);
  const ring = createRing(layout);
  const writer = new RingWriter(ring, { layout, f: facts.f, roundRobin }, start);
  let worker: Worker | undefined;
  let port: number | undefined;
  return {
    view: createConsensusView(writer, wallMs),
    get port() {
      return port;
    },
    serve: async () => {
      const { listenAddress: listen, corsOrigins, allowedHosts } = config;
      const tls = tlsOf("visualizer", config);
      const setup: VisualizerSetup = { listen, corsOrigins, allowedHosts, tls, facts, layout, ring };
      const thread = new Worker(new URL("./visualizerThread.ts", import.meta.url), {
        workerData: setup,
        resourceLimits: { maxOldGenerationSizeMb: threadMb, maxYoungGenerationSizeMb: youngMb },
      });
      port = await listening(thread);
      worker = thread;
      thread.on("message", (message: ThreadMessage) => count(options.metrics, message));
      // A server that dies later takes the dashboard with it and nothing else.
      thread.on("error", (error) => logger.log("error", "the visualizer has stopped", { error: String(error) }));
      thread.once("exit", () => {
        worker = undefined;
        port = undefined;
      });
      thread.unref();
    },
    close: async () => {
      const running = worker;
      if (running === undefined) return;
      const gone = new Promise<void>((resolve) => running.once("exit", () => resolve()));
      running.ref();
      running.postMessage("close");
      await gone;
    },
  };
}

function count(metrics: VisualizerMetrics | undefined, message: ThreadMessage): void {
  if (message.kind !== "metric" || metrics === undefined) return;
  if (message.change === "count") metrics.count(...(message.args as Parameters<Metrics["count"]>));
  else metrics.gauge(...(message.args as Parameters<Metrics["gauge"]>));
}

function listening(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (message: ThreadMessage) => {
      worker.removeListener("error", reject);
      if (message.kind === "listening") resolve(message.port);
      else if (message.kind === "failed") reject(Object.assign(new Error(message.message), { code: message.code }));
    });
  });
}
