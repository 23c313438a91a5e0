import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address, Digest } from "@polis/codec";
import { createEvm } from "../createEvm.ts";
import type { NativeCall, NativeContract, NativeFrame, NativeOutcome } from "../seam/native.ts";
import { MemoryWorld } from "../testing/memoryWorld.ts";
import { codeThatCalls, sender, sendTo } from "../testing/sendTo.ts";

const native = "36".padEnd(40, "0") as Address;
const other = "37".padEnd(40, "0") as Address;
const contract = "c0".repeat(20) as Address;
const slot = "1".padStart(64, "0") as Digest;
const base = 21_000n;

function evmWith(run: NativeContract["run"], runOther: NativeContract["run"] = run) {
  const natives = new Map([
    [native, { run }],
    [other, { run: runOther }],
  ]);
  return createEvm({ fork: "prague", fees: "collect", natives });
}

/** A contract that calls nobody. */
function alone(run: (frame: NativeFrame) => NativeOutcome): NativeContract["run"] {
  const calls: NativeCall[] = [];
  return function* (frame) {
    yield* calls;
    return run(frame);
  };
}

function worldWith(code: Uint8Array = new Uint8Array()): MemoryWorld {
  return new MemoryWorld()
    .put(sender, { balance: 10n ** 20n })
    .put(native, { nonce: 1n, code: Uint8Array.of(0xfd) })
    .put(contract, { nonce: 1n, code });
}

const nothing = { success: true, output: new Uint8Array() };

test("a native contract sees its call, pays for what it does, and its changes are committed", () => {
  const evm = evmWith(
    alone((frame) => {
      assert.deepEqual([frame.address, frame.caller, frame.isStatic, frame.value], [native, sender, false, 0n]);
      assert.equal(frame.chainId, 1n);
      frame.charge(200);
      assert.equal(frame.sload(slot), 0n);
      frame.sstore(slot, 7n);
      assert.equal(frame.storage(native, slot), 7n);
      frame.log([slot], frame.input);
      frame.addBalance(contract, 5n);
      assert.equal(frame.readBalance(contract), 5n);
      return { success: true, output: frame.input.toReversed() };
    }),
  );
  const world = worldWith();
  const { status, output, logs, gasUsed } = sendTo(evm, world, native, { data: Uint8Array.of(1, 2) });
  assert.equal(status, 1);
  assert.deepEqual([...output], [2, 1]);
  assert.deepEqual(logs, [{ address: native, topics: [slot], data: Uint8Array.of(1, 2) }]);
  // 2,100 for the first look at the slot, 20,000 for the value, the log, the balance's write and its first look.
  assert.equal(gasUsed, base + 32n + 200n + 2100n + 20_000n + (375n + 375n + 16n) + 2900n + 2600n);
  assert.equal(world.storage(native, slot), 7n);
  assert.equal(world.account(contract)?.balance, 5n);
});

test("a native contract that has no gas left fails with all of it, even if it catches the exception", () => {
  const greedy = evmWith(
    alone((frame) => {
      frame.sstore(slot, 1n);
      try {
        frame.charge(10n ** 30n);
      } catch {
        return nothing;
      }
      return nothing;
    }),
  );
  const world = worldWith();
  const { status, halt, gasUsed } = sendTo(greedy, world, native, { gasLimit: 100_000n });
  assert.deepEqual([status, halt, gasUsed], [0, "outOfGas", 100_000n]);
  assert.equal(world.storage(native, slot), 0n);
});

test("a revert keeps the rest of the gas, gives the output and takes everything back", () => {
  const evm = evmWith(
    alone((frame) => {
      frame.charge(1000);
      frame.addBalance(sender, 1n);
      frame.log([], new Uint8Array());
      return { success: false, output: Uint8Array.of(9) };
    }),
  );
  const world = worldWith();
  const { status, halt, gasUsed, output, logs } = sendTo(evm, world, native);
  assert.deepEqual([status, halt, gasUsed, [...output], logs], [0, "revert", base + 1000n + 2900n + 375n, [9], []]);
  assert.equal(world.account(sender)?.balance, 10n ** 20n);
});

test("delegate calls and call codes do not reach a native contract, calls and static calls do", () => {
  let runs = 0;
  const evm = evmWith(
    alone((frame) => {
      runs++;
      if (!frame.isStatic) return nothing;
      // Writing in a static frame fails it.
      frame.sstore(slot, 1n);
      return nothing;
    }),
  );
  const success = (op: number) => sendTo(evm, worldWith(codeThatCalls(op, native)), contract).output.at(-1);
  assert.deepEqual([success(0xf1), runs], [1, 1]);
  assert.deepEqual([success(0xfa), runs], [0, 2]);
  assert.deepEqual([success(0xf2), success(0xf4), runs], [0, 0, 2]);
});

test("a delegation to a native contract reverts (kairos U14)", () => {
  const evm = evmWith(
    alone(() => {
      return nothing;
    }),
  );
  const world = worldWith(Uint8Array.fromHex(`ef0100${native}`));
  const { status, halt, gasUsed } = sendTo(evm, world, contract);
  assert.deepEqual([status, halt, gasUsed], [0, "revert", base]);
});

test("native contracts call code and each other without host recursion, down to the depth limit", () => {
  let calls = 0;
  const evm = evmWith(
    function* (frame) {
      const result = yield { to: contract, input: Uint8Array.of(3), isStatic: true };
      assert.deepEqual(result, { success: true, output: Uint8Array.of(3) });
      const inner = yield { to: other, input: frame.input, isStatic: false };
      return { success: inner.success, output: inner.output };
    },
    function* (frame) {
      calls++;
      const inner = yield { to: other, input: new Uint8Array(), isStatic: false };
      if (!inner.success) frame.charge(1);
      return { success: true, output: Uint8Array.of(calls >> 8, calls & 0xff) };
    },
  );
  // The contract returns its input.
  const world = worldWith(Uint8Array.fromHex("365f5f37365ff3"));
  const { status, output } = sendTo(evm, world, native, { gasLimit: 1n << 40n });
  assert.equal(status, 1);
  assert.equal((output[0]! << 8) | output[1]!, 1024);
});

test("an exception of a native contract is an engine error, and the engine works afterwards (kairos E4)", () => {
  let broken = true;
  const evm = evmWith(
    alone(() => {
      if (broken) throw new TypeError("a bug");
      return nothing;
    }),
  );
  const world = worldWith(codeThatCalls(0xf1, native));
  assert.throws(() => sendTo(evm, world, contract), /a bug/);
  broken = false;
  assert.equal(sendTo(evm, world, contract).output.at(-1), 1);
});
