import type { Millis } from "@polis/codec";
import { ATTACKER_NAMES } from "../attackers/names.ts";
import { quorumOf } from "../checkers/quorumTable.ts";
import { mockThreshold } from "../mock/mockThreshold.ts";
import type { DelayModel } from "../network/delays.ts";
import { createPrng, type Prng } from "../random/prng.ts";
import {
  type Absence,
  FAULT_KINDS,
  type FaultKind,
  RANDOM_LEADERS,
  type SimReport,
  type SimulateOptions,
} from "./options.ts";
import { simulate } from "./simulate.ts";

/** Sizes of campaign networks, as often as they are listed. */
const SIZES = [6, 6, 6, 7, 7, 11, 11, 16];

/** One seed in so many is a long absence: catch-up over more views than one proposal can prove or one page can hold. */
const ABSENCE_EVERY = 40;

/** One seed in so many runs with threshold certificates and leaders drawn from their seeds (R5, K18). */
const RANDOM_LEADERS_EVERY = 9;

/** Bit flips on a disk, and a follower, in one seed of so many each. */
const CORRUPT_EVERY = 13;
const FOLLOWER_EVERY = 13;

/** Kinds of which each seed draws half. "corrupt" came later; to leave recorded seeds their histories it is not drawn. */
const DRAWN_KINDS: readonly FaultKind[] = FAULT_KINDS.filter((kind) => kind !== "corrupt");

/** What a caller may fix of a campaign seed; everything else follows from the seed. */
export type SeedOverrides = Partial<Omit<SimulateOptions, "seed">>;

/**
 * The options of campaign seed `seed`: 40 % twins, 40 % scripted attackers, 20 % faults of the environment only; of those
 * a random half is switched off (swarm).
 */
export function profileOf(seed: number, overrides: SeedOverrides = {}): SimulateOptions {
  const prng = createPrng(seed, 77);
  const isDirected = overrides.faultKinds !== undefined || overrides.faulty !== undefined;
  if (seed % ABSENCE_EVERY === ABSENCE_EVERY - 1 && !isDirected) return absenceProfile(seed, prng, overrides);
  const n = overrides.n ?? prng.pick(SIZES);
  const { f } = quorumOf(n);
  const kinds = prng.shuffled(DRAWN_KINDS).slice(0, DRAWN_KINDS.length >> 1);
  if (seed % CORRUPT_EVERY === 3) kinds.push("corrupt");
  const faultKinds = FAULT_KINDS.filter((kind) => kinds.includes(kind));
  const faulty = pickFaulty(seed, n, f, prng);
  const delay = pickDelay(prng);
  const healLossPerMille = prng.chance(250) && !isDirected ? prng.between(20, 50) : 0;
  const followers = seed % FOLLOWER_EVERY === 5 && !isDirected ? 1 : 0;
  const drawn = { seed, n, faulty, faultKinds, delay, healLossPerMille, followers };
  if (seed % RANDOM_LEADERS_EVERY !== RANDOM_LEADERS_EVERY - 4 || isDirected) return { ...drawn, ...overrides };
  return { ...drawn, schemes: mockThreshold, consensus: RANDOM_LEADERS, ...overrides };
}

/**
 * Runs one campaign seed.
 * @example runSeed(1).violations // []
 */
export function runSeed(seed: number, overrides: SeedOverrides = {}): SimReport {
  return simulate(profileOf(seed, overrides));
}

/** Small timeouts, so that hundreds of views fit into a few seconds; the faulty ones take part, then die. */
function absenceProfile(seed: number, prng: Prng, overrides: SeedOverrides): SimulateOptions {
  const n = overrides.n ?? prng.pick([6, 7, 11]);
  const { f } = quorumOf(n);
  const faulty = new Map(Array.from({ length: f }, (_, i) => [(seed + i) % n, "mortal"] as const));
  const consensus = { viewTimeoutMs: 60 as Millis, maxViewTimeoutMs: 90 as Millis, emptyBlockIntervalMs: 20 as Millis };
  const delay: DelayModel = { kind: "uniform", minUs: 500, maxUs: 4000 };
  const absence: Absence = prng.chance(500)
    ? { kind: "nullified", views: prng.between(70, 250) }
    : { kind: "finalized", views: prng.between(200, 600) };
  return { seed, n, faulty, consensus, delay, absence, healMs: 3500, ...overrides };
}

function pickFaulty(seed: number, n: number, f: number, prng: Prng): Map<number, string> {
  const faulty = new Map<number, string>();
  const kind = seed % 5;
  const count = kind === 4 ? 0 : prng.between(Math.min(1, f), f);
  const indices = prng.shuffled(Array.from({ length: n }, (_, i) => i)).slice(0, count);
  for (const index of indices) faulty.set(index, kind % 2 === 0 ? "twins" : prng.pick(ATTACKER_NAMES));
  return faulty;
}

function pickDelay(prng: Prng): DelayModel {
  switch (prng.below(4)) {
    case 0:
      return { kind: "uniform", minUs: 2000, maxUs: 30_000 };
    case 1:
      return { kind: "uniform", minUs: 5000, maxUs: 150_000 };
    case 2:
      return { kind: "heavyTail", minUs: 5000, unitUs: 15_000, maxDoublings: 5 };
    default:
      return { kind: "regions", perMille: prng.pick([400, 1000]) };
  }
}

/** Sums over many seeds: the failures and the counters that must not stay at zero. */
export interface CampaignReport {
  readonly seeds: number;
  readonly failures: readonly SimReport[];
  readonly sometimes: Readonly<Record<string, number>>;
  readonly simulatedMs: number;
  readonly events: number;
}

/**
 * Runs `count` seeds from `first` on and sums up. Workers split a campaign by ranges and add the reports with
 * `mergeCampaigns`.
 */
export function campaign(first: number, count: number, overrides: SeedOverrides = {}): CampaignReport {
  let total: CampaignReport = { seeds: 0, failures: [], sometimes: {}, simulatedMs: 0, events: 0 };
  for (let seed = first; seed < first + count; seed++) {
    const report = runSeed(seed, overrides);
    const { sometimes, simulatedMs, events } = report;
    const failures = report.violations.length > 0 ? [report] : [];
    total = mergeCampaigns(total, { seeds: 1, failures, sometimes, simulatedMs, events });
  }
  return total;
}

/** Adds two campaign reports. */
export function mergeCampaigns(a: CampaignReport, b: CampaignReport): CampaignReport {
  const sometimes: Record<string, number> = { ...a.sometimes };
  for (const [event, count] of Object.entries(b.sometimes)) sometimes[event] = (sometimes[event] ?? 0) + count;
  return {
    seeds: a.seeds + b.seeds,
    failures: [...a.failures, ...b.failures],
    sometimes,
    simulatedMs: a.simulatedMs + b.simulatedMs,
    events: a.events + b.events,
  };
}

/** Kinds of faults by name; `all` of them or `none`. */
export function faultKindsOf(which: "all" | "none"): readonly FaultKind[] {
  return which === "all" ? FAULT_KINDS : [];
}
