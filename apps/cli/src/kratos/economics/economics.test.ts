import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { type Future, projectFuture } from "./future.ts";

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
  const { scenarios } = futures;
  assert.deepEqual(
    scenarios.map(({ name }: { name: string }) => name),
    ["together", "validators", "participation", "usage"],
  );
  for (const { name, bandsMillions } of scenarios) {
    assert.equal(bandsMillions.length, 2);
    for (const { p5, p25, p50, p75, p95 } of bandsMillions) {
      assert.ok(p5 <= p25 && p25 <= p50 && p50 <= p75 && p75 <= p95 && p5 < p95, name);
    }
  }
  assert.equal(kratos(...args).out, out);
});

test("twenty years: within 0.1 % of the founding 824 M, the other rows within what is explained (9.8)", () => {
  const { out } = kratos("economics", "--years", "20", "--runs", "0", "--json");
  const { founding, figures, years, futures } = JSON.parse(out);
  const deviations = founding.map((row: { deviationPercent: number }) => row.deviationPercent);
  assert.deepEqual(deviations, [0, -1.01, 0.74, 1.32, -0.02]);
  assert.ok(Math.abs(years.at(-1).supplyMillions / 824 - 1) < 0.001);
  for (const { year, deviationPercent, remark } of founding) {
    assert.equal(Math.abs(deviationPercent) > 0.1, remark !== "", `year ${year} is explained when it differs`);
  }
  const figure = (what: string) => figures.find((row: { what: string }) => row.what === what).recomputed;
  assert.equal(figure("peak of the supply"), "year 5");
  assert.equal(figure("burn overtakes emission"), "year 4.93");
  assert.equal(figure("reward of a block in Bootstrap"), "12.366818873668 KRAT");
  assert.equal(figure("burned in year 10"), "3.295 %");
  assert.deepEqual(futures.scenarios, []);
});

test("a network that does not grow out of Bootstrap, and one without use, end with more KRAT", () => {
  const future = { validators: 101, stakeKrat: 3_000_000, users: 10_000, halfYears: 0.5 };
  const end = (change: Partial<Future>) =>
    projectFuture(5, { ...future, participationPpm: 990_000, burnPpm: 500_000, ...change }).at(-1)!;
  const usual = end({});
  assert.ok(end({ validators: 49 }) > usual);
  assert.ok(end({ participationPpm: 890_000 }) > usual, "the rate of Bootstrap outweighs the blocks that are missing");
  assert.ok(end({ burnPpm: 0 }) > usual);
  assert.ok(end({ stakeKrat: 0 }) > usual);
  assert.ok(end({ users: 500 }) < usual);
});

test("as a table for people, for spreadsheets and as a picture; never two of them", () => {
  const few = ["economics", "--years", "1", "--runs", "3"];
  const { out: text } = kratos(...few);
  assert.match(
    text,
    /Beside the founding table[\s\S]*Other founding figures[\s\S]*year 1 in 3 futures of each scenario/,
  );
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
