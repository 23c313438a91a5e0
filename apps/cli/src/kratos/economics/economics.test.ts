import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";

const program = new URL("../../kratos.ts", import.meta.url).pathname;

function kratos(...args: readonly string[]): {
  readonly out: string;
  readonly err: string;
  readonly code: number | null;
} {
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, ...args], { encoding: "utf8" });
  return { out: stdout, err: stderr, code: status };
}

test("the projection is the one of the specification, and futures repeat with their seed", () => {
  const args = ["economics", "--years", "2", "--runs", "20", "--seed", "7", "--json"];
  const { out, code } = kratos(...args);
  assert.equal(code, 0);
  const { years, founding, futures } = JSON.parse(out);
  assert.deepEqual(
    years.map((row: { supplyMillions: number }) => row.supplyMillions),
    [1_037.4, 1_062.4],
  );
  assert.deepEqual(
    founding.map((row: { recomputed: number }) => row.recomputed),
    [1_000, 1_037.4],
  );
  for (const { p5, p25, p50, p75, p95 } of futures.bandsMillions) {
    assert.ok(p5 <= p25 && p25 <= p50 && p50 <= p75 && p75 <= p95 && p5 < p95);
  }
  assert.equal(kratos(...args).out, out);
});

test("as a table for people, for spreadsheets and as a picture; never two of them", () => {
  const few = ["economics", "--years", "1", "--runs", "3"];
  assert.match(kratos(...few).out, /Beside the founding table/);
  assert.equal(
    kratos(...few, "--csv")
      .out.trim()
      .split("\n").length,
    2,
  );
  const { out: svg } = kratos(...few, "--svg");
  assert.ok(svg.startsWith("<svg") && svg.trimEnd().endsWith("</svg>") && !svg.includes("NaN"));
  const both = kratos(...few, "--svg", "--csv");
  assert.deepEqual([both.code, both.out], [1, ""]);
  assert.match(both.err, /hint: choose/);
  assert.equal(kratos("economics", "--years", "0").code, 1);
});
