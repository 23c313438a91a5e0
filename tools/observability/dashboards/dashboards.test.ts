import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { catalogue } from "../../../apps/cli/src/telemetry/catalogue.ts";
import { seriesOf } from "../seriesOf.ts";
import { deployments, metricsOf } from "../testing/alertRules.ts";
import { buildDashboard } from "./buildDashboard.ts";
import { dashboardFiles, dashboards } from "./dashboardFiles.ts";

const queries = dashboards.flatMap(({ title, panels }) =>
  panels.flatMap((panel) =>
    panel.queries.map(([expr, legend]) => ({ where: `${title}: ${panel.title}`, kind: panel.kind, expr, legend })),
  ),
);
const installed = spawnSync("promtool", ["--version"]).error === undefined;
const skip = installed ? false : "promtool is not installed: apt-get install prometheus";

test("the JSON files are what their description makes: node tools/observability/writeDashboards.ts", () => {
  for (const [path, text] of dashboardFiles()) {
    assert.deepEqual(JSON.parse(readFileSync(path, "utf8")), JSON.parse(text), path);
  }
});

test("every query asks for series that a node has, with labels that they have, of the chosen nodes", () => {
  const labels = new Map<string, readonly string[]>();
  for (const [name, spec] of Object.entries(catalogue)) {
    for (const series of seriesOf(name, spec)) labels.set(series, [...spec.labels, "instance", "le"]);
  }
  for (const { where, kind, expr, legend } of queries) {
    assert.ok(expr.includes('instance=~"$instance"'), where);
    if (kind === "logs") continue;
    const names = metricsOf(expr);
    assert.ok(names.length > 0, where);
    const used = [...expr.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list]) => list!.split(", "));
    const shown = [...legend.matchAll(/\{\{(\w+)\}\}/g)].map(([, label]) => label!);
    for (const name of names) {
      assert.ok(labels.has(name), `${where}: kairos_${name} is not in the catalogue`);
      for (const label of [...used, ...shown]) {
        assert.ok(labels.get(name)!.includes(label), `${where}: kairos_${name} has no label ${label}`);
      }
    }
  }
});

test("a line's name uses only labels that its query keeps", () => {
  for (const { where, expr, legend } of queries) {
    const kept = /by \(([^)]*)\)/.exec(expr)?.[1]?.split(", ");
    if (kept === undefined) continue;
    for (const [, label] of legend.matchAll(/\{\{(\w+)\}\}/g)) assert.ok(kept.includes(label!), `${where}: ${legend}`);
  }
});

test("Prometheus parses every query", { skip }, (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-promql-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const rules = queries
    .filter(({ kind }) => kind !== "logs")
    .map(({ expr }, i) => ({ record: `q:${i}`, expr: expr.replaceAll("$instance", ".*") }));
  const path = join(dir, "rules.yml");
  writeFileSync(path, JSON.stringify({ groups: [{ name: "dashboards", rules }] }));
  const { status, stdout, stderr } = spawnSync("promtool", ["check", "rules", path], { encoding: "utf8" });
  assert.equal(status, 0, `${stdout}${stderr}`);
});

test("panels fill the grid without overlap, and each dashboard ends with a log panel", () => {
  for (const dashboard of dashboards) {
    const { panels, refresh, time, templating } = buildDashboard(dashboard);
    assert.deepEqual([refresh, time.from, templating.list[0]!.name], ["5s", "now-30m", "instance"]);
    const taken = new Set<string>();
    for (const { title, gridPos } of panels) {
      assert.ok(gridPos.x + gridPos.w <= 24, title);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          assert.ok(!taken.has(`${x} ${y}`), `${dashboard.title}: ${title} overlaps`);
          taken.add(`${x} ${y}`);
        }
      }
    }
    assert.equal(new Set(panels.map(({ title, type }) => `${type} ${title}`)).size, panels.length, dashboard.title);
    assert.equal(panels.at(-1)!.type, "logs");
  }
});

test("Grafana finds the datasources that the panels name, and the folder of the dashboards", () => {
  const read = (path: string) => parse(readFileSync(join(deployments, "grafana/provisioning", path), "utf8"));
  const { datasources } = read("datasources/kairos.yml") as {
    datasources: { uid: string; type: string; url: string }[];
  };
  assert.deepEqual(
    datasources.map(({ uid, type, url }) => [uid, type, url]),
    [
      ["prometheus", "prometheus", "http://prometheus:9090"],
      ["loki", "loki", "http://loki:3100"],
    ],
  );
  const { providers } = read("dashboards/kairos.yml") as { providers: { options: { path: string } }[] };
  assert.equal(providers[0]!.options.path, "/var/lib/grafana/dashboards");
});
