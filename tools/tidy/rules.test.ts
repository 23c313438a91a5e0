import assert from "node:assert/strict";
import { test } from "node:test";
import { checkAll } from "./check.ts";
import { mask } from "./mask.ts";
import { judge } from "./ratchet.ts";
import { repoOf } from "./repo.ts";

const manifest = (name: string, dependencies: Record<string, string> = {}) =>
  JSON.stringify({ name: `@polis/${name}`, dependencies });

/** The rules broken by one extra file beside an otherwise clean pair of packages. */
function broken(path: string, text: string): string[] {
  const clean = [
    { path: "package.json", text: "{}" },
    { path: "kernel/codec/package.json", text: manifest("codec") },
    { path: "kernel/codec/README.md", text: "Codec." },
    { path: "adapters/net/package.json", text: manifest("net", { "@polis/codec": "0.1.0" }) },
    { path: "adapters/net/README.md", text: "Net." },
    { path: "adapters/net/src/index.ts", text: 'import "@polis/codec";' },
    { path: "clients/sdk/package.json", text: manifest("sdk") },
    { path: "clients/sdk/README.md", text: "SDK." },
    { path: "docs/decisions/libraries.md", text: "" },
  ].filter((file) => file.path !== path);
  return checkAll(repoOf([...clean, { path, text }])).map((problem) => problem.rule);
}

const BREAKS: readonly [rule: string, path: string, text: string][] = [
  ["ring", "kernel/codec/src/a.ts", 'import "@polis/net";'],
  ["ring", "kernel/codec/src/a.ts", 'import "../../../adapters/net/src/index.ts";'],
  ["ring", "kernel/codec/src/a.ts", 'import "@polis/net/deep";'],
  ["ring", "kernel/codec/src/a.ts", 'import "@polis/absent";'],
  ["purity", "kernel/codec/src/a.ts", 'import "node:fs";'],
  ["purity", "clients/sdk/src/a.ts", 'import "node:fs";'],
  ["ring", "clients/sdk/src/a.ts", 'import "@polis/net";'],
  ["manifest", "adapters/net/src/a.ts", 'import "pino";'],
  ["manifest", "adapters/net/package.json", manifest("net", { "@polis/codec": "0.1.0", pino: "10.4.0" })],
  ["package-name", "adapters/net/package.json", manifest("network", { "@polis/codec": "0.1.0" })],
  ["dependency", "adapters/net/package.json", manifest("net", { "@polis/codec": "^0.1.0" })],
  ["install-script", "package.json", JSON.stringify({ allowScripts: { lmdb: true } })],
  [
    "lock",
    "package-lock.json",
    JSON.stringify({ packages: { "node_modules/a": { optionalDependencies: { b: "1.0.0" } } } }),
  ],
  ["lock", "package-lock.json", JSON.stringify({ packages: { "adapters/net": {} } })],
  ["banned", "kernel/codec/src/a.ts", "const a = Date.now();"],
  ["banned", "kernel/codec/src/a.ts", "const a = Math.sqrt(2);"],
  ["banned", "kernel/codec/src/a.ts", "const half = 0.5;"],
  ["banned", "kernel/codec/src/a.ts", "for (const key in table) use(key);"],
  ["banned", "kernel/codec/src/a.ts", "const a = JSON.parse(text);"],
  ["banned", "kernel/codec/src/a.ts", "const a = list.sort();"],
  ["banned", "kernel/codec/src/a.ts", "async function a() {}"],
  ["banned", "kernel/codec/src/a.test.ts", "const a = Math.random();"],
  ["banned", "adapters/net/src/a.ts", "export default 1;"],
  ["banned", "apps/cli/src/a.ts", "process.exit(1);"],
  ["banned", "adapters/net/src/a.test.ts", 'test.only("a", () => {});'],
  ["regex", "adapters/net/src/a.ts", "const a = /x+/.test(text);"],
  ["readme", "kernel/ports/package.json", manifest("ports")],
  ["length", "kernel/codec/src/a.ts", "\n".repeat(401)],
  ["barrel", "kernel/codec/src/b/all.ts", 'export { a } from "./a.ts";\n'],
  ["docstring", "kernel/codec/src/a.ts", "export function a() {}"],
  ["link", "docs/a.md", "[gone](gone.md)"],
  ["link", "docs/a.md", "# One\n\n[here](#two)"],
  ["link", "docs/a.md", "[codec](../kernel/codec/README.md#none)"],
  ["leftover", "docs/a.md", "TO" + "DO: finish"],
  ["machine-path", "docs/a.md", `see /ho${"me"}/someone/polis`],
  ["emoji", "docs/a.md", "done \u{1F680}"],
];

for (const [rule, path, text] of BREAKS) {
  test(`${rule} is found in ${path}: ${text.slice(0, 40).trim()}`, () => {
    assert.ok(broken(path, text).includes(rule), `found ${broken(path, text).join(", ") || "nothing"}`);
  });
}

test("clean code passes", () => {
  const text = '/** A date. */\nexport const a = "Date.now()"; // Math.random\nconst b = `setTimeout`; use(b);\n';
  assert.deepEqual(broken("kernel/codec/src/a.ts", text), []);
});

test("masking keeps length and code, and drops strings, comments and regular expressions", () => {
  const text =
    "a(`x $" + "{b(`y $" + "{c}`)} z`); const d = e / f / g; h.match(/i\\/[/]j/g); // k\n/* l */ 'm' + \"n\"";
  const { code, regexes } = mask(text);
  assert.equal(code.length, text.length);
  assert.deepEqual(code.match(/\w+/g), ["a", "b", "c", "const", "d", "e", "f", "g", "h", "match"]);
  assert.equal(regexes.length, 1);
});

test("an exception covers so many and must shrink", () => {
  const problem = { rule: "length", file: "a.ts", line: 1, message: "" };
  assert.equal(judge([problem], {}).over.length, 1);
  assert.deepEqual(judge([problem], { length: { "a.ts": 1 } }), { over: [], loose: [] });
  assert.equal(judge([problem, problem], { length: { "a.ts": 1 } }).over.length, 2);
  assert.deepEqual(judge([], { length: { "a.ts": 1 } }).loose, ["length a.ts 1 0"]);
});
