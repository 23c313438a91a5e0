import type { Fault } from "@polis/codec";

type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: Fault };

/** The value of a result that a test expects to be good; throws with the fault's code and detail otherwise. */
export function expectOk<T>(result: Outcome<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.fault.code}: ${result.fault.detail}`);
}

/** The code of a fault, or "ok". */
export function codeOf(result: Outcome<unknown>): string {
  return result.ok ? "ok" : result.fault.code;
}
