import type { KratosBackend, NodeReport } from "@polis/kratos";
import { createMetrics, type MetricsRegistry } from "../../telemetry/metrics.ts";
import { kratosCatalogue } from "./catalogue.ts";
import { readGauges } from "./readGauges.ts";

/** The metrics of a KratOs node: counted as the node reports, and read from it at each scrape. */
export interface KratosMetrics {
  /** For the servers and the network of the node too. */
  readonly registry: MetricsRegistry;
  /** Counts what the node reports. */
  report(report: NodeReport): void;
  /** From now on gauges come from this node. Once. */
  watch(backend: KratosBackend): void;
}

/**
 * Makes the metrics of one node (kratos-core 15, `--prometheus-port`).
 * @example const metrics = createKratosMetrics(); // and metrics.report(...) for each report
 */
export function createKratosMetrics(): KratosMetrics {
  const registry = createMetrics({ prefix: "kratos_", catalogue: kratosCatalogue });
  let headSlot: number | undefined;
  let watched: KratosBackend | undefined;
  /** Slots between the last head that was seen and this one. */
  const countEmpty = (): void => {
    const head = watched?.reader.tree.head.header;
    if (head === undefined) return;
    if (headSlot !== undefined && head.slot > headSlot + 1) {
      registry.count("chain_empty_slots_total", head.slot - headSlot - 1);
    }
    headSlot = head.slot;
  };
  return {
    registry,
    report(report) {
      count(registry, report);
      if (report.kind === "imported" || report.kind === "produced") countEmpty();
    },
    watch(backend) {
      watched = backend;
      headSlot = backend.reader.tree.head.header.slot;
      const read = readGauges(registry, backend);
      registry.onRender(read);
    },
  };
}

function count(registry: MetricsRegistry, report: NodeReport): void {
  switch (report.kind) {
    case "produced":
      registry.count("blocks_produced_total");
      registry.count("transactions_produced_total", report.transactions);
      return;
    case "skipped":
      // What follows the colon is about one block.
      registry.count("slots_skipped_total", 1, { reason: report.reason.split(":")[0]! });
      return;
    case "imported":
      registry.count("blocks_imported_total", 1, { source: report.from === undefined ? "buffer" : "peer" });
      return;
    case "reorganised":
      registry.count("chain_reorganisations_total");
      registry.count("chain_reorganised_blocks_total", report.depth);
      return;
    case "finalized":
      registry.observe("finality_slots", report.slotsBehind);
      return;
    case "fault":
      registry.count("p2p_faults_total", 1, { code: report.code, action: report.action });
      if (report.action === "ban") registry.count("p2p_bans_total");
      return;
    case "security":
      registry.count("security_transitions_total", 1, { to: report.state });
      return;
    case "alarm":
      registry.count("finality_alarms_total");
      return;
    case "syncing":
    case "clock":
      // Gauges tell it at each scrape.
      return;
  }
}
