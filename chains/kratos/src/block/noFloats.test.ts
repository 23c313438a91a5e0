import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { test } from "node:test";
import { mask } from "../../../../tools/tidy/mask.ts";

const root = join(import.meta.dirname, "../../../..");
/** Packages with rules of this chain. What they stand on (bytes, hashes, trees) is under the same bans of tools/tidy. */
const packages: Readonly<Record<string, string>> = {
  "@polis/slots": "kernel/slots/src/index.ts",
  "@polis/finality": "kernel/finality/src/index.ts",
};
const starts = ["chains/kratos/src/block/importBlock.ts", "chains/kratos/src/kratosRuntime.ts"];

/** Divisions of bigints, which are whole by nature: looked at one by one, and counted, so that a new one is looked at too. */
const wholeDivisions: Readonly<Record<string, number>> = {
  "chains/kratos/src/economics/exponential.ts": 5,
  "chains/kratos/src/economics/inflation.ts": 3,
  "chains/kratos/src/economics/rewards.ts": 7,
  "chains/kratos/src/modules/credits/removeCredits.ts": 1,
  "chains/kratos/src/modules/economics/economicsModule.ts": 1,
  "chains/kratos/src/modules/participation/participationModule.ts": 1,
  "chains/kratos/src/modules/slashing/penalty.ts": 2,
  "chains/kratos/src/modules/validators/requiredStake.ts": 1,
  "chains/kratos/src/runtime/applyTransaction.ts": 1,
  "kernel/slots/src/fixedPoint.ts": 2,
  "kernel/slots/src/naturalLog.ts": 2,
};

/** `(a - (a % b)) / b`: exact for all safe integers, because nothing is left to round. */
const exact = / - \(.+ % .+\)\) \/ /;

/** Every source that block validation loads, with strings and comments blanked out. */
function reachable(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const queue = starts.map((path) => join(root, path));
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    const name = relative(root, file);
    if (found.has(name)) continue;
    const text = readFileSync(file, "utf8");
    found.set(name, mask(text).code);
    for (const [, specifier] of text.matchAll(/(?:import|export)\s+(?!type\b)[^;]*?from\s+"([^"]+)"/g)) {
      if (specifier!.startsWith(".")) queue.push(resolve(dirname(file), specifier!));
      else if (packages[specifier!] !== undefined) queue.push(join(root, packages[specifier!]!));
    }
  }
  return found;
}

test("no floating-point operation is reachable from block validation (I12)", () => {
  const sources = reachable();
  assert.ok(sources.size > 100 && sources.has("kernel/slots/src/leaderWeight.ts"));
  const wrong: string[] = [];
  const divisions = new Map<string, number>();
  for (const [file, code] of sources) {
    for (const [i, line] of code.split("\n").entries()) {
      const say = (what: string) => wrong.push(`${file}:${i + 1} ${what}: ${line.trim()}`);
      if (/(?<![\w.])\d[\d_]*\.\d/.test(line)) say("a fraction");
      if (/\d[eE]-?\d/.test(line) && !/0x/.test(line)) say("a number in scientific form");
      if (/\bMath\.(?!min\b|max\b|abs\b|floor\b|ceil\b|trunc\b)/.test(line)) say("a function of floats");
      if (/\b(parseFloat|toFixed|toPrecision|Float\d+Array|Infinity|NaN|EPSILON)\b/.test(line)) say("a float");
      const count = [...line.matchAll(/(?<=[\w)\]] )\/=?(?= )/g)].length;
      if (count > 0 && !exact.test(line)) divisions.set(file, (divisions.get(file) ?? 0) + count);
    }
  }
  assert.deepEqual(wrong, []);
  assert.deepEqual(Object.fromEntries([...divisions].sort()), wholeDivisions);
});
