import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, describe, it } from "node:test";
import { WebSocket } from "ws";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";

const target = `0x${"ca".repeat(20)}`;
const withCode = (code: string) => ({ [target]: { code } });
/** GAS PUSH0 MSTORE, return the word: what gas a call has left. */
const gasLeft = "0x5a5f5260205ff3";
/** KECCAK of a megabyte again and again: a second of work in fifty million gas. */
const endless = "0x5b620fffff5f20505f56";

interface Reply {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
  readonly params?: { readonly subscription: string; readonly result: Record<string, string> };
}

/** Every limit of the section `jsonrpc` differs from its default, so that its effect can be seen (kairos X5). */
const limits = {
  max_subscriptions: 2,
  logs_max_range: 3,
  fee_history_max: 2,
  max_filters: 1,
  call_gas_cap: 40_000_000,
  call_timeout_ms: 150,
  trace_timeout_ms: 150,
  max_batch: 5,
  namespaces: ["eth", "net", "web3", "kairos", "debug"],
};

describe("JSON-RPC of a running validator", { timeout: 60_000 }, () => {
  let net: TestNetwork;
  before(async () => {
    net = await TestNetwork.generate(1, {
      settings: { jsonrpc: { rate_limit_per_second: 0, ...limits }, workers: { execution: 1, signature: 0 } },
    });
    await net.start();
    await net.reaches(6);
  });
  after(() => net.close());

  const url = () => `127.0.0.1:${net.ports.jsonRpc}`;

  async function post(body: unknown): Promise<Reply> {
    const response = await fetch(`http://${url()}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    return (await response.json()) as Reply;
  }

  const ask = (method: string, ...params: readonly unknown[]) => post({ jsonrpc: "2.0", id: 1, method, params });

  async function open() {
    const socket = new WebSocket(`ws://${url()}`);
    const replies: Reply[] = [];
    socket.on("message", (data: Buffer) => replies.push(JSON.parse(data.toString())));
    await once(socket, "open");
    const call = async (id: number, method: string, ...params: readonly unknown[]): Promise<Reply> => {
      socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
      await waitUntil(`an answer to ${method}`, 10_000, () => replies.some((reply) => reply.id === id));
      return replies.find((reply) => reply.id === id)!;
    };
    const pushed = (subscription: unknown) =>
      replies.flatMap(({ params }) =>
        params !== undefined && params.subscription === subscription ? [params.result] : [],
      );
    return { socket, call, pushed };
  }

  it("pushes each finalized head once and in order, and pending transactions, up to a number of subscriptions", async () => {
    const { socket, call, pushed } = await open();
    const { result: heads } = await call(1, "eth_subscribe", "newHeads");
    const { result: pending } = await call(2, "eth_subscribe", "newPendingTransactions");
    assert.match((await call(3, "eth_subscribe", "newHeads")).error!.message, /has 2 subscriptions/);
    const [payer, other] = net.payers as [(typeof net.payers)[0], (typeof net.payers)[0]];
    const { raw, hash } = payer.pay(other.address);
    await call(4, "eth_sendRawTransaction", raw);
    await waitUntil("ten heads", 20_000, () => pushed(heads).length >= 10);
    const heights = pushed(heads).map(({ number }) => Number(number));
    assert.deepEqual(
      heights,
      heights.map((_, i) => heights[0]! + i),
    );
    assert.deepEqual(pushed(pending) as unknown[], [hash]);
    assert.equal((await call(5, "eth_unsubscribe", pending)).result, true);
    assert.equal((await call(6, "kairos_subscribe", ["finalized"])).error, undefined);
    socket.terminate();
  });

  it("answers calls on every tag in another thread, with the state that the tag names", async () => {
    for (const tag of ["latest", "safe", "finalized", "pending", "earliest"]) {
      const { result } = await ask("eth_call", { to: target }, tag, withCode("0x435f5260205ff3"));
      const height = Number(result);
      assert.ok(tag === "earliest" ? height === 0 : height >= 6, `${tag} ${String(result)}`);
    }
    const { result } = await ask("eth_call", { to: target }, "latest", withCode(gasLeft));
    const gas = Number(result);
    assert.ok(gas < limits.call_gas_cap && gas > limits.call_gas_cap - 100_000, `${gas}`);
    const trace = await ask("debug_traceCall", { to: target }, "latest", {
      tracer: "callTracer",
      stateOverrides: withCode(gasLeft),
    });
    assert.equal((trace.result as { type: string }).type, "CALL");
    assert.equal((await ask("eth_getProof", target, [], "latest")).error, undefined);
  });

  it("ends calls and traces after their time, and answers the next one", async () => {
    const call = await ask("eth_call", { to: target }, "latest", withCode(endless));
    assert.equal(call.error?.code, -32005, JSON.stringify(call).slice(0, 200));
    assert.match(call.error!.message, /longer than 150 ms/);
    const options = { tracer: "callTracer", stateOverrides: withCode(endless) };
    const trace = await ask("debug_traceCall", { to: target }, "latest", options);
    assert.equal(trace.error?.code, -32005, JSON.stringify(trace).slice(0, 200));
    assert.equal((await ask("eth_call", { to: target }, "latest", withCode("0x00"))).result, "0x");
  });

  it("keeps every other limit that is configured", async () => {
    const logs = await ask("eth_getLogs", { fromBlock: "0x0", toBlock: "0x4" });
    assert.equal(logs.error?.code, -32005);
    assert.match(JSON.stringify(logs.error), /"maxRange":/);
    const history = (await ask("eth_feeHistory", "0x5", "latest", [])).result as { baseFeePerGas: unknown[] };
    assert.equal(history.baseFeePerGas.length, limits.fee_history_max + 1);
    const { result: filter } = await ask("eth_newBlockFilter");
    assert.equal((await ask("eth_newBlockFilter")).error?.code, -32005);
    assert.equal((await ask("eth_uninstallFilter", filter)).result, true);
    const batch = await post(
      Array.from({ length: 6 }, (_, id) => ({ jsonrpc: "2.0", id, method: "eth_chainId", params: [] })),
    );
    assert.equal(batch.error?.code, -32005);
    assert.match((await ask("txpool_status")).error!.message, /namespace txpool is disabled/);
    assert.equal((await ask("evm_mine")).error?.code, -32601);
    assert.equal((await ask("eth_sendTransaction", {})).error?.code, -32601);
  });

  it("tells what the node is and does", async () => {
    const info = (await ask("kairos_nodeInfo")).result as { insecure: boolean; validatorIndex: number };
    assert.deepEqual([info.insecure, info.validatorIndex], [true, 0]);
    const view = (await ask("kairos_getView", "0x2")).result as { label: string };
    assert.match(view.label, /^final/);
    assert.deepEqual((await ask("kairos_getEvidence")).result, { entries: [], next: null });
    assert.equal(((await ask("kairos_health")).result as { healthy: boolean }).healthy, true);
  });
});
