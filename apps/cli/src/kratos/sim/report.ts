import type { Violation } from "./checkers/judge.ts";

/** What a run of the simulator says. */
export interface SimReport {
  readonly seed: number;
  /** Of everything that happened: the same seed and options give the same. */
  readonly hash: string;
  readonly height: number;
  readonly finalizedHeight: number;
  /** Security states in the order in which they were entered. */
  readonly states: readonly string[];
  readonly violations: readonly Violation[];
  /** How often what was reached. */
  readonly sometimes: Readonly<Record<string, number>>;
}
