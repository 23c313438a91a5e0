/** One set of label values. */
export type Labels = Readonly<Record<string, string>>;

/** What a metric is: everything but its name. Units stand in the name (`_seconds`, `_bytes`, `_total`). */
export interface MetricSpec {
  readonly type: "counter" | "gauge" | "histogram";
  /** For a person: what it counts or measures. */
  readonly help: string;
  /** Names of its labels, in the order of their text. */
  readonly labels: readonly string[];
  /** Label sets that exist from the start with 0: an alert on `increase()` would miss the first event of a new series. */
  readonly initial: readonly Labels[];
  /** Upper bounds of a histogram's buckets. */
  readonly bounds: readonly number[];
}

/** Bounds for what takes a part of a second up to half a minute. */
export const latencyBoundsS: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
];
/** Bounds for steps of the consensus machine, which must stay far below a millisecond each. */
export const stepBoundsS: readonly number[] = [
  0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1,
];

/** A number that only rises. Without labels it exists from the start; with labels, the given sets do. */
export function counter(help: string, labels: readonly string[] = [], initial: readonly Labels[] = []): MetricSpec {
  return { type: "counter", help, labels, initial: labels.length === 0 ? [{}] : initial, bounds: [] };
}

/** A number that rises and falls. */
export function gauge(help: string, labels: readonly string[] = [], initial: readonly Labels[] = []): MetricSpec {
  return { type: "gauge", help, labels, initial, bounds: [] };
}

/** A distribution. */
export function histogram(
  help: string,
  labels: readonly string[] = [],
  bounds: readonly number[] = latencyBoundsS,
): MetricSpec {
  return { type: "histogram", help, labels, initial: [], bounds };
}

/**
 * One label set for each value of a label.
 * @example each("mode", ["direct", "ancestor"]) // [{ mode: "direct" }, { mode: "ancestor" }]
 */
export function each(label: string, values: readonly string[]): readonly Labels[] {
  return values.map((value) => ({ [label]: value }));
}
