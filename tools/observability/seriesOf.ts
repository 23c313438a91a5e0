import type { MetricSpec } from "../../apps/cli/src/telemetry/catalogue/spec.ts";

/**
 * The names under which Prometheus stores a metric.
 * @example seriesOf("wait_seconds", { type: "histogram", … }) // the name with _bucket, _sum and _count
 */
export function seriesOf(name: string, { type }: Pick<MetricSpec, "type">): readonly string[] {
  return type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}
