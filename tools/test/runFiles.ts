import { relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { countSkip, progress, say, type Tally } from "./tally.ts";

/** A file that takes longer hangs. */
const FILE_TIMEOUT_MS = { fast: 300_000, full: 1_800_000 };

/**
 * Runs test files, each in its own process.
 *
 * @param name what to call this part in the report
 * @param files paths from the working directory
 * @param concurrency how many at once
 * @param tally is added to
 */
export async function runFiles(
  name: string,
  files: readonly string[],
  concurrency: number,
  tier: "fast" | "full",
  tally: Tally,
): Promise<void> {
  if (files.length === 0) return;
  const before = { ...tally };
  const stream = run({ files: [...files], concurrency, timeout: FILE_TIMEOUT_MS[tier] });
  for await (const { type, data } of stream) {
    if (type === "test:fail") report(data);
    else if (type === "test:pass" && data.skip !== undefined) {
      countSkip(tally, data.skip === true ? "no reason given" : String(data.skip), where(data.file));
    } else if (type === "test:summary") {
      const seconds = (data.duration_ms / 1000).toFixed(1);
      const { passed, failed, cancelled, skipped } = data.counts;
      if (data.file !== undefined) {
        progress(`  ${where(data.file)}: ${passed} passed, ${failed + cancelled} failed, ${seconds} s`);
        continue;
      }
      tally.passed += passed;
      tally.failed += failed + cancelled;
      tally.skipped += skipped;
    }
  }
  const passed = tally.passed - before.passed;
  const failed = tally.failed - before.failed;
  say(`${name}: ${files.length} files, ${passed} passed, ${failed} failed`);
}

interface Failure {
  readonly name: string;
  readonly file?: string | undefined;
  readonly line?: number | undefined;
  readonly details: { readonly error: Error };
}

function report(failure: Failure): void {
  const { error } = failure.details;
  const cause = error.cause ?? error;
  // A suite fails because a test in it failed; that test has its own report.
  if ("failureType" in error && error.failureType === "subtestsFailed") return;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  say(
    `FAILED ${where(failure.file)}:${failure.line ?? 1} ${failure.name}\n${text.split("\n").slice(0, 60).join("\n")}\n`,
  );
}

function where(file: string | undefined): string {
  return file === undefined ? "unknown file" : relative(process.cwd(), file);
}
