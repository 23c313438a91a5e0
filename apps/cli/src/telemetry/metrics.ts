import type { Metrics } from "@polis/ports";

/** Metrics in memory, with their Prometheus text. */
export interface MetricsRegistry extends Metrics {
  /** Prometheus exposition text 0.0.4, families and series in a fixed order. */
  render(): string;
  /** Value of a counter or gauge, for health checks and tests. */
  value(name: string, labels?: Readonly<Record<string, string>>): number | undefined;
  /** Called before each rendering, for gauges that are computed at scrape. */
  onRender(update: () => void): void;
}

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly type: "counter" | "gauge" | "histogram";
  readonly series: Map<string, Series>;
}

interface Series {
  value: number;
  /** Only of histograms: observations per bucket, not cumulative, the last one for +Inf. */
  readonly buckets: number[] | undefined;
  count: number;
}

const maxFamilies = 500;
const maxSeries = 500;

/** Upper bounds of all histograms, which are of seconds: 0.1 ms to 30 s. */
export const bucketsS: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];

/**
 * Counters, gauges and histograms (kairos O1, O2). Bounded: beyond 500 names, or 500 label sets of one name, new ones
 * are counted in `metrics_dropped_total` and not kept.
 * @param prefix put before every name, `kairos_` by default
 */
export function createMetrics(prefix = "kairos_"): MetricsRegistry {
  const families = new Map<string, Family>();
  const updates: (() => void)[] = [];
  let dropped = 0;
  const series = (name: string, type: Family["type"], labels: Labels | undefined): Series | undefined => {
    let family = families.get(name);
    if (family === undefined) {
      if (families.size >= maxFamilies) return void dropped++;
      family = { type, series: new Map() };
      families.set(name, family);
    }
    const id = labelText(labels);
    let found = family.series.get(id);
    if (found === undefined) {
      if (family.series.size >= maxSeries || family.type !== type) return void dropped++;
      const buckets = type === "histogram" ? new Array<number>(bucketsS.length + 1).fill(0) : undefined;
      found = { value: 0, buckets, count: 0 };
      family.series.set(id, found);
    }
    return found;
  };
  return {
    count(name, by = 1, labels) {
      const found = series(name, "counter", labels);
      if (found !== undefined) found.value += by;
    },
    gauge(name, value, labels) {
      const found = series(name, "gauge", labels);
      if (found !== undefined) found.value = value;
    },
    observe(name, value, labels) {
      const found = series(name, "histogram", labels);
      if (found?.buckets !== undefined) observe(found, found.buckets, value);
    },
    value: (name, labels) => families.get(name)?.series.get(labelText(labels))?.value,
    onRender: (update) => void updates.push(update),
    render() {
      for (const update of updates) update();
      const own: Family = {
        type: "counter",
        series: new Map([["", { value: dropped, buckets: undefined, count: 0 }]]),
      };
      const all = [...families, ["metrics_dropped_total", own] as const].sort(([a], [b]) => (a < b ? -1 : 1));
      return `${all.flatMap(([name, family]) => renderFamily(prefix + name, family)).join("\n")}\n`;
    },
  };
}

function observe(series: Series, buckets: number[], value: number): void {
  let i = 0;
  while (i < bucketsS.length && value > bucketsS[i]!) i++;
  buckets[i]!++;
  series.value += value;
  series.count++;
}

function renderFamily(name: string, { type, series }: Family): string[] {
  const lines = [`# TYPE ${name} ${type}`];
  for (const id of [...series.keys()].sort()) {
    const one = series.get(id)!;
    if (one.buckets === undefined) lines.push(`${name}${braces(id)} ${one.value}`);
    else {
      let below = 0;
      one.buckets.forEach((count, i) => {
        below += count;
        const bound = `le="${i < bucketsS.length ? bucketsS[i] : "+Inf"}"`;
        lines.push(`${name}_bucket${braces(id === "" ? bound : `${id},${bound}`)} ${below}`);
      });
      lines.push(`${name}_sum${braces(id)} ${one.value}`, `${name}_count${braces(id)} ${one.count}`);
    }
  }
  return lines;
}

function braces(id: string): string {
  return id === "" ? "" : `{${id}}`;
}

/** Callers on hot paths pass the same frozen object again, and its text is made once. */
const texts = new WeakMap<Labels, string>();

function labelText(labels: Labels | undefined): string {
  if (labels === undefined) return "";
  const known = texts.get(labels);
  if (known !== undefined) return known;
  const text = Object.keys(labels)
    .sort()
    .map((name) => `${name}="${escapeLabel(labels[name]!)}"`)
    .join(",");
  if (Object.isFrozen(labels)) texts.set(labels, text);
  return text;
}

function escapeLabel(value: string): string {
  return value.slice(0, 128).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
