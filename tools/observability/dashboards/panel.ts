/** What a panel draws: numbers, lines over time, or log lines. */
export type PanelKind = "stat" | "timeseries" | "logs";

/** One panel as it is described; its place follows from the order. */
export interface Panel {
  readonly kind: PanelKind;
  readonly title: string;
  /** For a person: what it shows and what is good. */
  readonly description: string;
  /** Unit of Grafana: `s`, `bytes`, `short`, `percentunit`, `ops`. */
  readonly unit: string;
  /** Queries with the name of their lines. */
  readonly queries: readonly (readonly [expression: string, legend: string])[];
  /** Columns of 24, and rows. */
  readonly size: readonly [number, number];
  /** From this value on the number is orange, then red. */
  readonly limits?: readonly [number, number];
}

/** One dashboard. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly panels: readonly Panel[];
}

/** A single number of each chosen node. */
export function stat(
  title: string,
  description: string,
  unit: string,
  expression: string,
  limits?: readonly [number, number],
): Panel {
  const queries = [[expression, "{{instance}}"] as const];
  return { kind: "stat", title, description, unit, queries, size: [4, 4], ...(limits === undefined ? {} : { limits }) };
}

/** Lines over time. */
export function lines(
  title: string,
  description: string,
  unit: string,
  ...queries: readonly (readonly [string, string])[]
): Panel {
  return { kind: "timeseries", title, description, unit, queries, size: [8, 8] };
}

/** The logs of the chosen nodes, from Loki. */
export function logs(title: string, expression: string): Panel {
  const description = "Lines of the chosen nodes, newest first.";
  return { kind: "logs", title, description, unit: "short", queries: [[expression, ""]], size: [24, 10] };
}

/** Restricts a metric to the chosen nodes. @example one("up") // 'up{instance=~"$instance"}' */
export function one(metric: string, labels = ""): string {
  return `kairos_${metric}{instance=~"$instance"${labels === "" ? "" : `,${labels}`}}`;
}

/** How fast a counter rises, in a second. */
export function rate(metric: string, labels = ""): string {
  return `rate(${one(metric, labels)}[1m])`;
}

/** A quantile of a histogram, by node. */
export function quantile(part: number, metric: string): string {
  return `histogram_quantile(${part}, sum by (instance, le) (${rate(`${metric}_bucket`)}))`;
}
