import type { MetricSpec } from "./catalogue/spec.ts";

/** The numbers of one label set. */
export interface Series {
  /** Of a histogram, the sum of what was observed. */
  value: number;
  count: number;
  /** Only of histograms: observations per bucket, not cumulative, the last one for +Inf. */
  readonly buckets: number[] | undefined;
}

/**
 * The exposition lines of one metric (Prometheus text 0.0.4); none while it has no series.
 * @param series by the text of their labels
 */
export function renderFamily(name: string, spec: MetricSpec, series: ReadonlyMap<string, Series>): readonly string[] {
  if (series.size === 0) return [];
  const lines = [`# HELP ${name} ${spec.help}`, `# TYPE ${name} ${spec.type}`];
  for (const labels of [...series.keys()].sort()) {
    const one = series.get(labels)!;
    if (one.buckets === undefined) lines.push(`${name}${braces(labels)} ${one.value}`);
    else {
      let below = 0;
      one.buckets.forEach((count, i) => {
        below += count;
        const bound = `le="${i < spec.bounds.length ? spec.bounds[i] : "+Inf"}"`;
        lines.push(`${name}_bucket${braces(labels === "" ? bound : `${labels},${bound}`)} ${below}`);
      });
      lines.push(`${name}_sum${braces(labels)} ${one.value}`, `${name}_count${braces(labels)} ${one.count}`);
    }
  }
  return lines;
}

function braces(text: string): string {
  return text === "" ? "" : `{${text}}`;
}
