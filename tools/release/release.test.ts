import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { missing } from "../deployments/testing/installed.ts";
import { linkPackages } from "../deployments/testing/linkPackages.ts";
import { buildRelease } from "./build.ts";
import { changes, parseLog } from "./changes.ts";
import { type Lock, productionPackages, readLock } from "./productionPackages.ts";
import { sbom } from "./sbom.ts";
import { writeTar } from "./tar.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const lock = readLock(root);
const skip = missing("git", "-C", root, "rev-parse", "HEAD");

test("the package of a commit is the same bytes twice, and its hashes are those of SHA256SUMS", { skip }, () => {
  const first = buildRelease(root, "HEAD");
  const second = buildRelease(root, "HEAD");
  assert.deepEqual([...first.keys()], [...second.keys()]);
  for (const [name, bytes] of first) assert.deepEqual(bytes, second.get(name), name);
  const sums = Buffer.from(first.get("SHA256SUMS")!).toString().trim().split("\n");
  assert.equal(sums.length, 3);
  for (const line of sums) {
    const [sum, name] = line.split("  ");
    assert.equal(createHash("sha256").update(first.get(name!)!).digest("hex"), sum);
  }
});

test("the unpacked package is a program: it says its commit, and has no tests", {
  skip: skip || missing("tar", "--version"),
}, (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-release-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const [name, archive] = [...buildRelease(root, "HEAD")][0]!;
  const file = join(dir, name);
  writeFileSync(file, archive);
  const listed = spawnSync("tar", ["-xvzf", file, "-C", dir], { encoding: "utf8", maxBuffer: 2 ** 26 });
  assert.equal(listed.status, 0, listed.stderr);
  const paths = listed.stdout.trim().split("\n");
  assert.deepEqual(
    paths.filter((path) => /\.(test|full)\.ts$|\.key$|^[^/]*\/(docs|specs|\.)/.test(path)),
    [],
  );
  const unpacked = join(dir, name.replace(".tar.gz", ""));
  for (const wanted of [
    "LICENSE",
    "deployments/systemd/kairos.service",
    "tools/release/prune.ts",
    "apps/cli/src/kairos.ts",
  ]) {
    assert.ok(statSync(join(unpacked, wanted)).size > 0, wanted);
  }
  linkPackages(unpacked);
  const run = spawnSync(process.execPath, [join(unpacked, "apps/cli/src/kairos.ts"), "version", "--json"], {
    encoding: "utf8",
  });
  assert.equal(run.status, 0, run.stderr);
  const head = spawnSync("git", ["-C", root, "rev-parse", "HEAD"], { encoding: "utf8" }).stdout.trim();
  assert.equal((JSON.parse(run.stdout) as { readonly commit: string }).commit, head);
});

test("another program unpacks any archive that is written, long paths and all", {
  skip: missing("tar", "--version"),
}, (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-tar-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const segment = fc.stringMatching(/^[a-z0-9._-]{1,40}$/).filter((text) => !/^\.+$/.test(text));
  const file = fc.record({
    path: fc.array(segment, { minLength: 1, maxLength: 5 }).map((parts) => `x/${parts.join("/")}/f`),
    bytes: fc.uint8Array({ maxLength: 2_000 }),
    isExecutable: fc.boolean(),
  });
  let run = 0;
  fc.assert(
    fc.property(fc.uniqueArray(file, { selector: ({ path }) => path, minLength: 1, maxLength: 6 }), (files) => {
      const at = join(dir, `${run++}`);
      mkdirSync(at);
      const { status, stderr } = spawnSync("tar", ["-xf", "-", "-C", at], { input: writeTar(files, 1_700_000_000) });
      assert.equal(status, 0, stderr.toString());
      for (const { path, bytes, isExecutable } of files) {
        assert.deepEqual(new Uint8Array(readFileSync(join(at, path))), bytes);
        assert.equal((statSync(join(at, path)).mode & 0o100) !== 0, isExecutable);
      }
    }),
    { numRuns: 20 },
  );
  for (const path of ["ä", "a b", `${"a".repeat(101)}`, `${"a".repeat(156)}/b`]) {
    assert.throws(() => writeTar([{ path, bytes: new Uint8Array(), isExecutable: false }], 0), RangeError);
  }
});

test("the bill of materials names what is installed and nothing for development, with hash and licence", () => {
  const bom = JSON.parse(sbom(lock, "apps/cli", "kairos", "0.1.0")) as {
    readonly components: readonly {
      readonly name: string;
      readonly purl: string;
      readonly hashes?: object;
      readonly licenses?: object;
    }[];
  };
  const names = bom.components.map(({ name }) => name);
  for (const name of ["lmdb", "@chainsafe/blst", "zod", "pino"]) assert.ok(names.includes(name), name);
  for (const name of ["@biomejs/biome", "hardhat", "solc", "ethers", "typescript"])
    assert.ok(!names.includes(name), name);
  assert.ok(!names.some((name) => name.startsWith("@polis/")), "what we made is not of others");
  for (const one of bom.components) assert.ok(one.hashes && one.licenses, one.purl);
});

test("npm knows every package that we name, and we name all that npm would ship", {
  skip: missing("npm", "--version"),
}, () => {
  const purls = (text: string): string[] =>
    (JSON.parse(text) as { components: { purl: string }[] }).components.map(({ purl }) => purl);
  const npm = (...more: readonly string[]): string[] => {
    const args = ["sbom", "--sbom-format=cyclonedx", "--package-lock-only", "--workspace=apps/cli", ...more];
    const { status, stdout, stderr } = spawnSync("npm", args, { cwd: root, encoding: "utf8", maxBuffer: 2 ** 28 });
    assert.equal(status, 0, stderr);
    return purls(stdout).filter((purl) => !purl.startsWith("pkg:npm/%40polis/"));
  };
  const ours = new Set(purls(sbom(lock, "apps/cli", "kairos", "0")));
  const all = new Set(npm());
  assert.ok(ours.size > 50);
  assert.deepEqual(
    [...ours].filter((purl) => !all.has(purl)),
    [],
  );
  assert.deepEqual(
    npm("--omit=dev", "--omit=peer").filter((purl) => !ours.has(purl)),
    [],
  );
});

test("packages are found as Node finds them, and an absent one is an error", () => {
  const small: Lock = {
    "apps/a": { dependencies: { x: "1", y: "1" } },
    "apps/a/node_modules/x": { version: "2" },
    "node_modules/x": { version: "1" },
    "node_modules/y": { dependencies: { x: "1" }, optionalDependencies: { z: "1" } },
    "node_modules/dev": {},
  };
  assert.deepEqual(productionPackages(small, "apps/a"), [
    "apps/a",
    "apps/a/node_modules/x",
    "node_modules/x",
    "node_modules/y",
  ]);
  assert.throws(() => productionPackages({ "apps/a": { dependencies: { gone: "1" } } }, "apps/a"), /needs gone/);
});

test("notes put each commit under the part that most of its files are in", () => {
  const log =
    "\u001eFix a vote\u001f\n\nkernel/minimmit/a.ts\nkernel/minimmit/b.ts\ndocs/x.md\n\u001eA stack\u001f\n\ndeployments/a.yml\n\u001eNothing\u001f\n";
  assert.equal(
    changes("1.0.0", "2026-01-02", parseLog(log)),
    "## 1.0.0 (2026-01-02)\n\n### Consensus and kernel\n\n- Fix a vote\n- Nothing\n\n### Deployment\n\n- A stack\n",
  );
});
