import { SdkError } from "../errors/sdkError.ts";

/** How patient a call is. */
export interface CallOptions {
  /** Milliseconds for the call with all its tries; default 30,000. */
  readonly timeoutMs?: number;
  /** Gives the call up early. */
  readonly signal?: AbortSignal;
}

/**
 * Milliseconds that a call may take when nothing else is said (kairos 18.5).
 * @example defaultTimeoutMs; // => 30_000
 */
export const defaultTimeoutMs = 30_000;
/** Tries after the first one, on UNAVAILABLE only (kairos 18.5). */
export const maxRetries = 3;

/**
 * Checks a timeout.
 * @throws SdkError CONFIGURATION for anything but a positive number of milliseconds below 2^31
 */
export function timeoutOf({ timeoutMs = defaultTimeoutMs }: CallOptions): number {
  if (Number.isFinite(timeoutMs) && timeoutMs > 0 && timeoutMs < 2 ** 31) return timeoutMs;
  throw new SdkError("CONFIGURATION", `no timeout: ${timeoutMs}`, "timeoutMs is a positive number of milliseconds");
}
