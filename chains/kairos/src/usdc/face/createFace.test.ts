import assert from "node:assert/strict";
import { test } from "node:test";
import type { NativeFrame } from "@polis/evm";
import { type Hex, toFunctionSelector } from "viem";
import { paymentsLogAddress } from "../../addresses.ts";
import { fiatTokenAbi } from "../testing/fiatTokenAbi.ts";
import { callToken, encodeCall, hex, people, unit } from "../testing/token.ts";
import { answering, forwarding } from "../testing/wallets.ts";
import { testFace, testParams } from "../testing/worlds.ts";
import { createFace, faceMethods } from "./createFace.ts";

const selectorHex = (selector: number): Hex => `0x${selector.toString(16).padStart(8, "0")}`;

test("U8: the face has FiatTokenV2_2's methods and the views of U3, and no others", () => {
  const expected = fiatTokenAbi.filter((item) => item.type === "function").map((item) => toFunctionSelector(item));
  assert.deepEqual(faceMethods.map(({ selector }) => selectorHex(selector)).sort(), expected.sort());
});

testFace("unknown selectors, short calldata and value revert without a word", (world) => {
  const bare = (data: string, value = 0n) => {
    const { success, output, gasUsed } = world.call({ from: people.alice, data: Uint8Array.fromHex(data), value });
    assert.deepEqual([success, output.length], [false, 0]);
    return gasUsed;
  };
  for (const data of ["", "a9059c", "deadbeef", "00000000"]) assert.equal(bare(data), 200n);
  callToken(world, "blacklister", "unBlacklist", ["face"]);
  for (const data of ["", encodeCall("name", []).toHex(), encodeCall("transfer", [hex(people.bob), 1n]).toHex()]) {
    assert.equal(bare(data, 1n), 200n);
  }
  assert.equal(world.balance(people.face), 0n);
});

test("calldata of any length costs a call nothing, so no method reads much of it", () => {
  const megabyte = 1_000_000;
  for (const { selector, signature } of faceMethods) {
    let bytesRead = 0;
    const frame = {
      caller: people.zero,
      value: 0n,
      timestampS: 1,
      inputBytes: megabyte,
      readInput(at: number, length: number) {
        bytesRead += length;
        const read = new Uint8Array(length);
        if (at === 0) new DataView(read.buffer).setUint32(0, selector);
        return read;
      },
      get input() {
        return assert.fail(`${signature} read all its input`);
      },
      charge: () => {},
      touchAccount: () => {},
      code: () => new Uint8Array(0),
      sload: () => 0n,
      sstore: () => {},
      readBalance: () => 0n,
      log: () => {},
    };
    const run = createFace(testParams).run(frame as unknown as NativeFrame);
    assert.ok(run.next().done);
    assert.ok(bytesRead > 4 && bytesRead < 1_000, `${signature} read ${bytesRead} bytes`);
  }
});

testFace("the log emitter of payments has no methods", (world) => {
  const call = { from: people.alice, to: paymentsLogAddress, data: encodeCall("name", []) };
  world.setAccount(paymentsLogAddress, 0n, Uint8Array.of(0xfe));
  assert.deepEqual(world.call(call).success, false);
});

testFace("U14: methods that write fail in a static call, with all gas; views answer", (world) => {
  const writes = [
    ["alice", "transfer", [hex(people.bob), 0n]],
    ["alice", "approve", [hex(people.bob), 0n]],
    ["pauser", "pause", []],
    ["rescuer", "rescueERC20", [hex(people.carol), hex(people.bob), 0n]],
  ] as const;
  world.setContract(people.carol, answering(true, new Uint8Array(0)));
  for (const [holder, method, args] of writes) {
    const input = encodeCall(method, args);
    world.setContract(people[holder], forwarding({ to: people.face, input, isStatic: true }));
    const { success, logs } = world.call({ from: people.stranger, to: people[holder], data: new Uint8Array(0) });
    assert.deepEqual([success, logs], [false, []]);
    world.setContract(people[holder], forwarding({ to: people.face, input, isStatic: false }));
    assert.ok(world.call({ from: people.stranger, to: people[holder], data: new Uint8Array(0) }).success);
  }
  callToken(world, "pauser", "unpause");
  world.setContract(
    people.alice,
    forwarding({ to: people.face, input: encodeCall("totalSupply", []), isStatic: true }),
  );
  const { success, output } = world.call({ from: people.stranger, to: people.alice, data: new Uint8Array(0) });
  assert.deepEqual([success, BigInt(`0x${output.toHex()}`)], [true, 5_000n * unit]);
});
