import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { ownArtifact } from "../artifacts.ts";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";

/** viem watches heads, logs and pending transactions over one WebSocket. */
export function viemSubscriptions(node: EthereumNode): void {
  describe(`viem subscribes to ${node.name}`, () => {
    const { wallet, address, mined, deploy, write, overWebSocket } = connect(node);
    const client = overWebSocket();
    after(async () => (await client.transport.getRpcClient()).close());

    test("new heads, matching logs and pending transactions arrive once, and stop with the subscription", async () => {
      const contract = await deploy(ownArtifact("Probe"), [1n]);
      const heads = collector<{ number: string }>();
      const logs = collector<{ transactionHash: string; topics: readonly string[] }>();
      const pending = collector<string>();
      const subscribe = async (params: unknown[], into: { push(item: never): void }) =>
        client.transport.subscribe({
          params: params as never,
          onData: (data) => into.push(data.result as never),
          onError: () => {},
        });
      const key = `0x${"2a".padStart(64, "0")}`;
      const headsSubscription = await subscribe(["newHeads"], heads);
      await subscribe(["logs", { address: contract.address, topics: [null, null, key] }], logs);
      await subscribe(["newPendingTransactions"], pending);

      const receipts = [
        await write(0, contract, "store", [42n, 1n]),
        await write(0, contract, "store", [43n, 1n]),
        await write(0, contract, "store", [42n, 2n]),
      ];
      await heads.until((head) => BigInt(head.number) === receipts[2]!.blockNumber);
      await logs.count(2);
      await pending.count(3);
      // Each height once, from the first block after the subscription on, those without transactions included.
      const numbers = heads.items.map((head) => BigInt(head.number));
      assert.ok(numbers[0]! <= receipts[0]!.blockNumber);
      assert.deepEqual(
        numbers,
        [...numbers.keys()].map((i) => numbers[0]! + BigInt(i)),
      );
      assert.deepEqual(
        logs.items.map((log) => log.transactionHash),
        [receipts[0]!.transactionHash, receipts[2]!.transactionHash],
      );
      assert.deepEqual(
        pending.items,
        receipts.map((receipt) => receipt.transactionHash),
      );

      await headsSubscription.unsubscribe();
      const seen = heads.items.length;
      const after = await write(0, contract, "store", [42n, 3n]);
      await logs.count(3);
      assert.equal(logs.items[2]?.transactionHash, after.transactionHash);
      assert.equal(heads.items.length, seen);
    });

    test("viem's own watchers run over the socket", async () => {
      const numbers = collector<bigint>();
      const unwatch = client.watchBlockNumber({
        onBlockNumber: (number) => numbers.push(number),
        onError: () => {},
      });
      // A request on the same socket is answered after the subscription was.
      await client.getChainId();
      await client.getChainId();
      const receipt = await mined(await wallet(0).sendTransaction({ to: address(1), value: 1n }));
      await numbers.until((number) => number >= receipt.blockNumber);
      assert.equal(new Set(numbers.items).size, numbers.items.length);
      unwatch();
    });
  });
}

/** Keeps what is pushed and lets a test wait for it. */
function collector<T>() {
  const items: T[] = [];
  let wake = () => {};
  const wait = async (reached: () => boolean) => {
    while (!reached())
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  return {
    items: items as readonly T[],
    push: (item: T) => {
      items.push(item);
      wake();
    },
    count: (count: number) => wait(() => items.length >= count),
    until: (found: (item: T) => boolean) => wait(() => items.some(found)),
  };
}
