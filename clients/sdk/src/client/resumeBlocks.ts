import { KairosError } from "../errors/kairosError.ts";
import { abortWith } from "../rpc/abortWith.ts";
import { jitter, pause } from "../rpc/retry.ts";
import type { NodeLink } from "./nodeLink.ts";
import type { Block } from "./types.ts";

/** How a stream of blocks is to be followed. */
export interface FollowOptions {
  /** Ends the stream. Leaving the loop does the same. */
  readonly signal?: AbortSignal;
  /** Told of every broken connection, before it is made again. */
  readonly onBreak?: (error: unknown) => void;
}

const firstPauseMs = 100;
const longestPauseMs = 5_000;
/** Silence after which the node is asked whether the stream still tells everything. */
const silenceMs = 20_000;

/**
 * Final blocks from a height on, each exactly once and in order, over as many connections as it takes (kairos G6): a broken
 * stream goes on behind the last block that the caller has seen.
 */
export async function* resumeBlocks(
  link: NodeLink,
  from: number,
  full: boolean,
  { signal, onBreak }: FollowOptions,
): AsyncGenerator<Block> {
  const ending = new AbortController();
  const release = abortWith(ending, signal);
  const ends = ending.signal;
  let next = from;
  let failures = 0;
  try {
    while (!ends.aborted) {
      try {
        for await (const block of watched(link, next, full, ends)) {
          // A node that repeats is passed over; one that leaves out is not believed.
          if (block.height < next) continue;
          if (block.height > next) throw new KairosError("UNAVAILABLE", `block ${next} was left out`);
          next++;
          failures = 0;
          yield block;
        }
      } catch (error) {
        if (ends.aborted) return;
        if (!mayResume(error)) throw error;
        onBreak?.(error);
      }
      await pause(jitter(Math.min(longestPauseMs, firstPauseMs * 2 ** failures++)), ends);
    }
  } finally {
    release();
    ending.abort();
  }
}

/** One connection, given up when it is silent while the chain goes on. */
async function* watched(link: NodeLink, from: number, full: boolean, signal: AbortSignal): AsyncGenerator<Block> {
  const connection = new AbortController();
  const release = abortWith(connection, signal);
  const ends = connection.signal;
  const blocks = link.follow(from, full, ends)[Symbol.asyncIterator]();
  let next = from;
  let silence: ReturnType<typeof setTimeout> | undefined;
  const listen = () => {
    clearTimeout(silence);
    const own = setTimeout(async () => {
      const tip = await link.block("latest", false, { signal: ends }).catch(() => undefined);
      // The stream has spoken while the node was asked, or is over: nothing is left to listen for.
      if (silence !== own) return;
      if (tip === undefined || tip.height < next) listen();
      else connection.abort(new KairosError("UNAVAILABLE", "the stream is silent while the chain goes on"));
    }, silenceMs);
    silence = own;
  };
  const hear = () => {
    clearTimeout(silence);
    silence = undefined;
  };
  try {
    for (;;) {
      listen();
      const { done, value } = await blocks.next();
      hear();
      if (done) return;
      next = value.height + 1;
      yield value;
    }
  } catch (error) {
    throw connection.signal.aborted ? connection.signal.reason : error;
  } finally {
    hear();
    release();
    connection.abort();
  }
}

/** Broken connections, a node that is not ready, and a stream that ended because we were too slow (kairos G6). */
function mayResume(error: unknown): boolean {
  if (!(error instanceof KairosError)) return false;
  return error.isUnavailable || error.codeName === "LIMIT_EXCEEDED" || error.codeName === "TIMEOUT";
}
