import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "@polis/codec";
import { createEvm } from "../createEvm.ts";
import type { ValueRule } from "../seam/rules.ts";
import { MemoryWorld } from "../testing/memoryWorld.ts";
import { codeThatCalls, sender, sendTo } from "../testing/sendTo.ts";

const contract = "c0".repeat(20) as Address;
const heir = "d0".repeat(20) as Address;
const face = "36".padEnd(40, "0") as Address;

/** Logs every movement at the face, and refuses those of more than `limit`. */
function ruleWith(limit: bigint): ValueRule {
  return (_state, { from, to, amount }, log) => {
    log({ address: face, topics: [], data: Uint8Array.fromHex(from.slice(0, 2) + to.slice(0, 2)) });
    return amount <= limit;
  };
}

const evm = createEvm({ fork: "prague", fees: "collect", onValue: ruleWith(100n), keepsDestroyedBalance: true });

function worldWith(code: Uint8Array): MemoryWorld {
  return new MemoryWorld()
    .put(sender, { balance: 10n ** 20n })
    .put(contract, { nonce: 1n, balance: 1000n, code })
    .put(heir, { balance: 1n });
}

const logged = (logs: readonly { readonly data: Uint8Array }[]) => logs.map(({ data }) => data.toHex());

test("the transaction's value is judged before the callee runs, and its log comes first", () => {
  const world = worldWith(codeThatCalls(0xf1, heir, 3n));
  const { status, logs, output } = sendTo(evm, world, contract, { value: 7n });
  assert.deepEqual([status, output.at(-1), logged(logs)], [1, 1, ["a1c0", "c0d0"]]);
  assert.equal(world.account(contract)?.balance, 1004n);
});

test("a refused transaction value fails frame 0 for the base cost", () => {
  const world = worldWith(codeThatCalls(0xf1, heir, 3n));
  const { status, halt, gasUsed, logs } = sendTo(evm, world, contract, { value: 101n });
  assert.deepEqual([status, halt, gasUsed, logs], [0, "insufficientBalance", 21_000n, []]);
});

test("a refused call returns 0 and the callee's gas, and leaves no log", () => {
  const world = worldWith(codeThatCalls(0xf1, heir, 101n));
  const { status, output, logs, gasUsed } = sendTo(evm, world, contract);
  assert.deepEqual([status, output.at(-1), logs], [1, 0, []]);
  assert.ok(gasUsed < 21_000n + 9000n + 2600n + 100n, `${gasUsed}`);
  assert.equal(world.account(heir)?.balance, 1n);
});

test("call codes, calls to oneself and calls without value move nothing", () => {
  for (const code of [codeThatCalls(0xf2, heir, 3n), codeThatCalls(0xf1, contract, 3n), codeThatCalls(0xf1, heir)]) {
    // The call to itself calls again until its gas ends; none of them may log.
    assert.deepEqual(sendTo(evm, worldWith(code), contract, { gasLimit: 60_000n }).logs, []);
  }
});

test("a refused SELFDESTRUCT fails its frame and gives its gas back; an allowed one moves and logs", () => {
  const code = Uint8Array.fromHex(`73${heir}ff`);
  const refused = sendTo(evm, worldWith(code), contract);
  assert.deepEqual([refused.status, refused.halt, refused.logs], [0, "insufficientBalance", []]);
  assert.equal(refused.gasUsed, 21_000n + 3n + 5000n + 2600n);
  const world = worldWith(code).put(contract, { nonce: 1n, balance: 100n, code });
  const { status, logs } = sendTo(evm, world, contract);
  assert.deepEqual([status, logged(logs)], [1, ["c0d0"]]);
  assert.equal(world.account(heir)?.balance, 101n);
});

test("a creation with value is judged; refused, its gas comes back", () => {
  const world = worldWith(new Uint8Array());
  const created = sendTo(evm, world, undefined, { value: 100n });
  assert.equal(created.status, 1);
  assert.equal(created.logs.length, 1);
  assert.equal(world.account(created.created!)?.balance, 100n);
  const refused = sendTo(evm, world, undefined, { value: 101n });
  assert.deepEqual([refused.status, refused.halt, refused.gasUsed], [0, "insufficientBalance", 53_000n]);
});

test("a contract destroyed in favour of itself keeps its balance, and so does later value (kairos U6)", () => {
  const world = worldWith(new Uint8Array());
  const { status, created } = sendTo(evm, world, undefined, { value: 50n, data: Uint8Array.fromHex("30ff") });
  assert.equal(status, 1);
  const left = world.account(created!)!;
  assert.deepEqual([left.balance, left.nonce], [50n, 0n]);
  const ethereum = createEvm({ fork: "prague", fees: "collect" });
  const burned = sendTo(ethereum, world, undefined, { value: 50n, data: Uint8Array.fromHex("30ff") });
  assert.equal(world.account(burned.created!), undefined);
});
