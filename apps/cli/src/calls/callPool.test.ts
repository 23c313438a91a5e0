import assert from "node:assert/strict";
import { test } from "node:test";
import { createMetrics } from "../telemetry/metrics.ts";
import { CallPool, type PoolJob } from "./callPool.ts";
import type { CallThreadSetup } from "./protocol.ts";

const job = { request: { timeoutMs: 10_000 }, bytes: 1, signal: undefined } as unknown as PoolJob;

test("a thread that fails is counted and replaced, and what does not fit the queue is refused", async () => {
  const metrics = createMetrics({ unknown: "throw" });
  const pool = new CallPool({
    ...{ threads: 1, depth: 1, lane: "call", maxQueued: 1, maxQueuedBytes: 1_000, metrics },
    // No thread can begin with this, which is what is wanted here.
    setup: {} as CallThreadSetup,
    logger: { log: () => undefined },
  });
  const runs = [pool.run(job), pool.run(job), pool.run(job)];
  assert.equal(metrics.value("jsonrpc_calls_waiting", { lane: "call" }), 1);
  const answers = await Promise.all(runs);
  assert.ok(answers.every((answer) => !answer.ok));
  assert.equal(metrics.value("jsonrpc_calls_refused_total", { lane: "call", reason: "queue" }), 1);
  assert.equal(metrics.value("jsonrpc_call_threads_ended_total", { lane: "call", reason: "error" }), 2);
  assert.equal(metrics.value("worker_restarts_total", { worker: "calls" }), 1);
  await pool.close();
});
