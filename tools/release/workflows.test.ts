import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[]; readonly "timeout-minutes": number }>>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (name: string) => readFileSync(join(root, ".github/workflows", name), "utf8");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

for (const name of ["ci.yml", "release.yml"]) {
  const text = read(name);
  const workflow = parse(text) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  test(`${name}: actions are named by commit with their version beside it, and have no more rights than they need`, () => {
    assert.deepEqual(workflow.permissions, { contents: "read" });
    for (const { uses } of steps.filter((step) => step.uses !== undefined))
      assert.match(uses!, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    assert.equal(
      [...text.matchAll(/uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/gm)].length,
      [...text.matchAll(/uses: /g)].length,
    );
    for (const job of Object.values(workflow.jobs)) assert.ok(job["timeout-minutes"] <= 45);
    for (const { uses, with: options } of steps) {
      if (uses?.startsWith("actions/checkout@")) assert.equal(options!["persist-credentials"], false);
      if (uses?.startsWith("actions/setup-node@")) {
        assert.equal(options!["node-version"], Number(manifest.devDependencies.node!.split(".")[0]));
      }
    }
  });

  test(`${name}: what it runs is in the repository, and texts of strangers never become commands`, () => {
    const runs = steps.map(({ run = "" }) => run).join("\n");
    for (const [path] of runs.matchAll(/(?:\.ci|tools|deployments)\/[\w./-]+/g))
      assert.ok(existsSync(join(root, path)), path);
    assert.doesNotMatch(runs, /\$\{\{/, "expressions go through the environment");
    assert.doesNotMatch(text, /pull_request_target/);
  });
}

test("a release is of a tag v*, is tested before it is made, and states provenance for package and image", () => {
  const { on, jobs } = parse(read("release.yml")) as Workflow;
  assert.deepEqual(on, { push: { tags: ["v*"] } });
  const order = jobs.package!.steps.map(({ uses, run }) => uses?.split("@")[0] ?? run!);
  const at = (part: string) => order.findIndex((one) => one.includes(part));
  assert.ok(at(".ci/run") > 0 && at(".ci/run") < at("tools/release/build.ts"));
  assert.ok(
    at("tools/release/build.ts") < at("attest-build-provenance") &&
      at("attest-build-provenance") < at("gh release create"),
  );
  const image = jobs.image!.steps;
  const build = image.find(({ uses }) => uses?.startsWith("docker/build-push-action@"))!;
  assert.match(String(build.with!["build-args"]), /NODE_IMAGE=.*steps\.base\.outputs\.image/);
  assert.ok(existsSync(join(root, String(build.with!.file))));
  assert.ok(image.some(({ uses }) => uses?.startsWith("actions/attest-build-provenance@")));
});
