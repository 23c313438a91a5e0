import type { Metrics } from "@polis/ports";
import type { Labels, MetricSpec } from "./catalogue/spec.ts";
import { catalogue } from "./catalogue.ts";
import { labelText } from "./labelText.ts";
import { renderFamily, type Series } from "./renderFamily.ts";

/** Metrics in memory, with their Prometheus text. */
export interface MetricsRegistry extends Metrics {
  /** Prometheus exposition text 0.0.4, families and series in a fixed order. */
  render(): string;
  /** Value of a counter or gauge, sum of a histogram; for health checks and tests. */
  value(name: string, labels?: Labels): number | undefined;
  /** Called before each rendering, for gauges that are computed at scrape. */
  onRender(update: () => void): void;
}

/** What a registry knows and how strict it is. */
export interface MetricsOptions {
  /** Put before every name; `kairos_` by default. */
  readonly prefix?: string;
  /** The names that may be used; those of kairos 19.1 by default. */
  readonly catalogue?: Readonly<Record<string, MetricSpec>>;
  /** What becomes of a name or label that the catalogue does not have: left out and counted, or an Error for tests. */
  readonly unknown?: "drop" | "throw";
}

interface Family {
  readonly spec: MetricSpec;
  readonly series: Map<string, Series>;
  /** Series of frozen label objects: hot paths pass the same one again and pay no text. */
  readonly known: WeakMap<Labels, Series>;
}

/** Label sets of one metric. */
const maxSeries = 1_000;

/**
 * Counters, gauges and histograms of a catalogue (kairos O1, O2). Bounded: beyond 1,000 label sets of one name, new ones are
 * counted in `metrics_dropped_total` and not kept.
 * @example createMetrics().count("consensus_blocks_finalized_total", 1, { mode: "direct" })
 */
export function createMetrics(options: MetricsOptions = {}): MetricsRegistry {
  const { prefix = "kairos_", unknown = "drop" } = options;
  const families = familiesOf(options.catalogue ?? catalogue);
  const updates: (() => void)[] = [];
  let dropped = 0;

  const refuse = (why: string): undefined => {
    if (unknown === "throw") throw new Error(`${why}: see telemetry/catalogue.ts`);
    dropped++;
  };
  const find = (name: string, type: MetricSpec["type"], labels: Labels): Series | undefined => {
    const family = families.get(name);
    if (family === undefined || family.spec.type !== type) return refuse(`no ${type} ${name}`);
    const known = family.known.get(labels);
    if (known !== undefined) return known;
    const text = labelText(labels);
    let found = family.series.get(text);
    if (found === undefined) {
      if (!fits(family.spec, labels)) return refuse(`${name} has other labels than ${text}`);
      if (family.series.size >= maxSeries) return void dropped++;
      found = seriesOf(family.spec);
      family.series.set(text, found);
    }
    if (Object.isFrozen(labels)) family.known.set(labels, found);
    return found;
  };
  return {
    count(name, by = 1, labels = none) {
      const found = find(name, "counter", labels);
      if (found !== undefined) found.value += by;
    },
    gauge(name, value, labels = none) {
      const found = find(name, "gauge", labels);
      if (found !== undefined) found.value = value;
    },
    observe(name, value, labels = none) {
      const found = find(name, "histogram", labels);
      if (found !== undefined) observe(found, families.get(name)!.spec.bounds, value);
    },
    value: (name, labels = none) => families.get(name)?.series.get(labelText(labels))?.value,
    onRender: (update) => void updates.push(update),
    render() {
      for (const update of updates) update();
      const own = families.get("metrics_dropped_total")?.series.get("");
      if (own !== undefined) own.value = dropped;
      const names = [...families.keys()].sort();
      const lines = names.flatMap((name) => {
        const { spec, series } = families.get(name)!;
        return renderFamily(prefix + name, spec, series);
      });
      return `${lines.join("\n")}\n`;
    },
  };
}

const none: Labels = Object.freeze({});

function familiesOf(specs: Readonly<Record<string, MetricSpec>>): Map<string, Family> {
  return new Map(
    Object.entries(specs).map(([name, spec]) => {
      const series = new Map(spec.initial.map((labels) => [labelText(labels), seriesOf(spec)]));
      return [name, { spec, series, known: new WeakMap() }];
    }),
  );
}

function seriesOf({ type, bounds }: MetricSpec): Series {
  return {
    value: 0,
    count: 0,
    buckets: type === "histogram" ? new Array<number>(bounds.length + 1).fill(0) : undefined,
  };
}

/** A label that is not given is an empty one, as Prometheus sees it. */
function fits(spec: MetricSpec, labels: Labels): boolean {
  return Object.keys(labels).every((name) => spec.labels.includes(name));
}

function observe(series: Series, bounds: readonly number[], value: number): void {
  let i = 0;
  while (i < bounds.length && value > bounds[i]!) i++;
  series.buckets![i]!++;
  series.value += value;
  series.count++;
}
