import { KairosError } from "../errors/kairosError.ts";
import { abortWith } from "./abortWith.ts";
import { type CallOptions, maxRetries, timeoutOf } from "./callOptions.ts";

/** Longest pause before the first retry; it doubles with each, and jitter takes a random part of it. */
const firstPauseMs = 200;

/** What the tries of one call share. */
export interface Attempt {
  /** Ends when the time is over or the caller leaves. */
  readonly signal: AbortSignal;
  /** Milliseconds that are left. */
  leftMs(): number;
}

/**
 * Runs a call within its time, and again up to three times when nobody answered (kairos 18.5). Nothing else is tried
 * again: a refusal stays a refusal, and what was submitted twice is ALREADY_KNOWN.
 * @param retries 0 for what tries again inside
 * @throws KairosError TIMEOUT when the time is over; what `run` threw last otherwise
 * @example await withRetries({ timeoutMs: 1_000 }, async () => 7); // => 7
 */
export async function withRetries<T>(
  options: CallOptions,
  run: (attempt: Attempt) => Promise<T>,
  retries = maxRetries,
): Promise<T> {
  const timeoutMs = timeoutOf(options);
  const endsAt = performance.now() + timeoutMs;
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  const release = abortWith(timeout, options.signal);
  const { signal } = timeout;
  const attempt: Attempt = { signal, leftMs: () => Math.max(1, Math.ceil(endsAt - performance.now())) };
  try {
    for (let tries = 0; ; tries++) {
      try {
        return await run(attempt);
      } catch (error) {
        options.signal?.throwIfAborted();
        if (timeout.signal.aborted) throw timedOut(timeoutMs, error);
        if (!(error instanceof KairosError) || !error.isUnavailable || tries >= retries) throw error;
        await pause(jitter(firstPauseMs * 2 ** tries), signal);
        options.signal?.throwIfAborted();
        if (timeout.signal.aborted) throw timedOut(timeoutMs, error);
      }
    }
  } finally {
    clearTimeout(timer);
    release();
  }
}

function timedOut(timeoutMs: number, cause: unknown): KairosError {
  if (cause instanceof KairosError && cause.codeName === "TIMEOUT") return cause;
  return new KairosError("TIMEOUT", `no result within ${timeoutMs} ms`, { cause });
}

/** A random time from half of `ms` to `ms`, so that many clients of one node do not come back together. */
export function jitter(ms: number): number {
  const [random] = crypto.getRandomValues(new Uint32Array(1));
  return ms / 2 + (ms / 2) * (random! / 2 ** 32);
}

/** Waits, or stops waiting at once when the signal ends; never throws. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
