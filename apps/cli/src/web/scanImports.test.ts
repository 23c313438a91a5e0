import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { createModuleGraph } from "./moduleGraph.ts";
import { ScanError, scanImports } from "./scanImports.ts";

const specifiers = (text: string) => scanImports(text).imports.map(({ specifier }) => specifier);

test("all forms of static and dynamic imports are found, with their place", () => {
  const text = `import "a"; import b from 'b'; import * as c from "c"; import d, { e as f, "g h" as i } from "d";
    export * from "e"; export * as j from "f"; export { k } from "g"; export { l }; export default { m: 1 };
    const n = await import("h"); import /* from "no" */ { o } /* or here */ from /* and */ "i" with { type: "json" };
    import from from "j"; import.meta.url; function p() { return import('k', {}); }`;
  assert.deepEqual(specifiers(text), ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"]);
  for (const { specifier, start, end } of scanImports(text).imports) assert.equal(text.slice(start, end), specifier);
  assert.deepEqual(
    scanImports(text)
      .imports.filter(({ dynamic }) => dynamic)
      .map(({ specifier }) => specifier),
    ["h", "k"],
  );
});

test("what only looks like an import is none", () => {
  const none = [
    `const a = 'import "x"'; const b = "export * from 'x'";`,
    `// import "x"\n/* import "x" */`,
    `const c = \`import "x" \${\`\${"}"} import "x"\`} import "x"\`;`,
    `const d = /import "x"/; const e = /["'\`]/g; const f = /[/"]/; if (a) /"/.test(b); return /"/;`,
    `const g = a / 2; const h = (a) / b; const i = x++ / y; const j = [1] / 2; const k = {}/2; \`\` / 1;`,
    `a.import("x"); a?.import("x"); const o = { import: "x", export: "y" }; class P { import(a) {} }`,
    "import(name); import(`x`);",
    `function f() { return { a: 1 } } /"/.test(x); () => {} \n/"'/.exec(y)`,
    "const n = 1.5e3 / 2; const m = 0x1f / 1_000n; a = b ? /'/ : /\"/;",
    "{ from: 1 } const from = { a }; export { from }; const x = 'y'",
  ];
  for (const text of none) assert.deepEqual(specifiers(text), [], text);
});

test("a module is told from CommonJS and from a plain script", () => {
  const kind = (text: string) => {
    const { isModule, usesCommonJs } = scanImports(text);
    return { isModule, usesCommonJs };
  };
  assert.deepEqual(kind(`const a = require("a"); module.exports = a;`), { isModule: false, usesCommonJs: true });
  assert.deepEqual(kind("module.exports = 1;"), { isModule: false, usesCommonJs: true });
  assert.deepEqual(kind("exports.a = 1;"), { isModule: false, usesCommonJs: true });
  assert.deepEqual(kind("export const a = 1;"), { isModule: true, usesCommonJs: false });
  assert.deepEqual(kind("console.log(import.meta.url)"), { isModule: true, usesCommonJs: false });
  assert.deepEqual(kind("a.exports = b.require()"), { isModule: false, usesCommonJs: false });
});

test("a text with something left open is refused", () => {
  for (const text of ['"a', "`a", "`${a", "/* a", "(a", "a)", "/a\n", "export {a", '"a\nb"']) {
    assert.throws(() => scanImports(text), ScanError, text);
  }
});

test("V8 finds the same static imports in a thousand files of ours and of libraries", () => {
  const entries = {
    simulator: "@polis/simulator",
    kairos: "@polis/kairos",
    viem: "viem",
    chains: "viem/chains",
    minified: "hash-wasm",
  };
  const graph = createModuleGraph({ entries, from: import.meta.url });
  const scripts = [...graph.files].filter(([, { type }]) => type.startsWith("text/"));
  const texts = scripts.map(([, { bytes }]) => bytes.toString());
  assert.ok(texts.length > 1_000, `${texts.length} files`);
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ["--experimental-vm-modules", "--no-warnings", join(import.meta.dirname, "testing/requests.ts")],
    { input: JSON.stringify(texts), encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
  );
  assert.equal(status, 0, stderr);
  const expected = JSON.parse(stdout) as string[][];
  const sorted = (list: Iterable<string>) => [...new Set(list)].sort();
  texts.forEach((text, i) => {
    const found = scanImports(text).imports.filter(({ dynamic }) => !dynamic);
    assert.deepEqual(sorted(found.map(({ specifier }) => specifier)), sorted(expected[i]!), scripts[i]![0]);
  });
});
