import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const root = join(import.meta.dirname, "..");
/** Where KratOs is tested. The kernel's packages of Kairos alone number other invariants. */
const folders = [
  ...["chains/kratos/src", "apps/cli/src/kratos", "apps/seed/src", "adapters/p2p/src", "adapters/rpc/src"],
  ...["kernel/slots/src", "kernel/finality/src", "kernel/state/src", "kernel/codec/src", "kernel/crypto/src"],
];
/** Every planted bug has a test of its own, which demands that the simulator names this invariant. */
const planted = "apps/cli/src/kratos/sim/bugs.ts";
const COUNT = 51;

/** Test files by the invariants that the titles of their tests name. */
function namedBy(): ReadonlyMap<string, readonly string[]> {
  const named = new Map<string, Set<string>>();
  const add = (text: string, file: string) => {
    for (const [name] of text.matchAll(/\bI[1-9][0-9]?\b/g)) named.set(name, (named.get(name) ?? new Set()).add(file));
  };
  for (const folder of folders) {
    for (const path of readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).sort()) {
      if (!/\.(test|full)\.ts$/.test(path) || path.includes("node_modules")) continue;
      const file = `${folder}/${path}`;
      const text = readFileSync(join(root, file), "utf8");
      for (const [, title] of text.matchAll(/\b(?:test|it)(?:\.\w+)?\(\s*(["'`][^\n]*)/g)) add(title!, file);
    }
  }
  for (const [, id] of readFileSync(join(root, planted), "utf8").matchAll(/"(I[0-9]+)"/g)) add(id!, planted);
  return new Map([...named].map(([name, files]) => [name, [...files]]));
}

const names = Array.from({ length: COUNT }, (_, i) => `I${i + 1}`);

test("every invariant of kratos-core 16 is named by a test that holds it", () => {
  const named = namedBy();
  assert.deepEqual(
    names.filter((name) => !named.has(name)),
    [],
  );
});

test("the map of docs/kratos/security.md has every invariant in order, with tests that name it", () => {
  const text = readFileSync(join(root, "docs/kratos/security.md"), "utf8");
  const rows = [...text.matchAll(/^\| (I\d+) \|(.*)\|$/gm)].map(([, name, line]) => ({ name: name!, line: line! }));
  assert.deepEqual(
    rows.map(({ name }) => name),
    names,
  );
  const named = namedBy();
  for (const { name, line } of rows) {
    const files = [...line.matchAll(/`([\w./-]+\.ts)`/g)].map(([, file]) => file!);
    assert.ok(files.length > 0, `${name} has no test`);
    for (const file of files) {
      assert.ok(existsSync(join(root, file)), `${name}: ${file} is not there`);
      assert.ok(named.get(name)?.includes(file), `${name}: no test of ${file} names it`);
    }
  }
});

test("every name in the table of bad input is in one of the tests that the row names", () => {
  const text = readFileSync(join(root, "docs/kratos/security.md"), "utf8");
  const section = text.slice(text.indexOf("## What bad input meets"), text.indexOf("## The invariants"));
  const rows = section.split("\n").filter((line) => line.startsWith("| ") && line.includes(".test.ts`"));
  assert.ok(rows.length >= 30, `${rows.length} rows`);
  for (const row of rows) {
    const [, input = "", named = "", verdict, files = ""] = row.split("|").map((cell) => cell.trim());
    assert.ok(verdict !== "", input);
    const tests = [...files.matchAll(/`([\w./-]+)`/g)].map(([, file]) => readFileSync(join(root, file!), "utf8"));
    // Numbers have underscores in code.
    const said = tests.join("\n").replaceAll(/(?<=\d)_(?=\d)/g, "");
    for (const [, name] of named.matchAll(/`([^`]+)`/g)) assert.ok(said.includes(name!), `${input}: ${name}`);
  }
});

test("the list of invariants is that of the specification", {
  skip: !existsSync(join(root, "../shared/spec/kratos-core.md")) && "the specification is not here",
}, () => {
  const spec = readFileSync(join(root, "../shared/spec/kratos-core.md"), "utf8");
  const listed = [...spec.slice(spec.indexOf("## 16. Invariants")).matchAll(/^\| (I\d+) \|/gm)].map(([, name]) => name);
  assert.deepEqual(listed, names);
});
