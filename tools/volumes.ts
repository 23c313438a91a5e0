/** How much of a test runs in a tier. */
export type Tier = "fast" | "full";

/** Volumes by name: the same test code runs in every tier, only the amount differs. */
export const VOLUMES = {
  /** fast-check runs per property. */
  propertyRuns: { fast: 200, full: 2_000 },
  /** Seeds of the Kairos simulator. */
  simulatorSeeds: { fast: 60, full: 1_200 },
  /** Seeds run twice to compare digests. */
  digestSeeds: { fast: 5, full: 100 },
  /** Guided traces of the Quint model, per configuration. */
  modelTraces: { fast: 6, full: 200 },
  /** Traces of the model replayed on the replica. */
  modelReplays: { fast: 4, full: 60 },
  /** Transactions of a loopback network's load. */
  loadTransactions: { fast: 200, full: 20_000 },
  /** Random inputs per decoder. */
  badInputs: { fast: 500, full: 20_000 },
} as const satisfies Readonly<Record<string, Readonly<Record<Tier, number>>>>;

/** The tier of this run: `TEST_TIER`, "fast" when unset. Throws on any other value. */
export function tier(): Tier {
  const value = process.env.TEST_TIER ?? "fast";
  if (value !== "fast" && value !== "full") throw new Error(`TEST_TIER must be fast or full, not ${value}`);
  return value;
}

/**
 * The volume of a test in this tier.
 *
 * @example const runs = volume("propertyRuns");
 */
export function volume(name: keyof typeof VOLUMES): number {
  return VOLUMES[name][tier()];
}
