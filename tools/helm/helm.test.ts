import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { parse, parseAllDocuments } from "yaml";
import { missing } from "../deployments/testing/installed.ts";
import { chartFolder, createRenderer, type Manifest } from "./testing/chart.ts";

const skip = missing("helm", "version");
const values = {
  network: {
    genesis: '{"chainId": 1}\n',
    peers: [{ ed25519_public_key: "11".repeat(32), address: "a.example.org:9000" }],
  },
  validators: { firstIndex: 2, config: { logging: { level: "debug" } } },
  networkPolicy: { p2pFrom: ["198.51.100.0/24"], clientsFrom: [{ podSelector: {} }] },
  monitoring: { serviceMonitor: true, prometheusRule: true, labels: { release: "prometheus" } },
};

function valuesFile(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "kairos-helm-values-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const file = join(dir, "values.json");
  writeFileSync(file, JSON.stringify(values));
  return file;
}

/** By kind and name. Keys of a configuration may be written in another order, so its text is read and its hash left out. */
function sorted(manifests: readonly Manifest[]): readonly unknown[] {
  return manifests
    .map((one): [string, unknown] => {
      const text = JSON.stringify(one).replaceAll(/"checksum\/config":"[0-9a-f]+"/g, '"checksum/config":""');
      const manifest = JSON.parse(text) as Manifest;
      const config = manifest.data?.["config.yaml"];
      const data = config === undefined ? manifest.data : parse(config);
      return [`${one.kind} ${one.metadata.name}`, { ...manifest, data }];
    })
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

test("Helm finds nothing to complain about", { skip }, (t) => {
  const { status, stdout, stderr } = spawnSync("helm", ["lint", "--strict", chartFolder, "--values", valuesFile(t)], {
    encoding: "utf8",
  });
  assert.equal(status, 0, `${stdout}${stderr}`);
});

test("Helm renders what our renderer renders", { skip }, (t) => {
  const renderer = createRenderer();
  if (typeof renderer === "string") return t.skip(renderer);
  t.after(() => renderer.close());
  const args = ["template", "net", chartFolder, "--namespace", "payments", "--values", valuesFile(t)];
  const { status, stdout, stderr } = spawnSync("helm", args, { encoding: "utf8", maxBuffer: 2 ** 26 });
  assert.equal(status, 0, stderr);
  const theirs = parseAllDocuments(stdout).map((document) => document.toJS() as Manifest | null);
  const ours = renderer.render(values);
  assert.ok(ours.ok);
  assert.deepEqual(sorted(theirs.filter((one) => one !== null)), sorted(ours.manifests));
});
