import { slope } from "./stats.ts";

/** Resident memory of one process at one moment. */
export interface MemorySample {
  readonly node: number;
  readonly atMs: number;
  readonly bytes: number;
}

/** What the processes of one run took, in MiB. */
export interface MemoryFigures {
  /** The largest of all samples. */
  readonly largestMb: number;
  /** The largest of the processes' last samples. */
  readonly largestEndMb: number;
  /** Of the process that grows most, over the second half of the time. */
  readonly slopeMbPerMinute: number;
}

const MB = 1024 * 1024;

/**
 * Sums up what the processes of a run took.
 * @param samples of every process, in order of time
 */
export function memoryOf(samples: readonly MemorySample[]): MemoryFigures {
  const nodes = [...new Set(samples.map(({ node }) => node))];
  const half = Math.max(0, ...samples.map(({ atMs }) => atMs)) / 2;
  const slopes = nodes.map((node) =>
    slope(samples.filter((s) => s.node === node && s.atMs >= half).map((s) => [s.atMs / 60_000, s.bytes / MB])),
  );
  const ends = nodes.map((node) => samples.findLast((s) => s.node === node)?.bytes ?? 0);
  return {
    largestMb: Math.max(0, ...samples.map(({ bytes }) => bytes)) / MB,
    largestEndMb: Math.max(0, ...ends) / MB,
    slopeMbPerMinute: slopes.length > 0 ? Math.max(...slopes) : 0,
  };
}
