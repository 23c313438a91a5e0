import type { Epoch, Millis } from "@polis/codec";
import type { ReplicaConfig } from "../seam/setup.ts";
import { mockGenesis } from "./mockBlock.ts";

/** A configuration for tests: T0 = 400 ms, empty blocks after 100 ms, everything else at its default. */
export function testConfig(change: Partial<ReplicaConfig> = {}): ReplicaConfig {
  return {
    epoch: 0 as Epoch,
    genesis: mockGenesis(),
    leaderMode: "round-robin",
    randomness: "hash",
    viewTimeoutMs: 400 as Millis,
    maxViewTimeoutMs: 12_000 as Millis,
    minBlockIntervalMs: 0 as Millis,
    emptyBlockIntervalMs: 100 as Millis,
    maxViewLead: 64,
    futureWindow: 256,
    skipInactiveViews: 32,
    maxClockDriftFutureMs: 1000 as Millis,
    maxClockDriftPastMs: 30_000 as Millis,
    ...change,
  };
}
