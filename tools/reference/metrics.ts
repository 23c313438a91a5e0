import type { MetricSpec } from "../../apps/cli/src/telemetry/catalogue/spec.ts";
import { catalogue } from "../../apps/cli/src/telemetry/catalogue.ts";
import { type Page, page, table } from "./page.ts";

const intro = `Every metric of a node, as \`GET /metrics\` on \`metrics.listen_address\` shows it. Histograms add \`_bucket\`, \`_sum\` and
\`_count\`. What to watch, and which alerts there are, is in [observe](../observe.md).`;

/** docs/reference/metrics.md, from the catalogue. */
export function metricsPage(): Page {
  const rows = Object.entries(catalogue as Readonly<Record<string, MetricSpec>>).map(
    ([name, { type, labels, help }]) => [
      `\`kairos_${name}\``,
      type,
      labels.map((label) => `\`${label}\``).join(", "),
      help,
    ],
  );
  return page("metrics.md", "Metrics", intro, [...table(["Metric", "Type", "Labels", "What it says"], rows)]);
}
