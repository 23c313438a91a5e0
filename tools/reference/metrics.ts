import { kratosCatalogue } from "../../apps/cli/src/kratos/metrics/catalogue.ts";
import type { MetricSpec } from "../../apps/cli/src/telemetry/catalogue/spec.ts";
import { catalogue } from "../../apps/cli/src/telemetry/catalogue.ts";
import { type Page, page, table } from "./page.ts";

const intro = `Every metric of a node, as \`GET /metrics\` on \`metrics.listen_address\` shows it. Histograms add \`_bucket\`, \`_sum\` and
\`_count\`. What to watch, and which alerts there are, is in [observe](../observe.md).`;

const kratosIntro = `Every metric of a KratOs node, as \`GET /metrics\` on \`--prometheus-port\` shows it. Histograms add \`_bucket\`, \`_sum\` and
\`_count\`; blocks imported a second are \`rate(kratos_blocks_imported_total[1m])\`. What to watch is in
[operate](../kratos/operate.md).`;

/** docs/reference/metrics.md, from the catalogue. */
export function metricsPage(): Page {
  return page("metrics.md", "Metrics", intro, rowsOf("kairos_", catalogue));
}

/** docs/reference/kratos-metrics.md, in the same way. */
export function kratosMetricsPage(): Page {
  return page("kratos-metrics.md", "Metrics of KratOs", kratosIntro, rowsOf("kratos_", kratosCatalogue));
}

function rowsOf(prefix: string, specs: Readonly<Record<string, MetricSpec>>): readonly string[] {
  const rows = Object.entries(specs).map(([name, { type, labels, help }]) => [
    `\`${prefix}${name}\``,
    type,
    labels.map((label) => `\`${label}\``).join(", "),
    help,
  ]);
  return table(["Metric", "Type", "Labels", "What it says"], rows);
}
