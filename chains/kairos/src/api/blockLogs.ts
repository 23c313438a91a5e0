import type { Log } from "../receipt/log.ts";
import type { ApiBlock } from "./backend.ts";
import type { LogCriteria } from "./logCriteria.ts";
import { logJson } from "./logJson.ts";
import type { Json } from "./method.ts";

/** A log of a finalized block, with one JSON object for all who get it. */
export interface BlockLog {
  /** Position among all logs of the block. */
  readonly at: number;
  readonly log: Log;
  json(): Json;
}

/** The logs of one block, by what they can be asked for. */
export interface BlockLogs {
  /** Logs among which all matching ones are, in their order. */
  candidates(criteria: LogCriteria): readonly BlockLog[];
}

const known = new WeakMap<ApiBlock, BlockLogs>();

/**
 * Indexes the logs of a block once for all subscribers: a block has thousands of logs and a node thousands of
 * subscribers, and most of them wait for few.
 */
export function blockLogs(block: ApiBlock): BlockLogs {
  const found = known.get(block);
  if (found !== undefined) return found;
  const all: BlockLog[] = [];
  const byKey = new Map<string, BlockLog[]>();
  for (const [index, { logs }] of block.receipts().entries()) {
    for (const log of logs) {
      const one = blockLog(block, log, index, all.length);
      all.push(one);
      for (const key of new Set<string>([log.address, ...log.topics])) {
        const list = byKey.get(key);
        if (list === undefined) byKey.set(key, [one]);
        else list.push(one);
      }
    }
  }
  const made: BlockLogs = { candidates: (criteria) => smallestGroup(byKey, criteria) ?? all };
  known.set(block, made);
  return made;
}

function blockLog(block: ApiBlock, log: Log, index: number, at: number): BlockLog {
  let json: Json | undefined;
  return {
    at,
    log,
    json() {
      json ??= logJson(log, { block, hash: block.decoded()[index]!.hash, index }, at);
      return json;
    },
  };
}

/** The fewest logs that one of the criteria leaves, in order; undefined when they ask for nothing. */
function smallestGroup(
  byKey: ReadonlyMap<string, BlockLog[]>,
  { addresses, topics }: LogCriteria,
): readonly BlockLog[] | undefined {
  let best: readonly BlockLog[][] | undefined;
  for (const group of [addresses, ...topics] as readonly (readonly string[])[]) {
    if (group.length === 0) continue;
    const lists = group.map((key) => byKey.get(key)).filter((list) => list !== undefined);
    if (best === undefined || total(lists) < total(best)) best = lists;
  }
  if (best === undefined || best.length === 1) return best?.[0];
  // A log can stand in several lists, with different topics.
  return [...new Set(best.flat())].sort((a, b) => a.at - b.at);
}

function total(lists: readonly BlockLog[][]): number {
  return lists.reduce((sum, list) => sum + list.length, 0);
}
