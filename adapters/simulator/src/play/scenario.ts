import { ATTACKER_NAMES } from "../attackers/names.ts";
import { REGION_COUNT } from "../regions/regionLatency.ts";

/** A fault of the environment between two times, in virtual milliseconds. */
export type PlannedFault = { readonly fromMs: number; readonly untilMs: number } & (
  | { readonly kind: "crash"; readonly node: number }
  /** The group on one side, all others on the other. */
  | { readonly kind: "cut"; readonly group: readonly number[] }
  /** Every link of the node is slower by so much, both ways. */
  | { readonly kind: "slow"; readonly node: number; readonly extraMs: number }
  /** All links lose so many of a thousand messages. */
  | { readonly kind: "loss"; readonly perMille: number }
);

/** A run that somebody has composed: equal scenarios give equal histories. */
export interface Scenario {
  readonly seed: number;
  /** Number of validators; f is the largest that n allows. */
  readonly n: number;
  /** Virtual seconds. */
  readonly seconds: number;
  /** Cloud region of each validator, an index of REGIONS. */
  readonly regions: readonly number[];
  /** Faulty validators by index, in order: an attacker's name or "twins". */
  readonly faulty: readonly (readonly [index: number, name: string])[];
  readonly faults: readonly PlannedFault[];
}

/** Bounds of a scenario: what a page computes in seconds and draws legibly. */
export const SCENARIO_LIMITS = { minN: 1, maxN: 26, maxSeconds: 60, maxFaults: 24 } as const;

/** Names that may stand for a faulty validator. */
export const FAULTY_NAMES: readonly string[] = [...ATTACKER_NAMES, "twins"].sort((a, b) => (a < b ? -1 : 1));

/** A scenario that cannot be run; `hint` says what can. */
export class ScenarioError extends Error {
  readonly code = "SCENARIO";
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** Throws a ScenarioError unless every value is in its bounds. */
export function checkScenario({ seed, n, seconds, regions, faulty, faults }: Scenario): void {
  const { minN, maxN, maxSeconds, maxFaults } = SCENARIO_LIMITS;
  within("seed", seed, 0, Number.MAX_SAFE_INTEGER);
  within("n", n, minN, maxN);
  within("seconds", seconds, 1, maxSeconds);
  if (regions.length !== n) throw new ScenarioError("there is not one region for each validator", "name n regions");
  for (const region of regions) within("region", region, 0, REGION_COUNT - 1);
  const seen = new Set<number>();
  for (const [index, name] of faulty) {
    within("faulty validator", index, 0, n - 1);
    if (seen.has(index)) throw new ScenarioError(`validator ${index} is faulty twice`, "give it one behaviour");
    seen.add(index);
    if (!FAULTY_NAMES.includes(name)) {
      throw new ScenarioError(`no attacker is called ${name}`, `choose one of ${FAULTY_NAMES.join(", ")}`);
    }
  }
  within("number of faults", faults.length, 0, maxFaults);
  for (const fault of faults) {
    within("end of a fault", fault.untilMs, 1, maxSeconds * 1000);
    within("beginning of a fault", fault.fromMs, 0, fault.untilMs - 1);
    if (fault.kind === "crash" || fault.kind === "slow") within("validator of a fault", fault.node, 0, n - 1);
    if (fault.kind === "slow") within("extraMs", fault.extraMs, 1, 10_000);
    if (fault.kind === "loss") within("perMille", fault.perMille, 1, 1000);
    if (fault.kind === "cut") for (const node of fault.group) within("validator of a group", node, 0, n - 1);
  }
}

function within(what: string, value: number, low: number, high: number): void {
  if (Number.isSafeInteger(value) && value >= low && value <= high) return;
  throw new ScenarioError(`${what} ${value} is out of bounds`, `give a whole number from ${low} to ${high}`);
}
