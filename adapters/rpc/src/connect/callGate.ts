import { createContextKey, type HandlerContext } from "@connectrpc/connect";
import { createRateLimiter } from "../rateLimiter.ts";
import type { RefuseCall } from "./callErrors.ts";
import type { ConnectLimits } from "./connectLimits.ts";

/** Who calls. */
export interface ConnectCaller {
  /** Address of the client, whose tokens pay. */
  readonly client: string;
  /** Calls `release` once the response is over, however it ends. */
  onEnd(release: () => void): void;
}

/** Where a call's context keeps its caller. */
export const callerKey = createContextKey<ConnectCaller>({ client: "unknown", onEnd: () => undefined });

/**
 * Makes the check that runs before a request's body is read: rate and streams of one client (kairos G4).
 * @returns a function that throws the refusal
 */
export function createCallGate(
  limits: ConnectLimits,
  refuse: RefuseCall,
  nowMs: () => number,
): (context: HandlerContext) => void {
  const { rateLimitPerSecond, rateLimitBurst, maxTrackedClients, maxStreamsPerClient } = limits;
  const limiter = createRateLimiter(rateLimitPerSecond, rateLimitBurst, maxTrackedClients, nowMs);
  const streams = new Map<string, number>();
  const release = (client: string) => {
    const left = (streams.get(client) ?? 1) - 1;
    if (left === 0) streams.delete(client);
    else streams.set(client, left);
  };
  return (context) => {
    const caller = context.values.get(callerKey);
    const waitMs = limiter.take(caller.client, 1);
    if (waitMs > 0) throw refuse("rate", `too many requests: try again in ${waitMs} ms`);
    if (context.method.methodKind === "unary") return;
    const open = streams.get(caller.client) ?? 0;
    if (open >= maxStreamsPerClient) {
      throw refuse("streams", `one client may have ${maxStreamsPerClient} streams at a time`);
    }
    streams.set(caller.client, open + 1);
    caller.onEnd(() => release(caller.client));
  };
}
