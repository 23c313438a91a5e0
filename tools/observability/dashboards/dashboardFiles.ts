import { join } from "node:path";
import { buildDashboard } from "./buildDashboard.ts";
import { consensusDashboard } from "./consensusDashboard.ts";
import { nodeDashboard } from "./nodeDashboard.ts";
import type { Dashboard } from "./panel.ts";
import { paymentsDashboard } from "./paymentsDashboard.ts";

/** All dashboards, as they are described. */
export const dashboards: readonly Dashboard[] = [consensusDashboard, nodeDashboard, paymentsDashboard];

/** Path and text of every dashboard file. */
export function dashboardFiles(): readonly (readonly [path: string, text: string])[] {
  const folder = join(import.meta.dirname, "../../../deployments/grafana/dashboards");
  return dashboards.map((dashboard) => [
    join(folder, `${dashboard.uid}.json`),
    `${JSON.stringify(buildDashboard(dashboard), null, 2)}\n`,
  ]);
}
