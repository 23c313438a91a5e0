import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { missing } from "../../../../../tools/deployments/testing/installed.ts";
import { freePorts } from "../../testing/freePorts.ts";
import { KratosProcess } from "../../testing/nodeProcess.ts";
import { waitUntil } from "../../testing/waitUntil.ts";
import { createKratosClient } from "../client/createKratosClient.ts";

const root = join(import.meta.dirname, "../../../../..");
const page = readFileSync(join(root, "docs/kratos/start.md"), "utf8");
const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
  block.split("\n").filter(Boolean),
);
const sh = promisify(execFile);
const HANGS_MS = 90_000;

/** What a command of the page is followed by: the first line that fits counts. */
const expected: readonly (readonly [RegExp, RegExp])[] = [
  [
    /^npx kratos info$/,
    /healthy[\s\S]*\nsecurity +Bootstrap since epoch 0, alert: none\nreason +the chain is young[\s\S]*validators .* [45] of 101[\s\S]*\nnext .*blocks to its earliest end, 4[56] validators missing/,
  ],
  [/^echo "/, /^$/],
  [/ create --secret-file \.polis\/kratos-localnet-4\/faucet\.key /, /address {2}0x[0-9a-f]{64}\nchain/],
  [/\.polis\/mine .* create --rpc /, /address {2}0x[0-9a-f]{64}\nchain/],
  [/^ADDRESS=/, /^0x[0-9a-f]{64}\n$/],
  [/ send \$ADDRESS 12\.5 --wait final$/, /status +finalized in block \d+/],
  [/\.polis\/mine balance$/, /free +12\.5 KRAT/],
  [/^for i in 0 1 2; do npx kratos wallet .* create .*node\$i\/validator\.json/, /(address {2}0x[\s\S]*){3}/],
  [/\.polis\/v0 .* propose \$ADDRESS --wait included$/, /votes +1 of 3/],
  [/\.polis\/v1 .* vote \$ADDRESS --wait included$/, /votes +2 of 3/],
  [/\.polis\/v2 .* vote \$ADDRESS --wait included$/, /quorum +reached: 0x/],
  [/\.polis\/mine candidates$/, /3\/3 votes|no candidates are waiting/],
  [/\.polis\/mine validator status$/, /status +Active, of the bootstrap era[\s\S]*credits +100 /],
  [/^curl -s .*"validator_getSet"/, /"active_count":5/],
];

/** The page's network, with short epochs, on ports and in a folder of this test. */
async function network(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "kratos-start-"));
  const port = await freePorts(4);
  const place = ["--rpc-port", `${port}`, "--dir", join(dir, "kratos-localnet-4")];
  const run = new KratosProcess("localnet", "--epoch-slots", "10", ...place);
  t.after(async () => {
    await run.end("SIGTERM");
    rmSync(dir, { recursive: true, force: true });
  });
  await waitUntil("the network makes blocks", HANGS_MS, () => {
    assert.ok(run.isRunning, run.output);
    return /\n +\d+ +\d+ +[1-9]\d* /.test(run.output);
  });
  const placed = (text: string) =>
    text
      .replaceAll(/(?<=127\.0\.0\.1:)99(\d\d)/g, (_, last: string) => `${port + Number(last) - 33}`)
      .replaceAll(".polis/", `${dir}/`)
      .replace(/npx kratos info$/, `npx kratos info --rpc http://127.0.0.1:${port}`)
      // Nobody is there to say yes.
      .replace(/(?<= (send|propose|vote) .*)$/, " --yes")
      .replaceAll("npx kratos ", `${process.execPath} ${join(root, "apps/cli/src/kratos.ts")} `);
  return { run, placed, url: `http://127.0.0.1:${port}` };
}

/** The epoch of the last line of the table of slots. */
function epochOf(output: string): number {
  return Number([...output.matchAll(/\n +\d+ +(\d+) +(?:\d|missed)/g)].at(-1)?.[1]);
}

test("docs/kratos/start.md: every command does what the page says, from the network to a validator that was voted in", {
  timeout: 4 * HANGS_MS,
  skip: missing("curl", "--version"),
}, async (t) => {
  const { run, placed, url } = await network(t);
  assert.deepEqual(commands.slice(0, 2), ["npm ci", "npx kratos localnet"]);
  assert.ok(existsSync(join(root, "package-lock.json")));
  let known = "";
  for (const line of commands.slice(2)) {
    const [, answer] = expected.find(([command]) => command.test(line)) ?? [];
    assert.ok(answer !== undefined, `an unknown command: ${line}`);
    const script = `${known}${placed(line)}${line.startsWith("ADDRESS=") ? '; echo "$ADDRESS"' : ""}`;
    const perform = () => sh("sh", ["-c", script]).then(({ stdout }) => stdout);
    if (line.endsWith(" validator status")) {
      // A node that is asked in vain again and again would ban this computer.
      const voted = epochOf(run.output);
      await waitUntil("the next epoch", HANGS_MS, () => epochOf(run.output) > voted);
      const isValidator = async () => answer.test(await perform().catch(() => ""));
      await waitUntil("the next epoch makes the candidate a validator", HANGS_MS, isValidator);
      continue;
    }
    const stdout = await perform();
    assert.match(stdout, answer, line);
    if (line.startsWith("ADDRESS=")) known = `ADDRESS=${stdout.trim()}; `;
  }
  assert.equal(commands.length - 2, expected.length);
  const { active_count, validators } = await createKratosClient(url).validator_getSet();
  assert.equal(active_count, 5);
  assert.ok(validators.some(({ id, status }) => known.includes(`0x${id};`) && status === "Active"));
  for (const [link] of page.matchAll(/http:\/\/127\.0\.0\.1:\d+\/(?= in a browser)/g)) {
    assert.match(await (await fetch(placed(link))).text(), /<html/, link);
  }
  assert.equal(await run.end("SIGINT"), 0, run.output);
  assert.match(run.output, /state roots agree: yes; supply conserved: yes/);
});

test("docs/kratos/start.md: its links lead somewhere", () => {
  const links = [...page.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => link!);
  assert.ok(links.length >= 8);
  for (const link of links) assert.ok(existsSync(join(root, "docs/kratos", link)), link);
});
