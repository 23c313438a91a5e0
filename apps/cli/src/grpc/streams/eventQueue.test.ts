import assert from "node:assert/strict";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { height } from "@polis/codec";
import { createApiEvents, type KairosBackend } from "@polis/kairos";
import { EventQueue, lastHeightHeader, maxWaitingEvents } from "./eventQueue.ts";
import { followFinal } from "./followFinal.ts";

test("a full buffer ends the stream with the last delivered height, and leaves nothing out before (G6)", async () => {
  const queue = new EventQueue<number>();
  const { signal } = new AbortController();
  const events = queue.events(signal);
  for (let i = 0; i < maxWaitingEvents; i++) queue.push(i);
  for (let i = 0; i < 3; i++) {
    assert.deepEqual(await events.next(), { done: false, value: i });
    queue.lastHeight = i;
  }
  for (let i = 0; i <= maxWaitingEvents; i++) queue.push(i);
  await assert.rejects(events.next(), (error: ConnectError) => {
    assert.equal(error.code, Code.ResourceExhausted);
    assert.equal(error.metadata.get(lastHeightHeader), "2");
    return true;
  });
});

test("a signal ends a waiting stream with its reason", async () => {
  const abort = new AbortController();
  const next = new EventQueue<number>().events(abort.signal).next();
  abort.abort(new ConnectError("the node stops", Code.Unavailable));
  await assert.rejects(next, /the node stops/);
});

test("blocks that become final while the past is delivered come once, in order, without a gap", async () => {
  const events = createApiEvents();
  let tip = 3;
  const grow = () => events.publish({ what: "final", height: height(++tip), digest: "00".repeat(32) as never });
  const backend = {
    events,
    finalizedHeight: () => tip,
    blockByHeight: (at: number) => (at <= tip ? { header: { number: at } } : undefined),
  } as unknown as KairosBackend;
  const seen: number[] = [];
  for await (const block of followFinal(backend, height(1), height(2_500), new AbortController().signal)) {
    seen.push(block.header.number);
    // Twice as fast as it reads at first, far beyond what the buffer holds.
    for (let i = 0; i < 2 && tip < 2_600; i++) grow();
    if (tip >= 2_500) await new Promise((resolve) => setImmediate(resolve));
  }
  assert.deepEqual(
    seen,
    Array.from({ length: 2_500 }, (_, i) => i + 1),
  );
});
