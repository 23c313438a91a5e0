import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { encodeFunctionData, numberToHex, parseEther } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ownArtifact } from "../artifacts.ts";
import { connect } from "../connect.ts";
import type { EthereumNode } from "../startAnvil.ts";
import { once } from "./once.ts";

const TRACE = { timeout: 10_000 };

interface CallFrame {
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly value?: string;
  readonly gasUsed: string;
  readonly error?: string;
  readonly revertReason?: string;
  readonly calls?: readonly CallFrame[];
  readonly logs?: readonly unknown[];
}

/** The three tracers over mined transactions, calls and blocks, in geth's shapes. */
export function viemTraces(node: EthereumNode): void {
  describe(`traces on ${node.name}`, TRACE, () => {
    const { publicClient, address, deploy, write } = connect(node);
    const request = <T>(method: string, ...params: unknown[]) =>
      publicClient.request({ method, params } as never) as Promise<T>;
    const [a, b] = ["35", "36"].map((byte) => privateKeyToAccount(`0x${byte.repeat(32)}`).address) as [string, string];
    const scene = once(async () => {
      const contract = await deploy(ownArtifact("Probe"), [1n]);
      return { contract, receipt: await write(0, contract, "split", [a, b], parseEther("2")) };
    });

    test("callTracer shows the frames of a transaction", async () => {
      const { contract, receipt } = await scene();
      const frame = await request<CallFrame>("debug_traceTransaction", receipt.transactionHash, {
        tracer: "callTracer",
        tracerConfig: { withLog: true },
      });
      assert.deepEqual([frame.type, frame.to], ["CALL", contract.address.toLowerCase()]);
      assert.equal(BigInt(frame.gasUsed), receipt.gasUsed);
      assert.deepEqual(
        frame.calls?.map((call) => [call.to, call.value]),
        [a, b].map((to) => [to.toLowerCase(), numberToHex(parseEther("1"))]),
      );
      const top = await request<CallFrame>("debug_traceTransaction", receipt.transactionHash, {
        tracer: "callTracer",
        tracerConfig: { onlyTopCall: true },
      });
      assert.equal(top.calls?.length ?? 0, 0);
    });

    test("prestateTracer shows the accounts before, and what changed", async () => {
      const { receipt } = await scene();
      const before = await request<Record<string, { balance?: string; nonce?: number }>>(
        "debug_traceTransaction",
        receipt.transactionHash,
        { tracer: "prestateTracer" },
      );
      assert.ok(address(0).toLowerCase() in before);
      const diff = await request<{ pre: Record<string, unknown>; post: Record<string, { balance?: string }> }>(
        "debug_traceTransaction",
        receipt.transactionHash,
        { tracer: "prestateTracer", tracerConfig: { diffMode: true } },
      );
      assert.equal(BigInt(diff.post[a.toLowerCase()]?.balance ?? 0) >= parseEther("1"), true);
    });

    test("the opcode logger ends where the transaction did", async () => {
      const { receipt } = await scene();
      const trace = await request<{
        gas: number;
        failed: boolean;
        structLogs: readonly { op: string; pc: number; depth: number }[];
      }>("debug_traceTransaction", receipt.transactionHash, {});
      assert.equal(trace.failed, false);
      assert.equal(BigInt(trace.gas), receipt.gasUsed);
      assert.deepEqual([trace.structLogs[0]?.op, trace.structLogs[0]?.pc], ["PUSH1", 0]);
      assert.equal(trace.structLogs.at(-1)?.op, "STOP");
    });

    test("a call that would revert is traced with its reason", async () => {
      const { contract } = await scene();
      const data = encodeFunctionData({ abi: contract.abi, functionName: "failWithReason" });
      const frame = await request<CallFrame>(
        "debug_traceCall",
        { from: address(0), to: contract.address, data },
        "latest",
        { tracer: "callTracer" },
      );
      assert.equal(frame.error, "execution reverted");
      assert.equal(frame.revertReason, "Probe: no");
    });

    test("a block is traced transaction by transaction", async () => {
      const { receipt } = await scene();
      const traces = await request<readonly { txHash?: string; result: CallFrame }[]>(
        "debug_traceBlockByNumber",
        numberToHex(receipt.blockNumber),
        { tracer: "callTracer" },
      );
      assert.equal(traces.length, 1);
      assert.equal(BigInt(traces[0]!.result.gasUsed), receipt.gasUsed);
    });
  });
}
