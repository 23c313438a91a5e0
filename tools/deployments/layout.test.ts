import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./testing/root.ts";

/** The parts that kairos 20.5 names. */
const PARTS = [
  ...["state machine", "crypto", "mempool", "state", "storage", "validation", "benchmarks"].map(
    (name) => `consensus: ${name}`,
  ),
  ...["threshold crypto", "gRPC API with proto definitions", "node orchestration", "p2p", "visualizer"],
  ...["tests: end-to-end consensus", "tests: gossip", "docs", "deployments"],
];

test("every part of the founding layout has a place that exists (kairos 20.5)", () => {
  const rows = readFileSync(join(root, "docs/layout.md"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("| ") && !line.startsWith("| Founding"));
  const parts = rows.filter((row) => !row.startsWith("| ---")).map((row) => row.split("|")[1]!.trim());
  assert.deepEqual(parts, PARTS);
  const places = rows.flatMap((row) => [...row.matchAll(/\]\(([^)]+)\)/g)].map((match) => match[1]!));
  assert.ok(places.length >= PARTS.length);
  for (const place of places) assert.ok(existsSync(join(root, "docs", place)), place);
});

test("the readme of deployments names every file and folder beside it", () => {
  const text = readFileSync(join(root, "deployments/README.md"), "utf8");
  for (const name of [
    "docker-compose.yml",
    "single/",
    "localnet/",
    "seed/",
    "systemd/",
    "helm/kairos/",
    "terraform/aws/",
    "terraform/gcp/",
  ]) {
    assert.ok(text.includes(`\`${name}\``) && existsSync(join(root, "deployments", name)), name);
  }
});
