import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { divideWords, startLines } from "../../start/startBoth.ts";
import { freePorts } from "../../testing/freePorts.ts";
import { KratosProcess } from "../../testing/nodeProcess.ts";
import { waitUntil } from "../../testing/waitUntil.ts";
import { prepareKratosNet } from "./prepareKratosNet.ts";
import { slotHeader, slotLine } from "./slotTable.ts";

const dir = mkdtempSync(join(tmpdir(), "kratos-localnet-"));
after(() => rmSync(dir, { recursive: true, force: true }));

async function localnet(...args: readonly string[]) {
  const run = new KratosProcess("localnet", ...args);
  return { code: await run.exited(), output: run.output };
}

test("kratos localnet: a new chain is final, pays, and its books are right; the last line says so", {
  timeout: 90_000,
}, async () => {
  const port = await freePorts(3);
  const net = join(dir, "net");
  const args = ["--n", "3", "--duration", "8", "--rpc-port", `${port}`, "--dir", net, "--json"];
  const { code, output } = await localnet(...args);
  assert.equal(code, 0, output);
  const report = JSON.parse(output.trim().split("\n").at(-1)!);
  assert.deepEqual(Object.keys(report), [
    ...["validators", "height", "finalizedHeight", "missedSlots", "stateRootsAgree", "transfers", "supplyConserved"],
  ]);
  const { validators, height, finalizedHeight, missedSlots, stateRootsAgree, transfers, supplyConserved } = report;
  assert.deepEqual(
    { validators, stateRootsAgree, supplyConserved },
    { validators: 3, stateRootsAgree: true, supplyConserved: true },
  );
  assert.ok(finalizedHeight >= 1 && finalizedHeight <= height, output);
  assert.ok(missedSlots >= 0 && transfers >= 1, output);
  for (const i of [0, 1, 2]) assert.match(readFileSync(join(net, `node${i}`, "node.log"), "utf8"), /"code":0/);
});

test("kratos localnet refuses slots of fractions of a second, taken ports and folders of others, with a hint", async () => {
  const slot = await localnet("--slot-ms", "1500");
  assert.notEqual(slot.code, 0);
  assert.match(slot.output, /multiple of 1000/);
  const port = await freePorts(1);
  const squatter = createServer().listen(port, "127.0.0.1");
  await once(squatter, "listening");
  const taken = await localnet("--n", "1", "--rpc-port", `${port}`, "--dir", join(dir, "taken"));
  assert.equal(taken.code, 1);
  assert.match(taken.output, new RegExp(`port ${port} is taken.*\\nhint: .*--rpc-port`));
  assert.ok(!existsSync(join(dir, "taken")), "nothing is made before the ports are known to be free");
  squatter.close();
  const other = join(dir, "other");
  mkdirSync(other);
  writeFileSync(join(other, "letter.txt"), "mine");
  const foreign = await localnet("--n", "1", "--rpc-port", `${port}`, "--dir", other);
  assert.match(foreign.output, /no local network of KratOs\nhint: /);
  assert.ok(existsSync(join(other, "letter.txt")));
});

test("Ctrl-C in a terminal, which is a signal to all processes in it, ends a local network with its summary", {
  timeout: 60_000,
  skip: process.platform === "win32",
}, async () => {
  const port = await freePorts(1);
  const program = fileURLToPath(new URL("../../kratos.ts", import.meta.url));
  const args = ["localnet", "--n", "1", "--rpc-port", `${port}`, "--dir", join(dir, "group")];
  const run = spawn(process.execPath, [program, ...args], { detached: true, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [run.stdout, run.stderr]) {
    stream.on("data", (chunk) => {
      output += String(chunk);
    });
  }
  const ended = once(run, "close");
  await waitUntil("a line of a slot", 30_000, () => /\n +\d+ +\d+ +(\d|missed)/.test(output));
  process.kill(-run.pid!, "SIGINT");
  assert.deepEqual(await ended, [0, null], output);
  assert.match(output, /state roots agree: yes; supply conserved: yes/);
  assert.doesNotMatch(output, /ended|error/);
  assert.match(readFileSync(join(dir, "group", "node0", "node.log"), "utf8"), /"code":0/);
});

test("a local network takes an empty folder and the place of an earlier one; a file in its place is told", () => {
  const plan = { dir: join(dir, "empty"), n: 1, slotSeconds: 1, slotsPerEpoch: 30, senders: 1 };
  mkdirSync(plan.dir);
  const [first, second] = [prepareKratosNet(plan), prepareKratosNet(plan)];
  assert.notEqual(first.genesis.hash, second.genesis.hash);
  assert.ok(existsSync(second.recordFile));
  writeFileSync(join(dir, "file"), "");
  assert.throws(() => prepareKratosNet({ ...plan, dir: join(dir, "file") }), { code: "LOCALNET_DIR", hint: /--dir/ });
});

test("a slot is a line of the table, also one without a block", () => {
  const block = { number: 6, validator: 2, transactions: 3 };
  const finals = [5, 5, undefined, 4];
  const agreed = [5, 5, 5, 5];
  const rows = [
    slotHeader(),
    slotLine({ slot: 7, epoch: 0, block, finals: agreed }),
    slotLine({ slot: 8, epoch: 0, block: undefined, finals }),
  ];
  assert.deepEqual(rows, [
    "  slot  epoch   block  leader  transfers   final",
    "     7      0       6       2          3       5",
    "     8      0  missed                          5     5     -     4",
  ]);
});

test("npm start gives each network its words, and says where to look", () => {
  assert.deepEqual(divideWords(["--followers", "1"]), { kairos: ["--followers", "1"], kratos: [] });
  assert.deepEqual(divideWords(["--duration", "5", "--", "--rpc-port", "7"]), {
    kairos: ["--duration", "5"],
    kratos: ["--duration", "5", "--rpc-port", "7"],
  });
  assert.match(startLines(divideWords([])).join("\n"), /http:\/\/127\.0\.0\.1:9933 /);
  const placed = startLines(divideWords(["--", "--rpc-port", "7", "--dir", "net"])).join("\n");
  assert.match(placed, /http:\/\/127\.0\.0\.1:7 /);
  assert.match(placed, /net\/faucet\.key/);
});
