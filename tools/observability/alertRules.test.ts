import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { catalogue } from "../../apps/cli/src/telemetry/catalogue.ts";
import { seriesOf } from "./seriesOf.ts";
import { deployments, metricsOf, readAlertRules, rulesPath } from "./testing/alertRules.ts";

/** Kairos O3: name, severity, and how long the condition must hold. The last row of its table names two alerts. */
const wanted = [
  ["ConsensusStalled", "critical", "30s"],
  ["NodeDown", "critical", "1m"],
  ["ValidatorQuorumAtRisk", "critical", "1m"],
  ["HighNullificationRate", "warning", "3m"],
  ["CascadeNullifications", "warning", "2m"],
  ["HighFinalizationLatency", "warning", "5m"],
  ["BlockValidationFailures", "critical", "1m"],
  ["StateDivergence", "critical", undefined],
  ["SupplyMismatch", "critical", undefined],
  ["MempoolBackpressure", "warning", "5m"],
  ["RingBufferSaturation", "critical", "1m"],
  ["HighInvalidVoteRate", "warning", "5m"],
  ["EvidenceRecorded", "critical", undefined],
  ["SyncLag", "warning", "2m"],
  ["DiskSpaceLow", "warning", "5m"],
  ["EventLoopLag", "warning", "5m"],
] as const;

const rules = readAlertRules();
const installed = spawnSync("promtool", ["--version"]).error === undefined;
const skip = installed ? false : "promtool is not installed: apt-get install prometheus";

function promtool(...args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync("promtool", args, {
    cwd: join(deployments, "prometheus"),
    encoding: "utf8",
  });
  assert.equal(status, 0, `${stdout}\n${stderr}`);
}

test("the rules are those of the specification (O3)", () => {
  assert.deepEqual(
    rules.map((rule) => [rule.alert, rule.labels.severity, rule.for]),
    wanted,
  );
});

test("every rule asks for metrics that a node has", () => {
  const known = new Set(Object.entries(catalogue).flatMap(([name, spec]) => seriesOf(name, spec)));
  for (const { alert, expr } of rules) {
    const names = metricsOf(expr);
    assert.ok(names.length > 0 || expr.startsWith("up{"), alert);
    for (const name of names) assert.ok(known.has(name), `${alert}: kairos_${name}`);
  }
});

test("every rule links to its paragraph of docs/observe.md, and every paragraph has its rule", () => {
  const page = readFileSync(join(deployments, "../docs/observe.md"), "utf8");
  const headings = [...page.slice(page.indexOf("\n## Alerts")).matchAll(/^### (\w+)$/gm)].map(
    ([, heading]) => heading!,
  );
  assert.deepEqual(
    headings,
    rules.map(({ alert }) => alert),
  );
  for (const { alert, annotations } of rules) {
    assert.equal(annotations.runbook, `docs/observe.md#${alert.toLowerCase()}`);
    assert.match(annotations.summary, /^\{\{ \$labels\.instance \}\}: .+\.$/);
  }
});

test("every rule has a unit test with a quiet moment and one of alarm", () => {
  const text = readFileSync(join(deployments, "prometheus/alerts/kairos.test.yml"), "utf8");
  const { tests } = parse(text) as {
    tests: { name: string; alert_rule_test: { alertname: string; exp_alerts?: unknown[] }[] }[];
  };
  assert.deepEqual(
    tests.map(({ name }) => name),
    rules.map(({ alert }) => alert),
  );
  for (const { name, alert_rule_test } of tests) {
    assert.ok(alert_rule_test.every(({ alertname }) => alertname === name));
    assert.ok(alert_rule_test.some(({ exp_alerts }) => exp_alerts === undefined));
    assert.ok(alert_rule_test.some(({ exp_alerts }) => exp_alerts?.length === 1));
  }
});

test("promtool accepts the rules, their unit tests and the configuration", { skip }, () => {
  promtool("check", "rules", rulesPath);
  promtool("test", "rules", join(deployments, "prometheus/alerts/kairos.test.yml"));
  promtool("check", "config", "--syntax-only", join(deployments, "prometheus/prometheus.yml"));
});
