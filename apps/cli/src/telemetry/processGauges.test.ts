import assert from "node:assert/strict";
import { test } from "node:test";
import { waitUntil } from "../testing/waitUntil.ts";
import { createMetrics } from "./metrics.ts";
import { startProcessGauges } from "./processGauges.ts";

/** Holds the thread up. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end) Math.sqrt(end);
}

test("a thread that is held up shows in the lag, and the time in the processor's", async (t) => {
  const metrics = createMetrics({ unknown: "throw" });
  const gauges = startProcessGauges(metrics, "1.2.3");
  t.after(() => gauges.stop());
  const value = (name: string) => metrics.value(name) ?? 0;
  await waitUntil("a lag of a tenth of a second", 10_000, () => {
    block(150);
    metrics.render();
    return value("nodejs_eventloop_lag_max_seconds") > 0.1 && value("consensus_loop_lag_seconds") > 0.1;
  });
  assert.ok(value("nodejs_eventloop_lag_max_seconds") >= value("nodejs_eventloop_lag_p99_seconds"));
  assert.ok(value("nodejs_eventloop_lag_p99_seconds") >= value("nodejs_eventloop_lag_seconds"));
  const before = value("process_cpu_seconds_total");
  block(50);
  metrics.render();
  const used = value("process_cpu_seconds_total") - before;
  assert.ok(used > 0 && used < 5, `${used} s of processor time`);
});

test("memory, files, start and version; after the stop nothing moves", () => {
  const metrics = createMetrics({ unknown: "throw" });
  const gauges = startProcessGauges(metrics, "1.2.3");
  metrics.render();
  assert.ok(metrics.value("process_resident_memory_bytes")! > 1e6);
  assert.ok(metrics.value("nodejs_heap_size_used_bytes")! <= metrics.value("nodejs_heap_size_total_bytes")!);
  assert.equal(metrics.value("build_info", { version: "1.2.3", node: process.versions.node }), 1);
  const started = metrics.value("process_start_time_seconds")!;
  assert.ok(Math.abs(started - (Date.now() / 1_000 - process.uptime())) < 2);
  gauges.stop();
  const used = metrics.value("process_cpu_seconds_total");
  block(20);
  metrics.render();
  assert.equal(metrics.value("process_cpu_seconds_total"), used);
});
