import assert from "node:assert/strict";
import { test } from "node:test";
import { asciiBytes, concatBytes } from "@polis/codec";
import { callTracer } from "./callTracer.ts";
import { account, end, execution, slot, start } from "./testing/play.ts";

const log = (n: number) => ({ address: account(n), topics: [slot(n)], data: Uint8Array.of(n) });

test("calls nest, top gas covers what was paid before the frame, a static call has no value", () => {
  const { tracer, result } = callTracer();
  tracer.onEnter!(start({ gas: 79_000n, input: Uint8Array.of(1, 2), value: 5n }));
  tracer.onEnter!(start({ kind: "STATICCALL", depth: 1, from: account(2), to: account(3), gas: 500n }));
  tracer.onExit!(end(20n, undefined, Uint8Array.of(9), 1));
  tracer.onEnter!(start({ kind: "SELFDESTRUCT", depth: 1, from: account(2), to: account(4), gas: 0n, value: 7n }));
  tracer.onExit!(end(0n, undefined, undefined, 1));
  tracer.onExit!(end(1000n));
  assert.deepEqual(result(execution({ gasSpent: 22_000n, gasUsed: 20_000n })), {
    type: "CALL",
    from: `0x${account(1)}`,
    to: `0x${account(2)}`,
    gas: "0x186a0",
    gasUsed: "0x4e20",
    input: "0x0102",
    value: "0x5",
    calls: [
      {
        type: "STATICCALL",
        from: `0x${account(2)}`,
        to: `0x${account(3)}`,
        gas: "0x1f4",
        gasUsed: "0x14",
        input: "0x",
        output: "0x09",
      },
      {
        type: "SELFDESTRUCT",
        from: `0x${account(2)}`,
        to: `0x${account(4)}`,
        gas: "0x0",
        gasUsed: "0x0",
        input: "0x",
        value: "0x7",
      },
    ],
  });
});

test("a revert keeps its output and gets its reason; other halts have an error alone; a failed creation has no address", () => {
  const { tracer, result } = callTracer({ gasLimit: 1n });
  const word = (n: number) => Uint8Array.fromHex(slot(n));
  const text = concatBytes(asciiBytes("no"), new Uint8Array(30));
  const reason = concatBytes(Uint8Array.fromHex("08c379a0"), word(32), word(2), text);
  tracer.onEnter!(start({}));
  tracer.onEnter!(start({ kind: "CREATE2", depth: 1 }));
  tracer.onExit!(end(1000n, "outOfGas", Uint8Array.of(1), 1));
  tracer.onExit!(end(10n, "revert", reason));
  const top = result(execution({ status: 0 })) as Record<string, unknown>;
  assert.equal(top.error, "execution reverted");
  assert.equal(top.revertReason, "no");
  assert.equal(top.output, `0x${reason.toHex()}`);
  assert.equal(top.gas, "0x1");
  const [inner] = top.calls as Record<string, unknown>[];
  assert.deepEqual(inner, {
    type: "CREATE2",
    from: `0x${account(1)}`,
    gas: "0x3e8",
    gasUsed: "0x3e8",
    input: "0x",
    value: "0x0",
    error: "out of gas",
  });
});

test("logs carry position and index, and vanish with the frame that failed", () => {
  const { tracer, result } = callTracer({ withLog: true });
  tracer.onEnter!(start({}));
  tracer.onLog!(log(1), 0);
  tracer.onEnter!(start({ depth: 1 }));
  tracer.onEnter!(start({ depth: 2 }));
  tracer.onLog!(log(2), 2);
  tracer.onExit!(end(1n, undefined, undefined, 2));
  tracer.onExit!(end(1n, "revert", undefined, 1));
  tracer.onLog!(log(3), 0);
  tracer.onExit!(end(1n));
  const top = result(execution({})) as { logs: Record<string, unknown>[]; calls: Record<string, unknown>[] };
  const { data, ...place } = top.logs[1]!;
  assert.equal(data, "0x03");
  assert.deepEqual(place, { address: `0x${account(3)}`, topics: [`0x${slot(3)}`], position: "0x1", index: "0x2" });
  assert.equal(top.logs.length, 2);
  assert.equal((top.calls[0]!.calls as Record<string, unknown>[])[0]!.logs, undefined);
});

test("onlyTopCall leaves inner calls and their logs out", () => {
  const { tracer, result } = callTracer({ withLog: true, onlyTopCall: true });
  tracer.onEnter!(start({}));
  tracer.onEnter!(start({ depth: 1 }));
  tracer.onLog!(log(2), 1);
  tracer.onExit!(end(1n, undefined, undefined, 1));
  tracer.onExit!(end(1n));
  const top = result(execution({})) as Record<string, unknown>;
  assert.equal(top.calls, undefined);
  assert.equal(top.logs, undefined);
});

test("a thousand calls deep is no problem, and limits cut the tree with a mark", () => {
  const { tracer, result } = callTracer({ limits: { maxItems: 700 } });
  for (let depth = 0; depth <= 1024; depth++) tracer.onEnter!(start({ depth }));
  for (let depth = 1024; depth >= 0; depth--) tracer.onExit!(end(1n, undefined, undefined, depth));
  const top = result(execution({})) as Record<string, unknown>;
  assert.equal(top.truncated, true);
  let depth = 0;
  for (let frame = top; frame.calls !== undefined; frame = (frame.calls as Record<string, unknown>[])[0]!) depth++;
  assert.equal(depth, 699);
});
