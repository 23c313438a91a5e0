import assert from "node:assert/strict";
import { test } from "node:test";
import { structLogger } from "./structLogger.ts";
import { account, end, execution, playState, slot, start, step } from "./testing/play.ts";

type Logs = readonly Record<string, unknown>[];
const logsOf = (json: unknown) => (json as { structLogs: Logs }).structLogs;

test("steps have names, depth from 1, stack bottom first and the gas that was gone at the next step", () => {
  const { tracer, result } = structLogger();
  tracer.onEnter!(start({ gas: 1000n }));
  tracer.onStep!(step({ pc: 0, op: 0x60, gas: 1000n }));
  tracer.onStep!(step({ pc: 2, op: 0x01, gas: 997n, words: [255n, 1n], refund: 4800n }));
  tracer.onStep!(step({ pc: 3, op: 0xfd, gas: 994n }));
  tracer.onExit!(end(6n, "revert", Uint8Array.of(7)));
  const json = result(execution({ status: 0, halt: "revert", output: Uint8Array.of(7), gasUsed: 21_006n }));
  assert.deepEqual(json, {
    gas: 21_006,
    failed: true,
    returnValue: "0x07",
    structLogs: [
      { pc: 0, op: "PUSH1", gas: 1000, gasCost: 3, depth: 1, stack: [] },
      { pc: 2, op: "ADD", gas: 997, gasCost: 3, depth: 1, refund: 4800, stack: ["0xff", "0x1"] },
      { pc: 3, op: "REVERT", gas: 994, gasCost: 0, depth: 1, stack: [] },
    ],
  });
});

test("a call costs what it passes on as well, a creation only its own price, a destruction nothing of its frame", () => {
  const { tracer, result } = structLogger({ disableStack: true });
  tracer.onEnter!(start({ gas: 10_000n }));
  tracer.onStep!(step({ op: 0xf1, gas: 10_000n }));
  // 2,600 and 5,000 passed on, with a stipend of 2,300: the callee used 1,000 and gave back 6,300.
  tracer.onEnter!(start({ depth: 1, gas: 7300n }));
  tracer.onStep!(step({ op: 0x00, gas: 7300n, depth: 1 }));
  tracer.onExit!(end(1000n, undefined, undefined, 1));
  tracer.onStep!(step({ op: 0xf0, gas: 8700n }));
  tracer.onEnter!(start({ kind: "CREATE", depth: 1, gas: 100n }));
  tracer.onStep!(step({ op: 0xf3, gas: 100n, depth: 1 }));
  tracer.onExit!(end(400n, undefined, Uint8Array.of(0, 0), 1));
  tracer.onStep!(step({ op: 0xff, gas: 700n }));
  tracer.onEnter!(start({ kind: "SELFDESTRUCT", depth: 1, gas: 0n }));
  tracer.onExit!(end(0n, undefined, undefined, 1));
  tracer.onExit!(end(9500n));
  const costs = logsOf(result(execution({}))).map(({ op, gasCost }) => [op, gasCost]);
  assert.deepEqual(costs, [
    ["CALL", 7600],
    ["STOP", 1000],
    ["CREATE", 7600],
    ["RETURN", 0],
    ["SELFDESTRUCT", 200],
  ]);
});

test("the step that broke says why", () => {
  const { tracer, result } = structLogger();
  tracer.onEnter!(start({ gas: 50n }));
  tracer.onStep!(step({ op: 0x0c, gas: 50n }));
  tracer.onExit!(end(50n, "invalidOpcode"));
  const [log] = logsOf(result(execution({ status: 0, halt: "invalidOpcode" })));
  assert.equal(log!.op, "opcode 0xc not defined");
  assert.equal(log!.error, "invalid opcode");
  assert.equal(log!.gasCost, 0);
});

test("storage is shown at loads and stores, memory and return data when asked for", () => {
  const { tracer, result } = structLogger({ enableMemory: true, enableReturnData: true });
  const state = playState({ [account(2)]: 1n });
  state.accounts.get(account(2))!.slots.set(slot(1), 5n);
  tracer.onStart!(state);
  tracer.onEnter!(start({}));
  const memory = new Uint8Array(64).fill(1);
  tracer.onStep!(step({ op: 0x54, words: [1n], memoryBytes: 64, memory: () => memory }));
  tracer.onStep!(step({ op: 0x55, words: [9n, 2n], returnData: () => Uint8Array.of(3) }));
  tracer.onStep!(step({ op: 0x01 }));
  tracer.onExit!(end(1n));
  const [load, store, add] = logsOf(result(execution({})));
  assert.deepEqual(load!.storage, { [`0x${slot(1)}`]: `0x${slot(5)}` });
  assert.deepEqual(load!.memory, [`0x${"01".repeat(32)}`, `0x${"01".repeat(32)}`]);
  assert.deepEqual(store!.storage, { [`0x${slot(1)}`]: `0x${slot(5)}`, [`0x${slot(2)}`]: `0x${slot(9)}` });
  assert.equal(store!.returnData, "0x03");
  assert.equal(add!.storage, undefined);
});

test("a caller's limit ends the list, our own marks it", () => {
  const run = (options: Parameters<typeof structLogger>[0]) => {
    const { tracer, result } = structLogger(options);
    tracer.onEnter!(start({ gas: 90n }));
    for (let i = 0; i < 5; i++) tracer.onStep!(step({ gas: 90n - BigInt(i) }));
    tracer.onExit!(end(5n));
    return result(execution({})) as { structLogs: Logs; truncated?: boolean };
  };
  const asked = run({ limit: 2 });
  assert.deepEqual([asked.structLogs.length, asked.structLogs[1]!.gasCost, asked.truncated], [2, 1, undefined]);
  const forced = run({ limits: { maxBytes: 460 } });
  assert.deepEqual([forced.structLogs.length, forced.truncated], [3, true]);
});
