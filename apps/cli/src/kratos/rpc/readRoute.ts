import { createWindowLimiter, type RouteAnswer } from "@polis/rpc";
import { kratosDialect } from "./kratosDialect.ts";
import type { KratosRpcLimits } from "./rpcLimits.ts";

const JSON_TYPE = "application/json; charset=utf-8";
const WINDOW_MS = 1_000;

/**
 * A document that is read with GET: exempt from the limits of calls, but limited to so many a second and address
 * (kratos-core 13.1).
 * @param read makes the document, in the node's own context
 */
export function readRoute(
  limits: KratosRpcLimits,
  read: () => Promise<object>,
): (client: string) => Promise<RouteAnswer> {
  const rules = {
    ...{ requests: limits.readsPerSecond, windowMs: WINDOW_MS, maxClients: limits.maxClients },
    // Whoever asks too often is told so, and no more.
    ...{ violations: Number.POSITIVE_INFINITY, banMs: WINDOW_MS },
  };
  const limiter = createWindowLimiter(rules, () => performance.now());
  return async (client) => {
    const waitMs = limiter.take(client, 1);
    if (waitMs > 0) {
      const { error } = kratosDialect.tooFast(waitMs);
      return { status: 429, type: JSON_TYPE, body: JSON.stringify({ error }), headers: { "retry-after": "1" } };
    }
    const late = Symbol("late");
    const { promise, resolve } = Promise.withResolvers<typeof late>();
    const timer = setTimeout(() => resolve(late), limits.answerTimeoutMs);
    const value = await Promise.race([read(), promise]).finally(() => clearTimeout(timer));
    if (value === late) return { status: 503, type: JSON_TYPE, body: '{"error":"no answer in time"}' };
    return { status: 200, type: JSON_TYPE, body: JSON.stringify(value) };
  };
}
