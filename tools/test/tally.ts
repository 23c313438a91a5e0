/** What a run has counted so far. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Tests that did not run, by reason. */
  readonly reasons: Map<string, { count: number; example: string }>;
}

/** A tally of nothing. */
export function emptyTally(): Tally {
  return { passed: 0, failed: 0, skipped: 0, reasons: new Map() };
}

/** Counts one part that is not a file of tests, and prints it. */
export function countPart(tally: Tally, name: string, ok: boolean, seconds: number, output: string): void {
  if (ok) tally.passed++;
  else tally.failed++;
  if (ok) progress(`${name}: ok, ${seconds.toFixed(1)} s`);
  else say(`${name}: FAILED, ${seconds.toFixed(1)} s\n${output.trim()}`);
}

/** Remembers why a test did not run. */
export function countSkip(tally: Tally, reason: string, example: string): void {
  const known = tally.reasons.get(reason);
  if (known === undefined) tally.reasons.set(reason, { count: 1, example });
  else known.count++;
}

/** The end of the report. The last line stands alone and is for machines. */
export function printTally(tally: Tally, seconds: number): void {
  for (const [reason, { count, example }] of tally.reasons)
    say(`not run: ${reason} (${count}, for example ${example})`);
  say(`finished in ${seconds.toFixed(1)} s`);
  say(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
}

/** A line that is always printed. */
export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A line that only a person watching a terminal wants. */
export function progress(line: string): void {
  if (process.stdout.isTTY) say(line);
}
