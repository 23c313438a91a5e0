import type { KratosBackend, NodeReport } from "@polis/kratos";
import { createMetrics, type MetricsRegistry } from "../../telemetry/metrics.ts";
import { kratosCatalogue } from "./catalogue.ts";

/** The metrics of a KratOs node: counted as the node reports, and read from it at each scrape. */
export interface KratosMetrics {
  /** For the servers and the network of the node too. */
  readonly registry: MetricsRegistry;
  /** Counts what the node reports. */
  report(report: NodeReport): void;
  /** From now on gauges come from this node. */
  watch(backend: KratosBackend): void;
}

/** Makes the metrics of one node (kratos-core 15, `--prometheus-port`). */
export function createKratosMetrics(): KratosMetrics {
  const registry = createMetrics({ prefix: "kratos_", catalogue: kratosCatalogue });
  return {
    registry,
    report: () => {
      throw new Error("not written yet");
    },
    watch: () => {
      throw new Error("not written yet");
    },
  };
}
