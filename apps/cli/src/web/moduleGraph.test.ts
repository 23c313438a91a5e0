import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { browserMissing, openBrowser } from "../visualizer/testing/browser.ts";
import { answerModule } from "./answerModule.ts";
import { createModuleGraph, type ModuleGraph } from "./moduleGraph.ts";
import type { WebModuleError, WebModuleFault } from "./webModuleError.ts";
import { writeModules } from "./writeModules.ts";

/** A project in a folder of its own; paths to contents. */
function project(t: { after(run: () => void): void }, files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "polis-web-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const all = { "package.json": '{"name":"app","version":"1.0.0","type":"module"}', ...files };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const graphOf = (folder: string, entry = "./main.ts"): ModuleGraph =>
  createModuleGraph({ entries: { main: entry }, from: pathToFileURL(join(folder, "host.ts")).href });

const textOf = (graph: ModuleGraph, end: string): string => {
  const [found, ...more] = [...graph.files].filter(([path]) => path.endsWith(end));
  assert.ok(found !== undefined && more.length === 0, `one file ends with ${end}`);
  return found[1].bytes.toString();
};

const ids = ({ files, hash }: ModuleGraph) =>
  [...files.keys()].map((path) => path.replace(`/modules/${hash}/`, "")).sort();

test("types are stripped, specifiers become absolute, conditions and browser maps are honoured", (t) => {
  const folder = project(t, {
    "main.ts": `import { a, type T } from "./a.ts";
      import x from "lib/deep/x"; import "lib"; import "old"; import fs from "fake-fs"; import data from "./d.json" with { type: "json" };
      export const b: T = a; import("./late.ts");`,
    "a.ts": "export interface T { n: number }\nexport const a: T = { n: 1 };",
    "late.ts": "export const late = 1;",
    "d.json": '{"d":1}',
    "node_modules/lib/package.json": JSON.stringify({
      name: "lib",
      version: "2.0.0",
      exports: {
        ".": { node: "./node.js", browser: { import: "./browser.js" }, default: "./node.js" },
        "./deep/*": { types: "./t.d.ts", import: "./src/*.js" },
        "./deep/hidden/*": null,
      },
      browser: { "./src/native.js": "./src/portable.js" },
    }),
    "node_modules/lib/node.js": 'import "node:fs";',
    "node_modules/lib/browser.js": "export {};",
    "node_modules/lib/src/x.js": 'export { default } from "./native.js";',
    "node_modules/lib/src/native.js": 'import "node:crypto"; export default 1;',
    "node_modules/lib/src/portable.js": "export default 2;",
    "node_modules/old/package.json": JSON.stringify({
      name: "old",
      version: "3.0.0",
      main: "cjs.js",
      module: "esm.js",
      browser: { crypto: false },
    }),
    "node_modules/old/cjs.js": "module.exports = 1;",
    "node_modules/old/esm.js": 'import crypto from "crypto"; export default crypto;',
    "node_modules/fake-fs/package.json": '{"name":"fake-fs","version":"1.0.0","main":"index"}',
    "node_modules/fake-fs/index.js": "export default {};",
  });
  const graph = graphOf(folder);
  assert.deepEqual(ids(graph), [
    "/modules/main.js",
    "app@1.0.0/a.ts",
    "app@1.0.0/d.json",
    "app@1.0.0/late.ts",
    "app@1.0.0/main.ts",
    "empty.js",
    "fake-fs@1.0.0/index.js",
    "lib@2.0.0/browser.js",
    "lib@2.0.0/src/portable.js",
    "lib@2.0.0/src/x.js",
    "old@3.0.0/esm.js",
  ]);
  const main = textOf(graph, "app@1.0.0/main.ts");
  assert.match(main, new RegExp(`from "/modules/${graph.hash}/app@1.0.0/a.ts"`));
  assert.match(main, new RegExp(`import\\("/modules/${graph.hash}/app@1.0.0/late.ts"\\)`));
  assert.doesNotMatch(main, /type T|: T/);
  assert.match(textOf(graph, "old@3.0.0/esm.js"), /\/empty\.js"/);
  assert.equal(graph.entries.main, `/modules/${graph.hash}/app@1.0.0/main.ts`);
  assert.equal(textOf(graph, "/modules/main.js"), `export * from "${graph.entries.main}";\n`);
  assert.equal(graphOf(folder).hash, graph.hash, "equal sources, equal paths");
  writeFileSync(join(folder, "a.ts"), "export const a = 2;");
  assert.notEqual(graphOf(folder).hash, graph.hash);
});

test("what no browser can load is an error that names the way to it", (t) => {
  const faults: readonly (readonly [WebModuleFault, string])[] = [
    ["WEB_BUILTIN", 'import "node:fs";'],
    ["WEB_BUILTIN", 'import "fs/promises";'],
    ["WEB_NOT_FOUND", 'import "no-such-package";'],
    ["WEB_NOT_FOUND", 'import "./no-such-file.ts";'],
    ["WEB_NOT_FOUND", 'import "https://example.org/a.js";'],
    ["WEB_NOT_FOUND", 'import "/etc/passwd";'],
    ["WEB_NOT_EXPORTED", 'import "closed/secret.js";'],
    ["WEB_NOT_EXPORTED", 'import "closed/private/a.js";'],
    ["WEB_OUTSIDE", 'import "../outside.ts";'],
    ["WEB_OUTSIDE", 'import "./link.js";'],
    ["WEB_OUTSIDE", 'import "closed";'],
    ["WEB_COMMONJS", 'import "./common.js";'],
    ["WEB_KIND", 'import "./style.css";'],
    ["WEB_SYNTAX", 'import "./enum.ts";'],
    ["WEB_SYNTAX", 'import "./open.js";'],
  ];
  const folder = project(t, {
    "main.ts": 'import "./between.ts";',
    "between.ts": "",
    "common.js": "module.exports = 1;",
    "style.css": "a {}",
    "enum.ts": "export enum E { A }",
    "open.js": "export const a = `",
    "node_modules/closed/package.json": JSON.stringify({
      name: "closed",
      exports: { ".": "./../../outside.js", "./private/*": null, "./*": { node: "./*" } },
    }),
    "node_modules/closed/secret.js": "export {};",
  });
  symlinkSync("/etc/hostname", join(folder, "link.js"));
  for (const [code, source] of faults) {
    writeFileSync(join(folder, "between.ts"), source);
    assert.throws(
      () => graphOf(folder),
      (error: WebModuleError) => {
        assert.equal(error.code, code, `${source}: ${error.message}`);
        assert.deepEqual(error.chain.slice(0, 3), [
          "app asks for ./main.ts",
          "app@1.0.0/main.ts",
          "app@1.0.0/between.ts",
        ]);
        assert.match(error.message, /\n {2}-> app@1\.0\.0\/between\.ts/);
        assert.ok(error.hint.length > 10);
        return true;
      },
      source,
    );
  }
});

test("a graph has bounds, and entry points have plain names", (t) => {
  const folder = project(t, { "main.ts": 'import "./a.ts";', "a.ts": 'import "./b.ts";', "b.ts": "export {};" });
  const from = pathToFileURL(join(folder, "host.ts")).href;
  const limited = (maxFiles: number, maxBytes: number) => () =>
    createModuleGraph({ entries: { main: "./main.ts" }, from, limits: { maxFiles, maxBytes } });
  assert.equal(limited(3, 42)().files.size, 4);
  assert.throws(limited(2, 1_000), { code: "WEB_LIMIT" });
  assert.throws(limited(3, 41), { code: "WEB_LIMIT" });
  assert.throws(() => createModuleGraph({ entries: { "../x": "./main.ts" }, from }), RangeError);
});

test("a graph is written for a server of static files", (t) => {
  const folder = project(t, { "main.ts": 'import "./a b.ts";', "a b.ts": "export const a: number = 1;" });
  const graph = graphOf(folder);
  writeModules(graph, join(folder, "site"));
  const written = readFileSync(join(folder, "site/modules", graph.hash, "app@1.0.0/a b.ts"), "utf8");
  assert.match(written, /export const a {9}= 1;/);
  assert.match(textOf(graph, "main.ts"), /app@1\.0\.0\/a%20b\.ts/);
  const from = pathToFileURL(join(folder, "host.ts")).href;
  const portable = createModuleGraph({ entries: { main: "./main.ts" }, from, portable: true });
  assert.deepEqual(ids(portable), ["/modules/main.js", "app@1.0.0/a%20b.ts.js", "app@1.0.0/main.ts.js"]);
  assert.match(textOf(portable, "main.ts.js"), /import "\.\/a%20b\.ts\.js"/);
  assert.equal(textOf(portable, "/main.js"), `export * from "./${portable.hash}/app@1.0.0/main.ts.js";\n`);
});

test("@polis/minimmit runs in a browser under a strict policy; only files of the graph are served", {
  skip: browserMissing ?? false,
  timeout: 60_000,
}, async (t) => {
  const graph = createModuleGraph({
    entries: { minimmit: "@polis/minimmit", crypto: "@polis/crypto" },
    from: import.meta.url,
  });
  const page = `<!doctype html><title>t</title><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>`;
  const script = `import { createReplica } from "/modules/minimmit.js"; import { bls, keccak256 } from "/modules/crypto.js";
    const secret = bls.keygen(new Uint8Array(32));
    window.told = [typeof createReplica, keccak256(new Uint8Array()).length, bls.sign(new Uint8Array(1), secret).length].join();`;
  const server = createServer((request, response) => {
    response.setHeader("content-security-policy", "default-src 'none'; script-src 'self'; img-src data:");
    const path = request.url!;
    if (answerModule(graph, path, request, response)) return;
    const file = { "/": ["text/html", page], "/page.js": ["text/javascript", script] }[path];
    response.writeHead(file === undefined ? 404 : 200, { "content-type": file?.[0] ?? "text/plain" }).end(file?.[1]);
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const entry = graph.entries.minimmit!;
  const first = await fetch(url + entry);
  assert.equal(first.headers.get("content-type"), "text/javascript; charset=utf-8");
  assert.equal(first.headers.get("x-content-type-options"), "nosniff");
  assert.match(first.headers.get("cache-control")!, /immutable/);
  assert.ok((await first.text()).includes("export"));
  const named = await fetch(`${url}/modules/minimmit.js`);
  assert.equal(named.headers.get("cache-control"), "no-cache");
  assert.equal(await named.text(), `export * from "${entry}";\n`);
  const again = await fetch(url + entry, { headers: { "if-none-match": first.headers.get("etag")! } });
  assert.equal(again.status, 304);
  assert.equal(await again.text(), "");
  const inPackage = entry.slice(0, entry.indexOf("@polis/minimmit@0.1.0/") + "@polis/minimmit@0.1.0/".length);
  for (const path of [
    `${inPackage}package.json`,
    `${inPackage}src/replica.test.ts`,
    `${entry}?`,
    "/modules/",
    "/modules/sdk.js",
    `${inPackage}%2e%2e/%2e%2e/package.json`,
    entry.replace(graph.hash, "0".repeat(16)),
  ]) {
    assert.equal((await fetch(url + path)).status, 404, path);
  }

  const browser = await openBrowser();
  t.after(() => browser.close());
  const tab = await browser.newPage();
  const trouble: string[] = [];
  tab.on("console", (line) => trouble.push(line.text()));
  tab.on("pageerror", (error) => trouble.push(String(error)));
  await tab.goto(url);
  await tab.waitForFunction("window.told !== undefined");
  assert.equal(await tab.evaluate("window.told"), "function,32,96");
  assert.deepEqual(trouble, []);
});
