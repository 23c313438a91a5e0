import { setMaxListeners } from "node:events";
import { relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { countSkip, progress, say, type Tally } from "./tally.ts";

/** Of what a file wrote before it ended badly, the last part is shown. */
const ERROR_OUTPUT_CHARS = 4_000;
/** A file that takes longer hangs. */
const FILE_TIMEOUT_MS = { fast: 420_000, full: 3_600_000 };
/** What is left to a file that hangs to say why before it is ended from outside. */
const LAST_WORDS_MS = 15_000;
/** Who waits for a run wants to know where it stands. */
const SLOW_MS = 120_000;
const PRELOADED = ["seedProperties.ts", "watchEnd.ts"];

/**
 * Runs test files, each in its own process; every one of them ends, whatever it does.
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
  const fileTimeoutMs = Number(process.env.TEST_FILE_TIMEOUT_MS ?? FILE_TIMEOUT_MS[tier]);
  process.env.TEST_FILE_TIMEOUT_MS = String(fileTimeoutMs);
  // One runner per lane would multiply the listeners that each of them adds to this process.
  setMaxListeners(0, process);
  const waiting = files.values();
  const lane = async (): Promise<void> => {
    for (const file of waiting) await runFile(file, fileTimeoutMs, tally);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  const passed = tally.passed - before.passed;
  const failed = tally.failed - before.failed;
  say(`${name}: ${files.length} files, ${passed} passed, ${failed} failed`);
}

/** Node's runner bounds the tests and not the process of a file, so that each file has a runner with a signal. */
async function runFile(file: string, fileTimeoutMs: number, tally: Tally): Promise<void> {
  const execArgv = PRELOADED.flatMap((name) => ["--import", new URL(name, import.meta.url).href]);
  const signal = AbortSignal.timeout(fileTimeoutMs + Math.min(fileTimeoutMs, LAST_WORDS_MS));
  const slow = setInterval(() => say(`still running: ${file}`), SLOW_MS);
  let errors = "";
  for await (const { type, data } of run({ files: [file], timeout: fileTimeoutMs, execArgv, signal })) {
    if (type === "test:stderr") {
      errors = `${errors}${data.message}`.slice(-ERROR_OUTPUT_CHARS);
    } else if (type === "test:fail") {
      report(data);
      if (isFileItself(data)) say(errors);
    } else if (type === "test:pass" && isFileItself(data)) {
      // A file without tests would pass for ever, whatever it was meant to prove. The summary counts it as passed.
      say(`FAILED ${where(data.file)}: the file has no tests`);
      tally.passed--;
      tally.failed++;
    } else if (type === "test:pass" && data.skip !== undefined) {
      countSkip(tally, data.skip === true ? "no reason given" : String(data.skip), where(data.file));
    } else if (type === "test:summary" && data.file === undefined) {
      const { passed, failed, cancelled, skipped } = data.counts;
      progress(`  ${file}: ${passed} passed, ${failed + cancelled} failed, ${(data.duration_ms / 1000).toFixed(1)} s`);
      tally.passed += passed;
      tally.failed += failed + cancelled;
      tally.skipped += skipped;
    }
  }
  clearInterval(slow);
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
