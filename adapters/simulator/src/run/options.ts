import type { Millis } from "@polis/codec";
import type { ReplicaConfig } from "@polis/minimmit";
import type { DelayModel } from "../network/delays.ts";
import type { LedgerSetup, SchemeFactory, Violation } from "../types.ts";

/** Kinds of faults of the environment; each seed of a campaign uses a random half of them. */
export const FAULT_KINDS = [
  "partition",
  "asymmetric",
  "hold",
  "loss",
  "duplicate",
  "reorder",
  "slowLink",
  "bandwidth",
  "crash",
  "crashAtBoundary",
  "restartAll",
  "pause",
  "clockRate",
  "wallSkew",
  "slowDisk",
  "diskFull",
  "slowExecution",
  "wipe",
  "corrupt",
] as const;

/** One of FAULT_KINDS. */
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Who is faulty: validator index to the name of its attacker; "twins" runs the same key twice. */
export type FaultyValidators = ReadonlyMap<number, string>;

/** What laggards miss: views that all end in nullifications, or views with final blocks; and how many. */
export interface Absence {
  readonly kind: "nullified" | "finalized";
  readonly views: number;
}

/** One run, completely: equal options give equal histories. */
export interface SimulateOptions {
  readonly seed: number;
  /** Number of validators; f is the largest that n allows. */
  readonly n: number;
  readonly faulty?: FaultyValidators;
  readonly faultKinds?: readonly FaultKind[];
  /** Nodes without keys that follow the chain (N17); they too must agree and reach the tip. */
  readonly followers?: number;
  readonly chaosMs?: number;
  /** Instead of random chaos: honest laggards miss a long stretch of the history (testing T11, T20, Z21). */
  readonly absence?: Absence;
  readonly healMs?: number;
  /** Loss that stays in the healed phase: links are fair, not perfect. */
  readonly healLossPerMille?: number;
  readonly delay?: DelayModel;
  readonly consensus?: Partial<Omit<ReplicaConfig, "genesis" | "epoch">>;
  /** The chain under test; the mock chain when absent. */
  readonly ledger?: LedgerSetup;
  /** Signatures; the mock scheme when absent. */
  readonly schemes?: SchemeFactory;
  /** Encodes and decodes every message, so that the run includes the wire format. */
  readonly wire?: boolean;
}

/** What a run found. */
export interface SimReport {
  readonly seed: number;
  readonly n: number;
  readonly f: number;
  /** Attackers by validator, as text, and fault kinds. */
  readonly profile: string;
  /** Fingerprint of the whole history: equal for equal options. */
  readonly hash: string;
  readonly violations: readonly Violation[];
  readonly finalizedHeight: number;
  readonly highestView: number;
  readonly events: number;
  readonly messages: number;
  readonly simulatedMs: number;
  readonly restarts: number;
  /** Counts of SOMETIMES. */
  readonly sometimes: Readonly<Record<string, number>>;
  /** Charges of honest nodes against honest nodes, by fault code: not a violation, but worth a look. */
  readonly honestReports: Readonly<Record<string, number>>;
}

/** Timing for simulations: T0 well above twice the healed network's delay, caps that let a heal phase of seconds recover. */
export const SIM_CONSENSUS = {
  leaderMode: "round-robin",
  randomness: "hash",
  viewTimeoutMs: 400 as Millis,
  maxViewTimeoutMs: 1600 as Millis,
  minBlockIntervalMs: 0 as Millis,
  emptyBlockIntervalMs: 100 as Millis,
  maxViewLead: 64,
  futureWindow: 256,
  skipInactiveViews: 32,
  maxClockDriftFutureMs: 1000 as Millis,
  maxClockDriftPastMs: 30_000 as Millis,
} as const satisfies Omit<ReplicaConfig, "genesis" | "epoch">;

/** Random leaders from the seeds of the threshold scheme (R5, K18): to be run with `mockThreshold` or `thresholdScheme`. */
export const RANDOM_LEADERS = { leaderMode: "random", randomness: "seed" } as const;
