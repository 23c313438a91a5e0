import assert from "node:assert/strict";
import { test } from "node:test";
import { counter, each, gauge, histogram } from "./catalogue/spec.ts";
import { catalogue } from "./catalogue.ts";
import { createMetrics } from "./metrics.ts";

const small = {
  calls_total: counter("Calls.", ["method"], each("method", ["ping"])),
  height: gauge("Height."),
  wait_seconds: histogram("Waits.", ["lane"], [0.001, 0.5, 30]),
  metrics_dropped_total: counter("Left out."),
};

test("Prometheus text: help, type, counters, gauges, cumulative buckets, escaped labels", () => {
  const metrics = createMetrics({ prefix: "k_", catalogue: small });
  metrics.count("calls_total", 2, { method: 'a"b' });
  metrics.count("calls_total", 1, { method: 'a"b' });
  metrics.gauge("height", 7);
  for (const seconds of [0.0001, 0.3, 99]) metrics.observe("wait_seconds", seconds, { lane: "x" });
  assert.deepEqual(metrics.render().split("\n"), [
    "# HELP k_calls_total Calls.",
    "# TYPE k_calls_total counter",
    'k_calls_total{method="a\\"b"} 3',
    'k_calls_total{method="ping"} 0',
    "# HELP k_height Height.",
    "# TYPE k_height gauge",
    "k_height 7",
    "# HELP k_metrics_dropped_total Left out.",
    "# TYPE k_metrics_dropped_total counter",
    "k_metrics_dropped_total 0",
    "# HELP k_wait_seconds Waits.",
    "# TYPE k_wait_seconds histogram",
    'k_wait_seconds_bucket{lane="x",le="0.001"} 1',
    'k_wait_seconds_bucket{lane="x",le="0.5"} 2',
    'k_wait_seconds_bucket{lane="x",le="30"} 2',
    'k_wait_seconds_bucket{lane="x",le="+Inf"} 3',
    'k_wait_seconds_sum{lane="x"} 99.3001',
    'k_wait_seconds_count{lane="x"} 3',
    "",
  ]);
  assert.equal(metrics.value("height"), 7);
});

test("an unknown name, type or label is an error in tests and is counted in production", () => {
  const strict = createMetrics({ catalogue: small, unknown: "throw" });
  assert.throws(() => strict.count("call_total"), /no counter call_total/);
  assert.throws(() => strict.gauge("calls_total", 1), /no gauge calls_total/);
  assert.throws(() => strict.count("calls_total", 1, { verb: "x" }), /other labels/);
  const metrics = createMetrics({ catalogue: small, prefix: "" });
  metrics.count("call_total");
  metrics.observe("calls_total", 1);
  metrics.count("calls_total", 1, { verb: "x" });
  assert.match(metrics.render(), /^metrics_dropped_total 3$/m);
});

test("label sets of one name are bounded", () => {
  const metrics = createMetrics({ catalogue: small, prefix: "" });
  for (let i = 0; i < 1_100; i++) metrics.count("calls_total", 1, { method: String(i) });
  assert.match(metrics.render(), /^metrics_dropped_total 101$/m);
});

test("frozen labels name the same series as equal ones that are not", () => {
  const metrics = createMetrics({ catalogue: small });
  const frozen = Object.freeze({ method: "m" });
  metrics.count("calls_total", 1, frozen);
  metrics.count("calls_total", 1, frozen);
  metrics.count("calls_total", 1, { method: "m" });
  assert.equal(metrics.value("calls_total", { method: "m" }), 3);
});

test("the names of kairos 19.1 follow the rules of the exposition format", () => {
  for (const [name, { type, help, labels, initial, bounds }] of Object.entries(catalogue)) {
    assert.match(name, /^[a-z][a-z0-9_]*$/, name);
    assert.match(help, /^[A-Za-z0-9].*\.$/s, `${name}: help is a sentence`);
    assert.ok(!help.includes("\n"), name);
    // The treasury's counter and the payments' have their unit in the middle; every counter still ends as such.
    assert.equal(type === "counter", name.endsWith("_total"), name);
    assert.equal(type === "histogram", bounds.length > 0, name);
    assert.deepEqual(
      [...bounds],
      [...bounds].sort((a, b) => a - b),
      name,
    );
    for (const set of initial) for (const label of Object.keys(set)) assert.ok(labels.includes(label), name);
  }
});
