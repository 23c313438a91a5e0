import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, bigIntToBytes, bytesToBigInt, type Digest } from "@polis/codec";
import { createEvm } from "../createEvm.ts";
import type { ChainRules, EvmLog } from "../seam/rules.ts";
import type { MemoryWorld } from "../testing/memoryWorld.ts";
import { comparedBlock } from "../testing/outcome.ts";
import { Random } from "../testing/random.ts";
import { randomMessage } from "../testing/randomMessage.ts";

const FACE = "36".padEnd(40, "0") as Address;
const asTopic = (address: Address) => address.padStart(64, "0") as Digest;
const asAddress = (topic: Digest) => topic.slice(24) as Address;

/** Rules like those of Kairos: every movement is logged, nothing is burned, and one account may not receive. */
const refusing = "e0".repeat(20);
const rules: ChainRules = {
  fork: "prague",
  fees: "collect",
  keepsDestroyedBalance: true,
  onValue: (_state, { from, to, amount }, log) => {
    if (to === refusing) return false;
    log({ address: FACE, topics: [asTopic(from), asTopic(to)], data: bigIntToBytes(amount, 32) });
    return true;
  },
};

test("value is neither made nor lost, and the logs tell every movement exactly once (U5, U6, U7)", () => {
  const evm = createEvm(rules);
  let moved = 0;
  for (let seed = 0; seed < 5000; seed++) {
    const { world, message } = randomMessage(new Random(seed), "prague");
    const before = balances(world);
    const result = evm.execute(world, comparedBlock, {
      ...message,
      nonce: world.account(message.from)!.nonce,
      gasPrice: 0n,
      maxFeePerGas: 0n,
      accessList: [],
    });
    assert.ok(result.ok);
    const { balanceDelta } = evm.commit(world);
    assert.equal(balanceDelta, 0n, `seed ${seed}`);
    const logs = result.value.logs.filter(({ address }) => address === FACE);
    for (const log of logs) replay(before, log);
    assert.deepEqual(sorted(balances(world)), sorted(before), `seed ${seed}`);
    moved += logs.length;
  }
  assert.ok(moved > 1000, `${moved} movements`);
});

function replay(balances: Map<string, bigint>, { topics, data }: EvmLog): void {
  const [from, to] = [asAddress(topics[0]!), asAddress(topics[1]!)];
  const amount = bytesToBigInt(data);
  assert.ok(amount > 0n && from !== to && to !== refusing);
  balances.set(from, (balances.get(from) ?? 0n) - amount);
  balances.set(to, (balances.get(to) ?? 0n) + amount);
}

function balances(world: MemoryWorld): Map<string, bigint> {
  return new Map([...world.accounts].map(([address, { balance }]) => [address, balance]));
}

function sorted(balances: Map<string, bigint>): string[] {
  return [...balances]
    .filter(([, balance]) => balance !== 0n)
    .map(([address, balance]) => `${address} ${balance}`)
    .sort((a, b) => (a < b ? -1 : 1));
}
