import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readLock } from "../release/productionPackages.ts";
import { buildContext } from "./testing/assembleImage.ts";
import { type Instruction, instructions } from "./testing/instructions.ts";
import { root } from "./testing/root.ts";

const all = instructions();
const of = (keyword: string, stage?: number): readonly Instruction[] =>
  all.filter((one) => one.keyword === keyword && (stage === undefined || one.stage === stage));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

test("all stages stand on one base: the exact Node that the tests run on, and a release may name its digest", () => {
  const base = of("ARG", 0).find(({ words }) => words[0]!.startsWith("NODE_IMAGE="));
  assert.equal(base?.words[0], `NODE_IMAGE=docker.io/library/node:${manifest.devDependencies.node}-slim`);
  assert.deepEqual(
    of("FROM").map(({ words }) => words[0]),
    Array(3).fill("$".concat("{NODE_IMAGE}")),
  );
});

test("the image runs as a user of its own, stops on SIGTERM, asks for its health, and starts a node", () => {
  const last = all.filter(({ stage }) => stage === 3);
  assert.equal(last.filter(({ keyword }) => keyword === "USER").at(-1)?.text, "10001:10001");
  const user = last.findIndex(({ keyword }) => keyword === "USER");
  assert.ok(
    last.slice(user).every(({ keyword }) => !["RUN", "COPY", "ADD"].includes(keyword)),
    "nothing is made after USER",
  );
  assert.equal(of("STOPSIGNAL")[0]?.words[0], "SIGTERM");
  const program = ["node", "/app/apps/cli/src/kairos.ts"];
  assert.deepEqual(JSON.parse(of("ENTRYPOINT")[0]!.text), program);
  assert.deepEqual(JSON.parse(of("CMD")[0]!.text), ["run", "--config", "/etc/kairos/config.toml"]);
  const health = of("HEALTHCHECK")[0]!;
  assert.equal(new Map(health.flags).get("start-period"), "60s");
  assert.deepEqual(JSON.parse(health.text.slice(health.text.indexOf("["))), [
    ...program,
    "health",
    "--config",
    "/etc/kairos/config.toml",
  ]);
});

test("nothing is fetched but the base and the packages of the lock file, and no package runs a script", () => {
  assert.equal(of("ADD").length, 0, "ADD fetches and unpacks");
  for (const { text } of of("RUN")) {
    assert.doesNotMatch(text, /(?<![/\w])(curl|wget|apt-get|apt|git|npm install|npx|chmod -R|chmod 777|sudo)\b/);
    if (!text.includes("npm")) continue;
    if (text.includes("npm ci")) assert.match(text, /--ignore-scripts/);
  }
  assert.equal(of("RUN").filter(({ text }) => text.includes("npm ci")).length, 1);
});

test("packages are installed from manifests alone, and sources are copied after: a change of code installs nothing", () => {
  const manifests = all.filter(({ stage }) => stage === 1);
  const [sort] = manifests.filter(({ keyword }) => keyword === "RUN");
  assert.match(sort!.text, /^find \. -type f ! -name package\.json ! -name package-lock\.json -delete/);
  assert.equal(manifests.at(-1), sort, "nothing comes back after the sources have gone");
  const build = all.filter(({ stage }) => stage === 2);
  const install = build.findIndex(({ text }) => text.includes("npm ci"));
  const before = build.slice(0, install).filter(({ keyword }) => keyword === "COPY");
  assert.deepEqual(
    before.map(({ flags, words }) => [flags, words]),
    [[[["from", "manifests"]], ["/app", "./"]]],
  );
  const after = build.slice(install).filter(({ keyword }) => keyword === "COPY");
  assert.deepEqual(
    after.flatMap(({ words }) => words.slice(0, -1)),
    ["LICENSE", "config.example.toml", "kernel", "chains", "adapters", "clients", "apps", "tools/release/prune.ts"],
  );
  const context = buildContext();
  for (const workspace of Object.keys(readLock(root)).filter((path) => path !== "" && !path.includes("node_modules"))) {
    assert.ok(context.includes(`${workspace}/package.json`), `${workspace}: npm ci wants every workspace`);
  }
});

test("ports of the image are those of a node; the admin interface is not among them", () => {
  assert.deepEqual(of("EXPOSE")[0]!.words, ["9000", "50051", "8545", "8080", "9090"]);
});

test("the build context has sources, and no key, no test, no package and no network of this computer", () => {
  const context = buildContext();
  assert.ok(context.includes("apps/cli/src/kairos.ts"));
  assert.ok(context.includes("tools/release/prune.ts"));
  const strange = context.filter((path) => /\.key$|\.test\.ts$|\.full\.ts$|^deployments|^docs|\/node\d+\//.test(path));
  assert.deepEqual(strange, []);
});
