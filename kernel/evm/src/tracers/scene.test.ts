import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, address, type Digest, digest } from "@polis/codec";
import { createEvm } from "../createEvm.ts";
import { MemoryWorld } from "../testing/memoryWorld.ts";
import { callTracer } from "./callTracer.ts";
import { prestateTracer } from "./prestateTracer.ts";
import { structLogger } from "./structLogger.ts";
import { scene, sceneWorld } from "./testing/scene.ts";
import { traceScene } from "./testing/traceScene.ts";

interface AccountJson {
  readonly balance?: string;
  readonly nonce?: number;
  readonly code?: string;
  readonly storage?: Readonly<Record<string, string>>;
}
type Accounts = Readonly<Record<string, AccountJson>>;
interface Call {
  readonly type: string;
  readonly gas: string;
  readonly gasUsed: string;
  readonly error?: string;
  readonly revertReason?: string;
  readonly calls?: readonly Call[];
}
interface StructLog {
  readonly op: string;
  readonly gas: number;
  readonly gasCost: number;
  readonly depth: number;
}

const evm = createEvm({ fork: "prague", fees: "burnAndTip" });

/** A world with the accounts of a prestate. */
function worldOf(accounts: Accounts): MemoryWorld {
  const world = new MemoryWorld();
  for (const [name, { balance, nonce, code, storage }] of Object.entries(accounts)) {
    const slots = Object.entries(storage ?? {})
      .map(([slot, value]): [Digest, bigint] => [digest(slot.slice(2)), BigInt(value)])
      .filter(([, value]) => value !== 0n);
    world.put(address(name.slice(2)), {
      balance: BigInt(balance ?? 0),
      nonce: BigInt(nonce ?? 0),
      code: Uint8Array.fromHex((code ?? "0x").slice(2)),
      storage: new Map(slots),
    });
  }
  return world;
}

test("tracing changes nothing about an execution", () => {
  const plain = traceScene(evm, sceneWorld());
  for (const { tracer } of [callTracer({ withLog: true }), prestateTracer(), structLogger({ enableMemory: true })]) {
    assert.deepEqual(traceScene(evm, sceneWorld(), tracer), plain);
  }
  assert.equal(plain.status, 1);
});

test("the prestate is enough to execute the transaction again", () => {
  const recorder = prestateTracer();
  const first = traceScene(evm, sceneWorld(), recorder.tracer);
  const prestate = recorder.result(first) as Accounts;
  assert.deepEqual(traceScene(evm, worldOf(prestate)), first);
});

test("the difference is what a commit changes", () => {
  const recorder = prestateTracer({ diffMode: true });
  const before = sceneWorld();
  const after = sceneWorld();
  const executed = traceScene(evm, after, recorder.tracer);
  const { pre, post } = recorder.result(executed) as unknown as { pre: Accounts; post: Accounts };
  evm.commit(after);
  const named = new Set([...Object.keys(pre), ...Object.keys(post)]);
  for (const key of new Set([...before.accounts.keys(), ...after.accounts.keys()])) {
    const [old, now] = [before.accounts.get(key), after.accounts.get(key)];
    const changed = describe(old) !== describe(now);
    assert.equal(named.has(`0x${key}`), changed, key);
    if (!changed) continue;
    const shown = post[`0x${key}`] ?? {};
    if (old?.balance !== now?.balance) assert.equal(BigInt(shown.balance ?? 0), now?.balance ?? 0n);
    if (old?.nonce !== now?.nonce) assert.equal(BigInt(shown.nonce ?? 0), now?.nonce ?? 0n);
    for (const [slot, value] of Object.entries(shown.storage ?? {})) {
      assert.equal(now?.storage.get(digest(slot.slice(2))), BigInt(value));
    }
    for (const slot of Object.keys(pre[`0x${key}`]?.storage ?? {})) {
      assert.notEqual(old?.storage.get(digest(slot.slice(2))), now?.storage.get(digest(slot.slice(2))));
    }
  }
  function describe(account: ReturnType<typeof before.accounts.get>): string {
    if (account === undefined) return "0 0  ";
    const slots = [...account.storage].filter(([, value]) => value !== 0n).map(([slot, value]) => `${slot}=${value}`);
    return `${account.nonce} ${account.balance} ${account.code.toHex()} ${slots.sort().join()}`;
  }
});

test("the calls of the scene, with what failed and why", () => {
  const recorder = callTracer();
  const top = recorder.result(traceScene(evm, sceneWorld(), recorder.tracer)) as unknown as Call;
  assert.equal(top.gas, "0xf4240");
  assert.equal(top.calls![4]!.revertReason, "no");
  assert.deepEqual(
    top.calls!.map(({ type, error, calls }) => [type, error, calls?.map((call) => call.type)]),
    [
      ["CALL", undefined, undefined],
      ["DELEGATECALL", undefined, undefined],
      ["STATICCALL", "write protection", undefined],
      ["STATICCALL", undefined, undefined],
      ["CALL", "execution reverted", undefined],
      ["CALL", "invalid opcode", undefined],
      ["CALL", "out of gas", undefined],
      ["CALL", undefined, undefined],
      ["CALL", "precompiled contract failed", undefined],
      ["CREATE", undefined, undefined],
      ["CALL", undefined, ["SELFDESTRUCT"]],
      ["CREATE2", undefined, undefined],
      ["CREATE", "execution reverted", undefined],
      ["CALL", undefined, ["SELFDESTRUCT"]],
    ],
  );
});

test("the prices of a frame's steps and what its calls used add up to what it used", () => {
  const [calls, steps] = [callTracer(), structLogger()];
  const executed = traceScene(evm, sceneWorld(), calls.tracer);
  traceScene(evm, sceneWorld(), steps.tracer);
  const top = calls.result(executed) as unknown as Call;
  const logs = (steps.result(executed) as unknown as { structLogs: readonly StructLog[] }).structLogs;
  const own = logs.filter(({ depth }) => depth === 1);
  // A call's price includes what it passes on; what it gives back is seen at the next step.
  let spent = 0;
  for (const [i, log] of own.entries()) {
    const next = own[i + 1];
    const after = next === undefined ? log.gas - log.gasCost : next.gas;
    spent += log.gas - after;
    const isCall = /CALL$|^CREATE/.test(log.op);
    if (!isCall) assert.equal(log.gasCost, log.gas - after, log.op);
    else if (log.op.startsWith("CREATE")) assert.ok(log.gasCost >= 32_000 && log.gasCost < 32_100);
    else assert.ok(log.gasCost >= log.gas - after, log.op);
  }
  assert.equal(BigInt(spent), executed.gasSpent - (BigInt(top.gas) - BigInt(own[0]!.gas)));
});

test("a transaction that runs out of gas, reverts or creates is traced to its end", () => {
  const outcomes = [
    [{ gasLimit: 60_000n }, "out of gas"],
    [{ to: scene.reverter as Address, value: 0n }, "execution reverted"],
    [{ to: undefined, data: Uint8Array.of(0xfe) }, "invalid opcode"],
  ] as const;
  for (const [fields, error] of outcomes) {
    const recorder = callTracer({ withLog: true });
    const executed = traceScene(evm, sceneWorld(), recorder.tracer, fields);
    const json = recorder.result(executed) as Record<string, unknown>;
    assert.equal(json.error, error);
    assert.equal(json.logs, undefined);
    assert.equal(BigInt(json.gasUsed as string), executed.gasUsed);
    assert.equal("to" in json, fields !== outcomes[2][0]);
  }
});
