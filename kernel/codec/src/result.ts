/** What to do about a peer that sent something wrong: keep the message for later, drop it, or charge the peer. */
export type Verdict = "wait" | "ignore" | "punish";

/** A peer's fault as a value. Codes are literals, listed in the `errors.ts` of each package. */
export interface Fault<C extends string = string> {
  readonly code: C;
  readonly verdict: Verdict;
  readonly detail?: string;
}

/** The outcome of anything that reads what a peer sent: it never throws. */
export type Result<T, F extends Fault = Fault> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly fault: F };

/**
 * Wraps a good value.
 * @example ok(1) // { ok: true, value: 1 }
 */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/**
 * Makes a fault. The verdict defaults to "punish": most faults of a decoder cannot come from a correct peer.
 * @example fault("RLP_TRAILING_BYTES")
 */
export function fault<C extends string>(
  code: C,
  verdict: Verdict = "punish",
  detail?: string,
): { readonly ok: false; readonly fault: Fault<C> } {
  return { ok: false, fault: detail === undefined ? { code, verdict } : { code, verdict, detail } };
}
