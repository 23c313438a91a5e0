import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { root } from "./testing/root.ts";

const page = readFileSync(join(root, "docs/run-validator.md"), "utf8");
const program = join(root, "apps/cli/src/kairos.ts");
const OPERATORS = [0, 1, 2, 3, 4, 5];

/** Text of the blocks of one language below a heading. */
function blocks(heading: string, language: string): readonly string[] {
  const section = page.split(/^## /m).find((part) => part.startsWith(heading));
  assert.ok(section, heading);
  return [...section.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)]
    .filter(([, name]) => name === language)
    .map(([, , text]) => text!);
}

test("six operators follow docs/run-validator.md to configurations that a node accepts", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-page-"));
  t.after(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, "validators"));
  const etc = (i: number) => join(dir, `operator${i}`);
  const run = (i: number, line: string): string => {
    const [name, ...words] = line.replaceAll("/etc/kairos", etc(i)).trim().split(" ");
    assert.equal(name, "kairos");
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { cwd: dir, encoding: "utf8" });
    assert.equal(status, 0, `${line}\n${stderr}`);
    return stdout;
  };
  const lines = (heading: string) => blocks(heading, "sh").flatMap((text) => text.trim().split("\n"));

  for (const i of OPERATORS) {
    mkdirSync(etc(i));
    // Each start of the program costs a second: what every operator checks is checked for one.
    for (const line of lines("3. Keys").slice(0, i === 0 ? undefined : 1)) run(i, line);
    copyFileSync(join(etc(i), "keys/validator.json"), join(dir, `validators/${i}.json`));
  }
  writeFileSync(join(dir, "alloc.json"), JSON.stringify({ [`0x${"11".repeat(20)}`]: { balance: `${10n ** 24n}` } }));
  for (const line of lines("4. Genesis")) run(0, line);

  const entry = (i: number) =>
    JSON.parse(readFileSync(join(dir, `validators/${i}.json`), "utf8")) as { readonly p2pPublicKey: string };
  const [text] = blocks("5. Configuration", "toml");
  const peer = /\[\[p2p\.validators\]\]\n.*\n.*\n/.exec(text!)![0];
  const peers = OPERATORS.map((i) =>
    peer.replace(/<[^>]+>/, entry(i).p2pPublicKey).replace("203.0.113.7", `203.0.113.${7 + i}`),
  ).join("\n");
  const outputs = [1].map((i) => {
    copyFileSync(join(etc(0), "genesis.json"), join(etc(i), "genesis.json"));
    const own = text!
      .replace(peer, peers)
      .replaceAll("/etc/kairos", etc(i))
      .replace("203.0.113.7:9000", `203.0.113.${7 + i}:9000`);
    writeFileSync(join(etc(i), "config.toml"), own);
    return lines("5. Configuration")
      .map((line) => run(i, line))
      .join("");
  });
  assert.match(outputs[0]!, /the configuration is valid/);
  assert.match(outputs[0]!, /p2p\.external_addr = "203\.0\.113\.8:9000"/);
});

test("the commands that the test cannot run are the ones that install and start, and their programs exist", () => {
  const others = ["2. The program", "6. The first start"].flatMap((heading) => blocks(heading, "text")).join("");
  const unit = readFileSync(join(root, "deployments/systemd/kairos.service"), "utf8");
  assert.ok(others.includes("systemctl enable --now kairos") && unit.includes("--config /etc/kairos/config.toml"));
  const install = others.split("\n").find((line) => line.startsWith("npm ci"))!;
  const dockerfile = readFileSync(join(root, "deployments/Dockerfile"), "utf8");
  for (const flag of install.split(" ").slice(2))
    assert.ok(dockerfile.includes(flag), `${flag} is what the image uses too`);
});
