import type { Finalize, Observation } from "@polis/minimmit";
import type { Logger } from "@polis/ports";
import type { Config } from "../config/schema.ts";
import type { Chain } from "../node/chain.ts";
import { ConsensusLog } from "./consensusLog.ts";
import { ConsensusMeter } from "./consensusMeter.ts";
import { Fills } from "./fills.ts";
import { forModule } from "./logger.ts";
import type { MetricsRegistry } from "./metrics.ts";
import { type NodeGaugesOptions, startNodeGauges } from "./nodeGauges.ts";
import { startProcessGauges } from "./processGauges.ts";
import type { PaymentTracer } from "./tracing/paymentTracer.ts";
import { startTracing, type Tracing } from "./tracing/startTracing.ts";

/** What a node's telemetry is made from. */
export interface NodeTelemetryOptions {
  readonly config: Config;
  readonly clientVersion: string;
  readonly logger: Logger;
  readonly metrics: MetricsRegistry;
}

/** Parts of a running node that its gauges look at. */
export type GaugeSources = Pick<NodeGaugesOptions, "replica" | "network" | "finalAtMs" | "readiness">;

/** Everything by which a node can be watched (kairos 19): metrics, log lines of consensus, traces. */
export class NodeTelemetry {
  readonly meter: ConsensusMeter;
  readonly fills: Fills;
  readonly tracer: PaymentTracer | undefined;
  readonly #options: NodeTelemetryOptions;
  readonly #chain: Chain;
  readonly #log: ConsensusLog;
  readonly #tracing: Tracing | undefined;
  #stopGauges: () => void = () => undefined;

  /** @param instance tells this node's spans from those of others */
  static async open(options: NodeTelemetryOptions, chain: Chain, instance: string): Promise<NodeTelemetry> {
    return new NodeTelemetry(options, chain, await startTracing(options.config, options.clientVersion, instance));
  }

  private constructor(options: NodeTelemetryOptions, chain: Chain, tracing: Tracing | undefined) {
    const { metrics, logger } = options;
    const nowMs = () => performance.now();
    this.#options = options;
    this.#chain = chain;
    this.#tracing = tracing;
    this.tracer = tracing?.tracer;
    this.fills = new Fills(nowMs());
    this.meter = new ConsensusMeter({ metrics, n: chain.genesis.n, self: chain.voting.keys?.index, nowMs });
    this.#log = new ConsensusLog(forModule(logger, "consensus"), nowMs);
  }

  onObservation(observation: Observation): void {
    this.meter.onObservation(observation);
    this.#log.onObservation(observation);
    if (observation.what === "certificate" && observation.certificate.digest !== undefined) {
      this.tracer?.notarized(observation.certificate.digest);
    }
  }

  onFinalize(finalize: Finalize): void {
    this.meter.onFinalize(finalize);
    this.#log.onFinalize(finalize);
  }

  /** From now on the gauges show this node and this process. */
  startGauges(sources: GaugeSources): void {
    const { metrics, clientVersion, config } = this.#options;
    const program = startProcessGauges(metrics, clientVersion);
    const stop = startNodeGauges({
      ...{ ...sources, metrics, chain: this.#chain, meter: this.meter, fills: this.fills },
      poolCapacity: config.mempool.maxTransactions,
      nowMs: () => performance.now(),
    });
    this.#stopGauges = () => {
      stop();
      program.stop();
    };
  }

  stopGauges(): void {
    this.#stopGauges();
  }

  /** Sends the spans that wait. */
  async close(): Promise<void> {
    await this.#tracing?.close();
  }
}
