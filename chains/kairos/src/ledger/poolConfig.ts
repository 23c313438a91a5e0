import { millis } from "@polis/codec";
import type { PoolConfig } from "@polis/mempool";

/**
 * The pool's limits of kairos 11.3.
 * @param feeFloor `fees.floor` of genesis, below which no transaction could ever be included
 * @param changes limits that the operator has set
 */
export function defaultPoolConfig(feeFloor: bigint, changes: Partial<PoolConfig> = {}): PoolConfig {
  return {
    maxTransactions: 50_000,
    maxBytes: 256 * 1024 * 1024,
    maxPendingPerSender: 1_024,
    maxQueuedPerSender: 64,
    maxPerFeePayer: 256,
    maxNonceGap: 64,
    minFeeCap: feeFloor,
    minReplacementBumpPercent: 10,
    ttlMs: millis(3 * 60 * 60 * 1000),
    ...changes,
  };
}
