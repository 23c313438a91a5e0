import type { ClockStatus } from "@polis/slots";
import type { Json } from "../api/json.ts";

/** What a restart does not reset (kratos-core 11.2). Times are Unix milliseconds. */
export interface ClockMemory {
  readonly status: ClockStatus;
  /** When the status began; undefined for a node that has been Healthy from its start. */
  readonly since: number | undefined;
  /** Smoothed |drift| in microseconds. */
  readonly averageUs: number;
  /** Good observations in a row. */
  readonly good: number;
  /** When the last sample came. */
  readonly observedAt: number | undefined;
  readonly observations: number;
  readonly lifetime: { readonly changes: number; readonly exclusions: number; readonly recoveries: number };
}

/** What is measured now, besides. */
export interface ClockMeasure {
  readonly driftMs: number;
  readonly samples: number;
  readonly emergency: boolean;
}

const STATUSES: readonly ClockStatus[] = ["Healthy", "Degraded", "Excluded", "Recovering"];
/** The weight modifier of each status as the table of kratos-core 11.1 writes it; nothing is computed with it. */
const MODIFIERS = { Healthy: "1.0", Degraded: "0.5", Excluded: "0.0", Recovering: "0.0" } as const satisfies Readonly<
  Record<ClockStatus, string>
>;

const fresh: ClockMemory = {
  ...{ status: "Healthy", since: undefined, averageUs: 0, good: 0, observedAt: undefined, observations: 0 },
  lifetime: { changes: 0, exclusions: 0, recoveries: 0 },
};

/** The JSON form (kratos-core 13.3). `priority_modifier` is a decimal text: 1.0, 0.5 or 0.0. */
export function clockJson(memory: ClockMemory, now: ClockMeasure): { readonly [key: string]: Json } {
  const { status, since, averageUs, good, observedAt, observations, lifetime } = memory;
  return {
    status,
    drift_ms: now.driftMs,
    can_produce_blocks: status === "Healthy" || status === "Degraded",
    emergency_mode: now.emergency,
    status_since: since ?? null,
    priority_modifier: MODIFIERS[status],
    sample_count: now.samples,
    average_us: averageUs,
    good_observations: good,
    last_observation: observedAt ?? null,
    lifetime_stats: { observations, ...lifetime },
  };
}

/** Reads what `clockJson` wrote. A file that somebody broke gives a fresh memory: it is only a caution of this node. */
export function readClockJson(saved: Json | undefined): ClockMemory {
  if (!isObject(saved)) return fresh;
  const status = STATUSES.find((name) => name === saved.status);
  const stats = saved.lifetime_stats;
  if (status === undefined || !isObject(stats)) return fresh;
  const counts = [saved.average_us, saved.good_observations, stats.observations, stats.changes, stats.exclusions];
  const [averageUs, good, observations, changes, exclusions] = counts.map(asCount);
  const recoveries = asCount(stats.recoveries);
  const isWhole = [averageUs, good, observations, changes, exclusions, recoveries].every((n) => n !== undefined);
  if (!isWhole) return fresh;
  return {
    ...{ status, averageUs: averageUs!, good: good!, observations: observations! },
    ...{ since: asCount(saved.status_since), observedAt: asCount(saved.last_observation) },
    lifetime: { changes: changes!, exclusions: exclusions!, recoveries: recoveries! },
  };
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function asCount(value: Json | undefined): number | undefined {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
