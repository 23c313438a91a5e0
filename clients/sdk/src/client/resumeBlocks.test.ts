import assert from "node:assert/strict";
import { test } from "node:test";
import { KairosError, type KairosErrorName } from "../errors/kairosError.ts";
import type { NodeLink } from "./nodeLink.ts";
import { resumeBlocks } from "./resumeBlocks.ts";
import type { Block } from "./types.ts";

const blockAt = (height: number) => ({ height }) as Block;

/** A node whose n-th connection tells the n-th list of heights, and then ends or fails. */
function linkOf(connections: readonly (readonly (number | KairosErrorName)[])[]) {
  const asked: number[] = [];
  const link = {
    async *follow(from: number) {
      const told = connections[asked.length] ?? [];
      asked.push(from);
      for (const one of told) {
        if (typeof one === "string") throw new KairosError(one, one);
        yield blockAt(one);
      }
    },
  } as Partial<NodeLink> as NodeLink;
  return { link, asked };
}

async function take(link: NodeLink, from: number, count: number, breaks: unknown[] = []): Promise<readonly number[]> {
  const seen: number[] = [];
  for await (const { height } of resumeBlocks(link, from, false, { onBreak: (error) => breaks.push(error) })) {
    seen.push(height);
    if (seen.length === count) break;
  }
  return seen;
}

test("repeated blocks are passed over, and left out ones are asked for again", async () => {
  const { link, asked } = linkOf([
    [5, 6],
    [5, 6, 7, 9],
    [8, 8, 9],
  ]);
  const breaks: unknown[] = [];
  assert.deepEqual(await take(link, 5, 5, breaks), [5, 6, 7, 8, 9]);
  assert.deepEqual(asked, [5, 7, 8]);
  assert.match(String(breaks[0]), /block 8 was left out/);
});

test("a broken connection, a node that is not ready and a reader that is too slow are no end", async () => {
  const { link, asked } = linkOf([[1, "UNAVAILABLE"], ["NOT_SYNCED"], ["TIMEOUT"], [2, "LIMIT_EXCEEDED"], [3]]);
  assert.deepEqual(await take(link, 1, 3), [1, 2, 3]);
  assert.deepEqual(asked, [1, 2, 2, 2, 3]);
});

test("what the node refuses is thrown", async () => {
  const { link } = linkOf([[1, "INVALID_FORMAT"]]);
  await assert.rejects(take(link, 1, 2), { codeName: "INVALID_FORMAT" });
});

test("a signal ends the stream, also while it waits for another connection", async () => {
  const stop = new AbortController();
  const { link, asked } = linkOf([]);
  const onBreak = () => assert.fail("an ended connection is no error");
  const stream = resumeBlocks(link, 1, false, { signal: stop.signal, onBreak });
  const next = stream.next();
  stop.abort();
  assert.deepEqual(await next, { done: true, value: undefined });
  assert.ok(asked.length <= 1);
});

test("a stream that is left while the node is asked about its silence leaves no timer behind", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const asked = Promise.withResolvers<void>();
  let questions = 0;
  const link = {
    follow: (_from: number, _full: boolean, signal: AbortSignal) => silentUntil(signal),
    block: (_id: unknown, _full: boolean, { signal }: { signal: AbortSignal }) => {
      questions++;
      asked.resolve();
      return new Promise((_, reject) => {
        if (signal.aborted) reject(signal.reason);
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    },
  } as Partial<NodeLink> as NodeLink;
  const stop = new AbortController();
  const next = resumeBlocks(link, 1, false, { signal: stop.signal }).next();
  await turn();
  t.mock.timers.tick(20_000);
  await asked.promise;
  stop.abort();
  assert.equal((await next).done, true);
  for (let i = 0; i < 3; i++) {
    await turn();
    t.mock.timers.tick(20_000);
  }
  assert.equal(questions, 1);
});

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** A connection that says nothing. */
async function* silentUntil(signal: AbortSignal): AsyncGenerator<Block> {
  await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  yield blockAt(0);
}
