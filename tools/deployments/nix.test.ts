import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { missing } from "./testing/installed.ts";
import { instructions } from "./testing/instructions.ts";
import { root } from "./testing/root.ts";

const flake = readFileSync(join(root, "flake.nix"), "utf8");

test("nix reads flake.nix", { skip: missing("nix-instantiate", "--version") }, () => {
  const { status, stderr } = spawnSync("nix-instantiate", ["--parse", join(root, "flake.nix")], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});

test("the image of nix and the image of the Dockerfile are set up alike, and both have the same packages", () => {
  const of = (keyword: string) => instructions().find((one) => one.keyword === keyword)!;
  const install = instructions().find(({ text }) => text.includes("npm ci"))!.text;
  const flags = [...install.matchAll(/--[\w-]+(?:=\S+)?/g)].map(([flag]) => flag);
  const quiet = ["--no-audit", "--no-fund", "--no-update-notifier"];
  const theirs = [.../installFlags = \[([^\]]*)\]/.exec(flake)![1]!.matchAll(/"([^"]+)"/g)].map((match) => match[1]!);
  assert.deepEqual(
    theirs,
    flags.filter((flag) => !quiet.includes(flag)),
  );
  const ports = [...flake.matchAll(/"(\d+)\/tcp"/g)].map((match) => match[1]);
  assert.deepEqual(ports, of("EXPOSE").words);
  assert.ok(flake.includes(`User = "${of("USER").text}"`));
  assert.ok(flake.includes(`StopSignal = "${of("STOPSIGNAL").words[0]}"`));
  const words = (text: string) => (JSON.parse(text) as string[]).map((word) => `"${word}"`).join(" ");
  assert.ok(flake.includes(`Cmd = [ ${words(of("CMD").text)} ]`));
  assert.ok(flake.includes("node tools/release/prune.ts ."));
});

test("direnv uses the flake", () => {
  assert.equal(readFileSync(join(root, ".envrc"), "utf8"), "use flake\n");
});
