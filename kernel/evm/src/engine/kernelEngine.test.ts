import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "@polis/codec";
import { createEvm } from "../createEvm.ts";
import type { ChainRules } from "../seam/rules.ts";
import type { Tracer } from "../seam/tracer.ts";
import type { BlockEnv } from "../seam/transaction.ts";
import { describeWorld, MemoryWorld } from "../testing/memoryWorld.ts";
import { comparedBlock } from "../testing/outcome.ts";
import { sender, sendTo } from "../testing/sendTo.ts";
import { KernelEngine } from "./kernelEngine.ts";

const contract = "c0".repeat(20) as Address;
const second = "d0".repeat(20) as Address;
const ethereum: ChainRules = { fork: "prague", fees: "collect" };

function worldWith(code: string): MemoryWorld {
  return new MemoryWorld()
    .put(sender, { balance: 10n ** 20n })
    .put(contract, { nonce: 1n, code: Uint8Array.fromHex(code) });
}

/** Counts down from 2,000: each round writes the counter to the slot keccak would not choose, counter << 200. */
const manySlots = "6107d0 5b 80 80 60c8 1b 55 80 60c8 1b 54 6001 5d 6001 90 03 80 6003 57 00".replaceAll(" ", "");
/** Counts down from 1,000: each round looks at the balance of the account with the counter as its address. */
const manyAccounts = "6103e8 5b 80 31 50 6001 90 03 80 6003 57 00".replaceAll(" ", "");

test("tables grow within a transaction and are empty in the next", () => {
  const evm = createEvm(ethereum);
  const world = worldWith(manySlots);
  const { status } = sendTo(evm, world, contract, { gasLimit: 100_000_000n });
  assert.equal(status, 1);
  const slots = world.accounts.get(contract)!.storage;
  assert.equal(slots.size, 2000);
  assert.equal(slots.get((7n << 200n).toString(16).padStart(64, "0") as never), 7n);
  // Everything is cold again, and nothing changes.
  const again = sendTo(evm, world, contract, { gasLimit: 100_000_000n });
  const rounds = 2000n;
  const others = again.gasUsed - 21_000n - rounds * (2100n + 100n + 100n + 100n);
  assert.ok(others > 0n && others < rounds * 80n, `${others}`);
  world.put(contract, { nonce: 1n, code: Uint8Array.fromHex(manyAccounts) });
  assert.ok(sendTo(evm, world, contract, { gasLimit: 100_000_000n }).gasUsed > 991n * 2600n);
});

test("no result depends on the seed of the tables", () => {
  const results = [0n, 0x1234_5678_9abc_def0_1122_3344_5566_7788n].map((tableSeed) => {
    const world = worldWith(manySlots);
    const execution = sendTo(createEvm(ethereum, { tableSeed }), world, contract, { gasLimit: 100_000_000n });
    return { execution, world: describeWorld(world.accounts) };
  });
  assert.deepEqual(results[0], results[1]);
});

test("codes that exceed the cache are thrown away between transactions and loaded again", () => {
  const evm = createEvm(ethereum, { codeCacheBytes: 0 });
  const world = worldWith(`73${second}3b5f5260205ff3`).put(second, { nonce: 1n, code: new Uint8Array(24_576) });
  for (let i = 0; i < 20; i++) {
    assert.equal(BigInt(`0x${sendTo(evm, world, contract).output.toHex()}`), 24_576n);
    assert.equal(sendTo(evm, world, second).status, 1);
  }
});

test("calls go 1,024 deep and fail below", () => {
  const evm = createEvm(ethereum);
  // Calls itself with all gas and returns what the inner call returned plus one, or nothing when it failed.
  const code = "60205f5f5f5f305af1 600e 57 00 00 5b 5f 51 6001 01 5f 52 6020 5f f3".replaceAll(" ", "");
  const { status, output } = sendTo(evm, worldWith(code), contract, { gasLimit: 1n << 40n });
  assert.equal(status, 1);
  assert.equal(BigInt(`0x${output.toHex()}`), 1024n);
});

test("memory that gas pays for but the machine has not is an engine error, and the engine works on (kairos E4)", () => {
  const evm = createEvm(ethereum);
  const world = worldWith("6001637fffffff5200");
  assert.throws(() => sendTo(evm, world, contract, { gasLimit: 1n << 62n }), /memory/);
  const poor = sendTo(evm, world, contract, { gasLimit: 1_000_000n });
  assert.deepEqual([poor.status, poor.halt], [0, "outOfGas"]);
});

test("executions with a tracer count opcodes and how they end frames", () => {
  const engine = new KernelEngine(ethereum, { codeCacheBytes: 0, tableSeed: 0n });
  const run = (code: string, tracer?: Tracer) => {
    engine.begin(worldWith(code), comparedBlock, sender, 0n, [], tracer);
    return engine.run({
      from: sender,
      to: contract,
      createNonce: 0n,
      value: 0n,
      input: new Uint8Array(),
      gas: 1000n,
      isStatic: false,
    });
  };
  assert.equal(run("5f5f01", {}).success, true);
  assert.equal(run("5f01", {}).halt, "stackUnderflow");
  assert.equal(run("5f01").halt, "stackUnderflow");
  const counters = engine.coverage();
  const ran = (op: number, ending = 0) => counters[16 * op + ending];
  assert.deepEqual([ran(0x5f), ran(0x01), ran(0x01, 4), ran(0x00), ran(0x02)], [3, 2, 1, 1, 0]);
});

test("the host is asked for a block's hash once, also when there is none", () => {
  const evm = createEvm(ethereum);
  const asked: bigint[] = [];
  const env = {
    ...comparedBlock,
    blockHash(number: bigint) {
      asked.push(number);
      return comparedBlock.blockHash(number);
    },
  };
  // Block 999 twice and block 0, which is too old; then the first hash is returned.
  const world = worldWith("6103e740506103e7405f525f405060205ff3");
  const run = (block: BlockEnv) => sendTo(evm, world, contract, {}, undefined, block).output.toHex();
  assert.equal(run(env), comparedBlock.blockHash(999n));
  assert.equal(run(env), comparedBlock.blockHash(999n));
  assert.deepEqual(asked, [999n]);
  assert.equal(run({ ...env, blockHash: () => undefined }), "0".repeat(64));
});

test("a precompile's output may be as long as memory and is the caller's own", () => {
  // Stores a word at the end of 1 MiB, copies all of it with the identity and returns the last word of the copy.
  const code = "6007620fffe052 5f5f621000005f60045afa50 6020620fffe05f3e 60205ff3".replaceAll(" ", "");
  const { status, output } = sendTo(createEvm(ethereum), worldWith(code), contract, { gasLimit: 10_000_000n });
  assert.deepEqual([status, BigInt(`0x${output.toHex()}`)], [1, 7n]);
});

test("an exception of the state is an engine error, and the engine works on (kairos E4)", () => {
  const evm = createEvm(ethereum);
  const world = worldWith("5f5460015500");
  const broken = Object.assign(worldWith("5f5460015500"), {
    storage: () => {
      throw new Error("disk");
    },
  });
  assert.throws(() => sendTo(evm, broken, contract), /disk/);
  assert.equal(sendTo(evm, world, contract).status, 1);
});
