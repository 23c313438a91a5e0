import { relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { countSkip, progress, say, type Tally } from "./tally.ts";

/** Of what a file wrote before it ended badly, the last part is shown. */
const ERROR_OUTPUT_CHARS = 4_000;
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
  const execArgv = ["--import", new URL("seedProperties.ts", import.meta.url).href];
  const stream = run({ files: [...files], concurrency, timeout: FILE_TIMEOUT_MS[tier], execArgv });
  const errors = new Map<string, string>();
  for await (const { type, data } of stream) {
    if (type === "test:stderr") {
      errors.set(data.file, `${errors.get(data.file) ?? ""}${data.message}`.slice(-ERROR_OUTPUT_CHARS));
    } else if (type === "test:fail") {
      report(data);
      if (isFileItself(data)) say(errors.get(data.file!) ?? "");
    } else if (type === "test:pass" && isFileItself(data)) {
      // A file without tests would pass for ever, whatever it was meant to prove. The summary counts it as passed.
      say(`FAILED ${where(data.file)}: the file has no tests`);
      tally.passed--;
      tally.failed++;
    } else if (type === "test:pass" && data.skip !== undefined) {
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

/** Node reports a file as a test of its own when it has none, or when it ends badly. */
function isFileItself(data: { readonly name: string; readonly file?: string | undefined }): boolean {
  return data.file !== undefined && (data.name === data.file || data.name === where(data.file));
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
