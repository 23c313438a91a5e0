/** Where a progress line goes: standard error of a terminal, or a test. */
export interface ProgressTarget {
  readonly isTTY?: boolean | undefined;
  write(text: string): unknown;
}

/** How far a long command is. */
export interface ProgressLine {
  /** @param done of `total`, in the unit of the line */
  update(done: number, total: number): void;
  /** Clears the line. */
  end(): void;
}

const everyMs = 200;

/**
 * A line that shows share, rate and time left, on a terminal only: nothing is written into a pipe.
 * @param label what is being done
 * @param unit what is counted; "bytes" is shown in MB
 * @example
 * const line = createProgressLine(process.stderr, "backing up", "rows");
 * line.update(1_000, 9_000); // backing up 11 %  4,200 rows/s  2 s left
 */
export function createProgressLine(
  target: ProgressTarget,
  label: string,
  unit: string,
  nowMs: () => number = () => performance.now(),
): ProgressLine {
  if (target.isTTY !== true) return { update: () => undefined, end: () => undefined };
  const startMs = nowMs();
  let shownMs = Number.NEGATIVE_INFINITY;
  let width = 0;
  return {
    update(done, total) {
      const now = nowMs();
      if (now - shownMs < everyMs) return;
      shownMs = now;
      const text = `${label} ${progressText({ done, total, elapsedMs: now - startMs, unit })}`;
      target.write(`\r${text.padEnd(width)}`);
      width = text.length;
    },
    end() {
      if (width > 0) target.write(`\r${" ".repeat(width)}\r`);
      width = 0;
    },
  };
}

/** How far, how fast, how long. */
export interface ProgressFacts {
  readonly done: number;
  readonly total: number;
  readonly elapsedMs: number;
  readonly unit: string;
}

/** Share, rate and time left as a person reads them. */
export function progressText({ done, total, elapsedMs, unit }: ProgressFacts): string {
  const share = total === 0 ? 100 : Math.min(100, Math.floor((100 * done) / total));
  const perSecond = elapsedMs === 0 ? 0 : (1_000 * done) / elapsedMs;
  const rate =
    unit === "bytes"
      ? `${(perSecond / 1e6).toFixed(1)} MB/s`
      : `${Math.round(perSecond).toLocaleString("en")} ${unit}/s`;
  const left = perSecond === 0 ? "" : `  ${secondsText(Math.ceil(Math.max(0, total - done) / perSecond))} left`;
  return `${share} %  ${rate}${left}`;
}

function secondsText(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}
