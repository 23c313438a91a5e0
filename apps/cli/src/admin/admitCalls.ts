import { Code } from "@connectrpc/connect";
import type { Logger, Metrics } from "@polis/ports";
import { callError } from "../grpc/callError.ts";
import { sameToken } from "./token.ts";

/** What the gate of the admin interface is made of. */
export interface AdmitOptions {
  readonly token: string;
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
}

/** Wrong tokens that are answered as such; then one more each second. */
const burst = 10;
const refillMs = 1_000;
const scheme = "bearer ";
const maxHeader = 2_048;

/**
 * Lets calls with the right token pass. Wrong ones are counted and logged, and beyond a rate only counted and refused as too
 * many. A right token always passes: it has 256 bits, and a stranger must not be able to lock the operator out.
 * @returns a function that throws UNAUTHENTICATED or RESOURCE_EXHAUSTED
 */
export function admitCalls({ token, metrics, logger, nowMs }: AdmitOptions): (header: Headers) => void {
  let left = burst;
  let at = nowMs();
  const mayAnswer = (): boolean => {
    const now = nowMs();
    left = Math.min(burst, left + (now - at) / refillMs);
    at = now;
    if (left < 1) return false;
    left--;
    return true;
  };
  return (header) => {
    const given = header.get("authorization") ?? "";
    const isBearer = given.length <= maxHeader && given.slice(0, scheme.length).toLowerCase() === scheme;
    if (isBearer && sameToken(token, given.slice(scheme.length).trim())) return;
    if (!mayAnswer()) {
      metrics.count("admin_refused_total", 1, { reason: "rate" });
      throw callError("LIMIT_EXCEEDED", "too many calls with a wrong token");
    }
    metrics.count("admin_refused_total", 1, { reason: given === "" ? "absent" : "wrong" });
    logger.log("warn", "a call of the admin interface was refused: its token is absent or wrong");
    const message = "the admin interface wants the header `authorization: Bearer <token of admin.token_file>`";
    throw callError("INVALID_SIGNATURE", message, { status: Code.Unauthenticated });
  };
}
