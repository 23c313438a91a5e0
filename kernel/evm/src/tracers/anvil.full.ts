import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bytesToHex0x, quantityOf } from "@polis/codec";
import { type EthereumNode, startAnvil, withoutFoundry } from "../../../../tools/ethereum/startAnvil.ts";
import { createEvm } from "../createEvm.ts";
import { comparedBlock } from "../testing/outcome.ts";
import { callTracer } from "./callTracer.ts";
import { prestateTracer } from "./prestateTracer.ts";
import { structLogger } from "./structLogger.ts";
import { scene, sceneWorld } from "./testing/scene.ts";
import { sceneTransaction, traceScene } from "./testing/traceScene.ts";
import type { Recorder } from "./types.ts";

type Json = Record<string, unknown>;
const skip = withoutFoundry("anvil");
const evm = createEvm({ fork: "prague", fees: "burnAndTip" });
let node: EthereumNode | undefined;
let hash = "";

async function ask(method: string, ...params: readonly unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  // biome-ignore lint/style/noRestrictedGlobals: a test may ask a node; the rule is about the code it tests.
  const response = await fetch(node!.url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const answer = (await response.json()) as { result?: unknown; error?: { message: string } };
  if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
  return answer.result;
}

before(async () => {
  if (skip !== false) return;
  node = await startAnvil(["--steps-tracing", "--base-fee", "0", "--gas-price", "0"]);
  for (const [key, { balance, nonce, code, storage }] of sceneWorld().accounts) {
    const name = `0x${key}`;
    await ask("anvil_setBalance", name, quantityOf(balance));
    await ask("anvil_setNonce", name, quantityOf(nonce));
    if (code.length > 0) await ask("anvil_setCode", name, bytesToHex0x(code));
    for (const [slot, value] of storage) {
      await ask("anvil_setStorageAt", name, `0x${slot}`, `0x${value.toString(16).padStart(64, "0")}`);
    }
  }
  await ask("anvil_impersonateAccount", `0x${scene.sender}`);
  await ask("anvil_setCoinbase", `0x${comparedBlock.coinbase}`);
  const { gasLimit, value, data } = sceneTransaction;
  const request = { from: `0x${scene.sender}`, to: `0x${scene.actor}`, gasPrice: "0x0", data: bytesToHex0x(data) };
  hash = (await ask("eth_sendTransaction", {
    ...request,
    gas: quantityOf(gasLimit),
    value: quantityOf(value),
  })) as string;
  // Anvil answers before it has mined, and traces what is not mined as nothing.
  let receipt: unknown = null;
  while (receipt === null) receipt = await ask("eth_getTransactionReceipt", hash);
});

after(() => node?.stop());

function ours(recorder: Recorder): Json {
  return recorder.result(traceScene(evm, sceneWorld(), recorder.tracer)) as Json;
}

/** The same tree with errors as their presence alone: the programs word them differently. */
function withoutWords({ error, calls, ...call }: Json): Json {
  const children = (calls as readonly Json[] | undefined)?.map(withoutWords);
  return { ...call, failed: error !== undefined, ...(children === undefined ? {} : { calls: children }) };
}

test("the same calls as anvil", { skip }, async () => {
  const theirs = (await ask("debug_traceTransaction", hash, {
    tracer: "callTracer",
    tracerConfig: { withLog: true },
  })) as Json;
  // Anvil shows the frame's gas at the top, geth and we the transaction's.
  const { gas, ...expected } = withoutWords(theirs);
  const { gas: ownGas, ...actual } = withoutWords(ours(callTracer({ withLog: true })));
  assert.ok(BigInt(ownGas as string) > BigInt(gas as string));
  assert.deepEqual(actual, expected);
});

test("the same difference as anvil, and the same accounts before, but for those that did not exist", {
  skip,
}, async () => {
  const diff = await ask("debug_traceTransaction", hash, {
    tracer: "prestateTracer",
    tracerConfig: { diffMode: true },
  });
  assert.deepEqual(ours(prestateTracer({ diffMode: true })), diff);
  const theirs = (await ask("debug_traceTransaction", hash, { tracer: "prestateTracer" })) as Json;
  const actual = ours(prestateTracer());
  // Geth and we leave out the empty state of a contract before its creation.
  const expected = Object.entries(theirs).filter(
    ([name, account]) => name in actual || (account as Json).balance !== "0x0",
  );
  assert.deepEqual(actual, Object.fromEntries(expected));
});

test("the same steps as anvil: places, gas, prices, stacks, memory and storage", { skip }, async () => {
  const theirs = (await ask("debug_traceTransaction", hash, { enableMemory: true, enableReturnData: true })) as Json;
  const actual = ours(structLogger({ enableMemory: true, enableReturnData: true }));
  const [own, expected] = [actual, theirs].map(({ structLogs }) => structLogs as readonly Json[]);
  assert.equal(own!.length, expected!.length);
  assert.deepEqual({ ...actual, structLogs: [] }, { ...theirs, structLogs: [] });
  for (const [i, step] of expected!.entries()) {
    const { error, refund, memory, returnData, gasCost, ...rest } = step;
    const {
      error: ownError,
      refund: ownRefund,
      memory: ownMemory,
      returnData: ownData,
      gasCost: ownCost,
      ...ownRest
    } = own![i]!;
    assert.deepEqual(ownRest, rest, `step ${i}`);
    assert.equal(ownError !== undefined, error !== undefined, `step ${i}`);
    assert.equal(ownRefund ?? 0, refund ?? 0, `step ${i}`);
    assert.deepEqual(ownMemory ?? [], memory ?? [], `step ${i}`);
    assert.equal(ownData ?? "0x", returnData ?? "0x", `step ${i}`);
    // Anvil counts what a creation passes on as its price; geth and we do not. Steps that failed have no right price.
    if (error === undefined && !String(rest.op).startsWith("CREATE")) assert.equal(ownCost, gasCost, `step ${i}`);
  }
});
