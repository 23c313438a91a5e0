import { type Digest, digestOf, type Height, height, quantityOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { type LogCriteria, matchesLog, mayMatch } from "../api/logCriteria.ts";
import { logJson } from "../api/logJson.ts";
import { type Answer, type Json, refusal, result } from "../api/method.ts";
import { PrunedHistoryError } from "../api/prunedHistoryError.ts";
import type { StoredHeader } from "../ledger/types.ts";
import type { Receipt } from "../receipt/encodeReceipt.ts";

/** A query for logs of finalized blocks; both ends included. */
export interface LogsJob {
  readonly kind: "logs";
  readonly from: Height;
  readonly to: Height;
  readonly criteria: LogCriteria;
  readonly maxRange: number;
  readonly maxResults: number;
}

/** Finalized blocks as a log query reads them. */
export interface LogWorld {
  /** Lowest height, genesis aside, whose block is kept (kairos 6.4). */
  lowestHeight(): Height;
  headerAt(at: Height): StoredHeader | undefined;
  receiptsAt(at: Height): readonly Receipt[] | undefined;
  /** Envelopes of a block's transactions. */
  envelopes(block: Digest): readonly Uint8Array[] | undefined;
  /** Heights that may hold matching logs, ascending: an index that says too much, never too little. */
  heightsWithLogs(from: Height, to: Height, criteria: LogCriteria): Iterable<Height>;
  expired(): boolean;
}

/**
 * Answers `eth_getLogs`: the same as looking at every log of every block, but blocks that the index or the header's bloom
 * rule out are not read. Over a limit it says which range would fit (kairos J5); nothing is cut off silently.
 */
export function findLogs(world: LogWorld, job: LogsJob): Answer {
  if (job.to - job.from >= job.maxRange) return rangeTooWide(job);
  const found: Json[] = [];
  // An answer without the dropped blocks would say that they had no such logs.
  if (job.from < world.lowestHeight())
    throw new PrunedHistoryError(`a log from block ${job.from} on`, world.lowestHeight());
  for (const at of world.heightsWithLogs(job.from, job.to, job.criteria)) {
    if (world.expired()) return overLimit(job, beforeOf(job, at), "the query took too long");
    const stored = world.headerAt(at);
    if (stored === undefined || !mayMatch(job.criteria, stored.header.logsBloom)) continue;
    logsOfBlock(world, stored, job.criteria, found);
    if (found.length > job.maxResults) {
      return overLimit(job, beforeOf(job, at), `the query has more than ${job.maxResults} results`);
    }
  }
  return result(found);
}

/** The refusal of a query over too many heights (kairos J5); it needs no look at the chain. */
export function rangeTooWide(job: LogsJob): Answer {
  return overLimit(job, height(job.from + job.maxRange - 1), `the limit is ${job.maxRange} blocks`);
}

/** Adds the matching logs of one block. */
function logsOfBlock(world: LogWorld, stored: StoredHeader, criteria: LogCriteria, found: Json[]): void {
  const receipts = world.receiptsAt(stored.header.number) ?? [];
  let logIndex = 0;
  let envelopes: readonly Uint8Array[] | undefined;
  for (const [index, { logs }] of receipts.entries()) {
    let hash: Digest | undefined;
    for (const log of logs) {
      const at = logIndex++;
      if (!matchesLog(criteria, log)) continue;
      envelopes ??= world.envelopes(stored.digest);
      hash ??= digestOf(keccak256(envelopes![index]!));
      found.push(logJson(log, { block: stored, hash, index }, at));
    }
  }
}

/** The last height that was looked at wholly; the first one of the query when there is none. */
function beforeOf(job: LogsJob, at: Height): Height {
  return height(Math.max(job.from, at - 1));
}

function overLimit(job: LogsJob, to: Height, why: string): Answer {
  return refusal(-32005, `log query over the limit: ${why}`, {
    maxRange: quantityOf(job.maxRange),
    requestedRange: quantityOf(job.to - job.from + 1),
    suggestedRange: { fromBlock: quantityOf(job.from), toBlock: quantityOf(to) },
  });
}
