import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { credentials } from "@grpc/grpc-js";
import { type BlockSubscriber, type SubscriberOptions, subscribeBlocks } from "../bench/grpc/blockSubscriber.ts";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { maxWaitingEvents } from "./streams/eventQueue.ts";
import { call, type Loose, loaded } from "./testing/looseClient.ts";

const subscribers = 100;
let network: TestNetwork;
const open: BlockSubscriber[] = [];

async function subscribe(options: SubscriberOptions): Promise<BlockSubscriber> {
  const subscriber = await subscribeBlocks(network.ports.grpc, options);
  open.push(subscriber);
  return subscriber;
}

before(async () => {
  network = await TestNetwork.generate(1, {
    settings: {
      rpc: { rate_limit_per_second: 0, max_streams_per_client: 2 * subscribers },
      consensus: { n: 1, f: 0, empty_block_interval: "1ms", view_timeout: "1s" },
    },
  });
  await network.start();
  await network.reaches(3);
});

after(async () => {
  for (const one of open) one.close();
  await network?.close();
});

/** Heights from the first on, each one more than the one before. */
function assertWhole({ heights }: BlockSubscriber, first: number): void {
  assert.deepEqual(
    heights,
    heights.map((_, i) => first + i),
  );
}

test("a hundred subscribers get every block once, from the past into the present (15.2)", async () => {
  const all = await Promise.all(Array.from({ length: subscribers }, () => subscribe({ fromHeight: 1 })));
  const start = network.height(0);
  await waitUntil("everyone is forty blocks further", 20_000, () =>
    all.every(({ heights }) => (heights.at(-1) ?? 0) >= start + 40),
  );
  for (const one of all) {
    assertWhole(one, 1);
    assert.equal(one.ended, undefined);
    one.close();
  }
  const streams = () => network.metrics(0).value("grpc_in_flight") ?? 0;
  await waitUntil("their streams are gone", 5_000, () => streams() === 0);
});

test("a subscriber that does not read ends with RESOURCE_EXHAUSTED and goes on where it was (G6)", async () => {
  // One that reads the past is given it at its own pace; what is live waits in the buffer.
  const slow = await subscribe({ window: 2_000, isOpen: true });
  await waitUntil("it has some blocks", 10_000, () => slow.heights.length > 1);
  const start = network.height(0);
  // Each block is at least proposed and final.
  await waitUntil("its buffer has run over", 60_000, () => network.height(0) > start + maxWaitingEvents / 2 + 50);
  assert.ok(slow.heights.length < 20, `${slow.heights.length} blocks in a window of 2,000 bytes`);
  slow.grant(100_000_000);
  await waitUntil("it is told", 5_000, () => slow.ended !== undefined);
  const { status, lastHeight } = slow.ended!;
  assert.equal(status, 8);
  assert.equal(lastHeight, slow.heights.at(-1));
  assertWhole(slow, slow.heights[0]!);
  // An answer that is larger than the windows of a common client.
  const blocks = new loaded.kairos.v1.BlockService(`127.0.0.1:${network.ports.grpc}`, credentials.createInsecure());
  const page = await call(blocks, "GetBlocks", { from_height: "1", to_height: `${lastHeight}`, limit: 1_000 });
  assert.deepEqual(
    page.blocks.map(({ height }: Loose) => Number(height)),
    Array.from({ length: Math.min(lastHeight!, 1_000) }, (_, i) => i + 1),
  );
  blocks.close();
  const again = await subscribe({ fromHeight: lastHeight! + 1 });
  await waitUntil("it has caught up", 20_000, () => (again.heights.at(-1) ?? 0) >= network.height(0) - 5);
  assertWhole(again, lastHeight! + 1);
});
