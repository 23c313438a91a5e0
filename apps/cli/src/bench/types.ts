/** One row of the benchmark table. */
export interface BenchResult {
  readonly name: string;
  /** The goal in words, as the project promises it. */
  readonly goal: string;
  /** The measured figures, by name with the unit last. */
  readonly measured: Readonly<Record<string, number | string | boolean | null>>;
  /** Whether the goal is met; undefined where the goal is only to print. */
  readonly met: boolean | undefined;
  /** Why it is missed, or what the figures rest on. */
  readonly note?: string;
}

export interface BenchContext {
  /** Shorter runs with the same code, for a quick look. Results of a quick run are not for publishing. */
  readonly quick: boolean;
  /** Lets the memory benchmark run for an hour. */
  readonly hour: boolean;
  /** An empty folder for data; removed afterwards. */
  readonly dir: string;
  /** The program's entry file, for benchmarks that start processes. */
  readonly program: string;
  /** Progress for a person. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** One benchmark: some give several rows. */
export interface Benchmark {
  readonly name: string;
  readonly run: (context: BenchContext) => Promise<readonly BenchResult[]>;
}
