import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "@polis/codec";
import { createEvm } from "../createEvm.ts";
import type { Tracer } from "../seam/tracer.ts";
import { MemoryWorld } from "../testing/memoryWorld.ts";
import { codeThatCalls, sender, sendTo } from "../testing/sendTo.ts";

const contract = "c0".repeat(20) as Address;
const callee = "d0".repeat(20) as Address;
const evm = createEvm({ fork: "prague", fees: "collect" });

function world(): MemoryWorld {
  return (
    new MemoryWorld()
      .put(sender, { balance: 10n ** 20n })
      .put(contract, { nonce: 1n, balance: 9n, code: codeThatCalls(0xf1, callee, 2n) })
      // Stores 1 at slot 5, logs, and reverts with one byte when it was called without value.
      .put(callee, { nonce: 1n, code: Uint8Array.fromHex("600160055560015fa03460115760015ffd5b00") })
  );
}

test("frames, logs and first looks are reported in the order in which they happen", () => {
  const seen: string[] = [];
  const short = (address: Address) => address.slice(0, 2);
  const tracer: Tracer = {
    onEnter: ({ kind, depth, from, to, value }) =>
      seen.push(`enter ${kind} ${depth} ${short(from)} ${short(to)} ${value}`),
    onExit: ({ depth, halt, output }) => seen.push(`exit ${depth} ${halt} ${output.length}`),
    onLog: ({ address, data }, depth) => seen.push(`log ${depth} ${short(address)} ${data.length}`),
    onAccount: (address) => seen.push(`account ${short(address)}`),
    onSlot: (address, slot) => seen.push(`slot ${short(address)} ${BigInt(`0x${slot}`)}`),
  };
  const traced = sendTo(evm, world(), contract, {}, tracer);
  assert.deepEqual(seen, [
    "account a1",
    "account cc",
    "account c0",
    "enter CALL 0 a1 c0 0",
    "account d0",
    "enter CALL 1 c0 d0 2",
    "slot d0 5",
    "log 1 d0 1",
    "exit 1 undefined 0",
    "exit 0 undefined 32",
  ]);
  assert.deepEqual(traced, sendTo(evm, world(), contract), "a tracer changes no result");
});

test("steps show the machine before each instruction", () => {
  const rows: string[] = [];
  const tracer: Tracer = {
    onStep(step) {
      const stack = Array.from({ length: step.stackSize }, (_, i) => step.stack(i));
      assert.throws(() => step.stack(step.stackSize), RangeError);
      assert.equal(step.memory().length, step.memoryBytes);
      rows.push(`${step.depth} ${step.pc} ${step.op.toString(16)} ${stack.length} ${step.memoryBytes}`);
    },
  };
  sendTo(evm, world(), callee, { value: 1n }, tracer);
  assert.deepEqual(rows.slice(0, 7), [
    "0 0 60 0 0",
    "0 2 60 1 0",
    "0 4 55 2 0",
    "0 5 60 0 0",
    "0 7 5f 1 0",
    "0 8 a0 2 0",
    "0 9 34 0 32",
  ]);
  assert.equal(rows.at(-1), "0 18 0 0 32");
});
