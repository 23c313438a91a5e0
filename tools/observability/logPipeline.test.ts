import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { createLogger } from "../../apps/cli/src/telemetry/logger.ts";
import { deployments } from "./testing/alertRules.ts";
import { readAlloy } from "./testing/alloy.ts";

const components = readAlloy(readFileSync(join(deployments, "alloy/config.alloy"), "utf8"));

test("Loki keeps logs for 72 hours and deletes them then (kairos 20.1)", () => {
  const loki = parse(readFileSync(join(deployments, "loki/loki.yml"), "utf8"));
  assert.equal(loki.limits_config.retention_period, "72h");
  assert.equal(loki.limits_config.reject_old_samples_max_age, "72h");
  assert.equal(loki.compactor.retention_enabled, true);
  assert.equal(loki.compactor.delete_request_store, loki.schema_config.configs[0].object_store);
  assert.equal(loki.server.http_listen_port, 3100);
  assert.equal(loki.common.path_prefix, "/loki");
  assert.equal(loki.analytics.reporting_enabled, false);
});

test("Alloy's components are joined: every one that is named exists, and each but the last is read by another", () => {
  const names = components.map(({ kind, label }) => `${kind}.${label}`);
  const named = components.flatMap(({ body }) =>
    [...body.matchAll(/\b([a-z]+\.[a-z_]+\.[a-z]+)\.(targets|output|receiver)\b/g)].map((m) => m[1]!),
  );
  for (const name of named) assert.ok(names.includes(name), name);
  const ends = names.filter((name) => !named.includes(name));
  assert.deepEqual(ends, ["loki.source.file.nodes"]);
});

test("the pipeline reads the fields that a line has, and labels are level, module, instance and job", () => {
  const lines: string[] = [];
  const logger = createLogger({ level: "info", format: "json", stream: { write: (line) => void lines.push(line) } });
  logger.module("consensus").log("warn", "late", { view: 7 });
  const line = JSON.parse(lines[0]!) as Record<string, unknown>;
  const process = components.find(({ kind }) => kind === "loki.process")!.body;
  const read = [.../expressions = \{(.*)\}/.exec(process)![1]!.matchAll(/= "(\w+)"/g)].map((m) => m[1]!);
  for (const field of read) assert.ok(typeof line[field] === "string", field);
  const labels = [.../values = \{(.*)\}/.exec(process)![1]!.matchAll(/(\w+) = ""/g)].map((m) => m[1]!);
  assert.deepEqual(labels, ["level", "module"]);
  // The format named RFC3339 takes a fraction of a second and a Z.
  assert.match(String(line.ts), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const relabel = components.find(({ kind }) => kind === "discovery.relabel")!.body;
  const pattern = JSON.parse(/regex\s+= (".*")/.exec(relabel)![1]!) as string;
  assert.equal(new RegExp(`^${pattern}$`).exec("/var/log/kairos/validator-0.log")?.[1], "validator-0");
});
