import { consensusMetrics } from "./catalogue/consensus.ts";
import { interfaceMetrics } from "./catalogue/interfaces.ts";
import { ledgerMetrics } from "./catalogue/ledger.ts";
import { networkMetrics } from "./catalogue/network.ts";
import { processMetrics } from "./catalogue/process.ts";
import type { MetricSpec } from "./catalogue/spec.ts";

/**
 * Every metric of a node (kairos 19.1) without the prefix `kairos_`, and those that its alerts and dashboards need besides.
 * The two counters of state channels belong to the programs that use channels, and come with them.
 * @example catalogue.consensus_current_view.help
 */
export const catalogue = {
  ...consensusMetrics,
  ...ledgerMetrics,
  ...networkMetrics,
  ...interfaceMetrics,
  ...processMetrics,
} as const satisfies Record<string, MetricSpec>;

/** Name of a metric without its prefix. */
export type MetricName = keyof typeof catalogue;
