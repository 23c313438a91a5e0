import { createContextKey } from "@connectrpc/connect";
import { createRateLimiter } from "../rateLimiter.ts";
import type { RefuseCall } from "./callErrors.ts";
import type { ConnectLimits } from "./connectLimits.ts";

/** Who calls. */
export interface ConnectCaller {
  /** Address of the client, whose tokens pay. */
  readonly client: string;
  /** Whether the call has been let in already. */
  readonly isAdmitted: boolean;
  /** Calls `release` once the response is over, however it ends. */
  onEnd(release: () => void): void;
}

/** Where a call's context keeps its caller. */
export const callerKey = createContextKey<ConnectCaller>({
  client: "unknown",
  isAdmitted: false,
  onEnd: () => undefined,
});

/** What lets calls in: rate and streams of one client (kairos G4). Both throw the refusal. */
export interface CallGate {
  /** Takes the price of a call. */
  enter(client: string): void;
  /** Takes a place among the client's streams. @returns how to give it back */
  openStream(client: string): () => void;
}

/** Makes the gate of one server. */
export function createCallGate(limits: ConnectLimits, refuse: RefuseCall, nowMs: () => number): CallGate {
  const { rateLimitPerSecond, rateLimitBurst, maxTrackedClients, maxStreamsPerClient } = limits;
  const limiter = createRateLimiter(rateLimitPerSecond, rateLimitBurst, maxTrackedClients, nowMs);
  const streams = new Map<string, number>();
  const release = (client: string) => {
    const left = (streams.get(client) ?? 1) - 1;
    if (left === 0) streams.delete(client);
    else streams.set(client, left);
  };
  return {
    enter(client) {
      const waitMs = limiter.take(client, 1);
      if (waitMs > 0) throw refuse("rate", `too many requests: try again in ${waitMs} ms`);
    },
    openStream(client) {
      const open = streams.get(client) ?? 0;
      if (open >= maxStreamsPerClient) {
        throw refuse("streams", `one client may have ${maxStreamsPerClient} streams at a time`);
      }
      streams.set(client, open + 1);
      return () => release(client);
    },
  };
}
