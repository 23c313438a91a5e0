import assert from "node:assert/strict";
import { test } from "node:test";
import { address, type Digest, digest, digestToBytes, height } from "@polis/codec";
import { createApiEvents, type KairosBackend, type VerifiedTransaction } from "@polis/kairos";
import { BlockEvent, BlockLevel, BlockStatus, type SubscribeBlocksRequest, TransactionEvent } from "@polis/proto";
import { blockEvents } from "./blockEvents.ts";
import { transactionEvents } from "./transactionEvents.ts";

const [first, second, third] = ["11", "22", "33"].map((byte) => digest(byte.repeat(32))) as [Digest, Digest, Digest];

/** A node without blocks whose events are the test's. */
function fakeNode(unfinal: (hash: Digest) => unknown = () => undefined) {
  const events = createApiEvents();
  const backend = {
    events,
    finalizedHeight: () => 0,
    blockByDigest: () => undefined,
    blockByHeight: (at: number) => ({ header: { number: at }, transactions: () => [] }),
    location: (hash: Digest) => (hash === second ? { height: height(1), index: 0 } : undefined),
    unfinal,
  } as unknown as KairosBackend;
  return { events, backend };
}

test("blocks that are not final: proposed, notarized, and passed over, each by its hash (15.2)", async () => {
  const { events, backend } = fakeNode();
  const abort = new AbortController();
  const request = { fromHeight: 0n, levels: [BlockLevel.NOTARIZED] } as unknown as SubscribeBlocksRequest;
  const stream = blockEvents(backend, request, () => BlockStatus.NOTARIZED, abort.signal);
  const next = stream.next();
  const seen = { epoch: 0, view: 5, seenMs: 0, certificate: undefined };
  events.publish({ what: "proposed", view: 4, digest: first, height: height(1), seenMs: 0 });
  events.publish({ what: "notarized", ...seen, digest: first, height: height(1) });
  events.publish({ what: "final", digest: second, height: height(1) });
  events.publish({ what: "skipped", digest: first });
  const messages = [(await next).value, (await stream.next()).value, (await stream.next()).value];
  const hash = digestToBytes(first);
  assert.deepEqual(messages, [
    { event: BlockEvent.NEW, block: { hash, status: BlockStatus.PROPOSED, view: 4n } },
    { event: BlockEvent.NOTARIZED, block: { hash, status: BlockStatus.NOTARIZED, view: 5n } },
    { event: BlockEvent.SKIPPED, block: { hash, status: BlockStatus.NOTARIZED } },
  ]);
  abort.abort(new Error("enough"));
  await assert.rejects(stream.next(), /enough/);
});

test("a transaction that leaves the pool without a block is dropped; one in a block or still waiting is not", async () => {
  const verified = (hash: Digest) =>
    ({
      sender: address("aa".repeat(20)),
      transaction: { ...{ hash, type: 2, value: 1n, nonce: 0n, gas: 21_000n, data: new Uint8Array(0) }, ...fees },
    }) as unknown as VerifiedTransaction;
  const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n, envelope: new Uint8Array(0), to: undefined };
  const waiting = new Set([first, second, third]);
  const { events, backend } = fakeNode((hash) =>
    waiting.has(hash) ? { state: "pending", verified: verified(hash) } : undefined,
  );
  const abort = new AbortController();
  const choice = { matches: () => true, pending: true, blocks: false };
  const stream = transactionEvents(backend, choice, abort.signal);
  const next = stream.next();
  for (const hash of [first, second, third]) events.publish({ what: "pooled", hash });
  const news = [(await next).value, (await stream.next()).value, (await stream.next()).value];
  assert.ok(news.every((one) => one?.event === TransactionEvent.SUBMITTED));
  // The first is gone, the second is in a block, the third waits on.
  waiting.delete(first);
  waiting.delete(second);
  events.publish({ what: "final", digest: third, height: height(1) });
  const { value } = await stream.next();
  assert.equal(value?.event, TransactionEvent.DROPPED);
  assert.equal(value?.verified.transaction.hash, first);
  waiting.delete(third);
  events.publish({ what: "final", digest: third, height: height(2) });
  assert.equal((await stream.next()).value?.verified.transaction.hash, third);
  abort.abort(new Error("enough"));
  await assert.rejects(stream.next(), /enough/);
});
