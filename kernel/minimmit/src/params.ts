import type { Millis } from "@polis/codec";
import { ConfigError } from "./errors.ts";
import type { ReplicaConfig } from "./seam/setup.ts";

/** Vote counts of one epoch (kairos 4.1). */
export interface Quorums {
  readonly n: number;
  readonly f: number;
  /** Votes of a notarization or nullification. */
  readonly m: number;
  /** Votes of a finalization. */
  readonly l: number;
}

/** A proposal carries at most this many certificates (kairos 4.4). */
export const maxProposalProofs = 66;
/** One certificate request names at most this many views (kairos 13.3). */
export const maxCertificateViews = 256;
/** One range request asks for at most this many blocks (kairos 13.3). */
export const maxRangeBlocks = 128;
/** Blocks of a range sync that may be held above the last finalized one: a page is executed while the next one comes. */
export const maxSyncAheadBlocks = 2 * maxRangeBlocks;
/** Bytes of such blocks above which no further page is asked for. */
export const maxSyncAheadBytes = 64 * 1024 * 1024;
/**
 * R28: in a page of a range sync one certificate is verified for so many blocks at the most; those below it are final as
 * its ancestors. It also bounds the headers of a finality proof from such a node (L2), and the depth of open overlays.
 */
export const maxRunBlocks = 64;
/** One request by digest names at most this many blocks (kairos 13.3). */
export const maxDigestsPerRequest = 16;
/** Blocks in one reply; with certificates and list heads the reply stays below 16 MiB (kairos 13.3). */
export const maxBlocksReplyBytes = 16 * 1024 * 1024 - 64 * 1024;
/** A certificates reply is at most this long (kairos 13.3). */
export const maxCertificatesReplyBytes = 256 * 1024;
/** Proposals for views above the current one may hold this much per sender (R31). */
export const maxFutureBytesPerSender = 4 * 1024 * 1024;
/** Proposals for views above the current one per leader (R31). */
export const maxFutureProposalsPerLeader = 4;
/** First timeout of a fetch; it doubles with each attempt up to the cap (R12). */
export const fetchTimeoutMs = 500 as Millis;
/** The cap of a fetch's timeout (R12). */
export const maxFetchTimeoutMs = 5000 as Millis;
/** Requests under way for one item (R12). */
export const maxOutstandingPerItem = 3;
/** Items that may be fetched at the same time; what is refused here is wanted again by R23. */
export const maxFetchItems = 512;
/** A body whose proposal may still be on its way is asked for after this time only. */
export const fetchGraceMs = 40 as Millis;
/** Stall rule of R23: this many views above F without a finalization are a sign of trouble. */
export const stallViews = 3;
/** A stalled replica re-broadcasts the certificates of so many last views (R23). */
export const stallProofViews = 8;
/** Evidence entries kept (R30). */
export const maxEvidence = 10_000;

/**
 * M = 2f+1 and L = n-f, after checking the relations that safety and liveness need (kairos 4.1).
 * Throws a ConfigError when a relation fails.
 * @example quorums(6, 1) // { n: 6, f: 1, m: 3, l: 5 }
 */
export function quorums(n: number, f: number): Quorums {
  if (!Number.isInteger(n) || !Number.isInteger(f) || n < 1 || f < 0) {
    throw new ConfigError("CONFIG_QUORUM", `n=${n}, f=${f} are not counts`, "give n >= 1 validators and f >= 0");
  }
  const m = 2 * f + 1;
  const l = n - f;
  if (f > 0 && n < 5 * f + 1) {
    throw new ConfigError("CONFIG_QUORUM", `n=${n} is below 5f+1 for f=${f}`, "add validators or lower f");
  }
  if (m + l <= n + f || 2 * m > l + 1) {
    throw new ConfigError("CONFIG_QUORUM", `quorums of n=${n}, f=${f} do not intersect`, "lower f");
  }
  return { n, f, m, l };
}

/** The largest f that n validators tolerate. */
export function maxFaults(n: number): number {
  return Math.max(0, Math.floor((n - 1) / 5));
}

/** Checks the relations between the numbers of a configuration (R14, R31). Throws a ConfigError. */
export function checkConfig(config: ReplicaConfig): void {
  const refuse = (what: string, hint: string): never => {
    throw new ConfigError("CONFIG_TIMING", what, hint);
  };
  if (config.viewTimeoutMs < 1) refuse("viewTimeoutMs is not positive", "set consensus.view_timeout to 2Δ");
  if (config.maxViewTimeoutMs < config.viewTimeoutMs) refuse("maxViewTimeoutMs < viewTimeoutMs", "raise the maximum");
  if (config.emptyBlockIntervalMs * 2 > config.viewTimeoutMs) {
    refuse("emptyBlockIntervalMs > viewTimeoutMs / 2 (R14)", "lower consensus.empty_block_interval");
  }
  if (config.maxViewLead < 1 || config.futureWindow < 1) refuse("max_view_lead and future_window must be >= 1", "");
  if (config.leaderMode === "random" && config.randomness !== "seed") {
    refuse("random leaders need seeds (R5)", 'set randomness = "seed"');
  }
}

/** T_j = min(T0 * 1.5^j, Tmax) in whole milliseconds, rounded down at every step (R14). */
export function timeoutAfter(backoff: number, t0: Millis, tMax: Millis): Millis {
  let t: number = t0;
  for (let j = 0; j < backoff && t < tMax; j++) t = Math.floor((t * 3) / 2);
  return Math.min(t, tMax) as Millis;
}
