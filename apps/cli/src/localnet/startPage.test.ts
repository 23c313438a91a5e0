import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { missing } from "../../../../tools/deployments/testing/installed.ts";
import { freePorts } from "../testing/freePorts.ts";
import { NodeProcess } from "../testing/nodeProcess.ts";
import { waitUntil } from "../testing/waitUntil.ts";

const root = join(import.meta.dirname, "../../../..");
const page = readFileSync(join(root, "docs/start.md"), "utf8");
const commands = [...page.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) =>
  block.split("\n").filter(Boolean),
);
/** The network is started once, as the last of the page's starts says. */
const starts = commands.filter((line) => line.startsWith("npm start"));
const sh = promisify(execFile);
const HANGS_MS = 60_000;

/** The page's network in a folder and on ports of this test. */
async function network() {
  const dir = mkdtempSync(join(tmpdir(), "kairos-start-"));
  const base = await freePorts(36);
  const [rpc, p2p, metrics, grpc, dashboard] = [base, base + 7, base + 14, base + 23, base + 30];
  const ports = { "--rpc-port": rpc, "--p2p-port": p2p, "--metrics-port": metrics, "--grpc-port": grpc };
  const flags = Object.entries({ ...ports, "--visualizer-port": dashboard, "--rate": 10, "--accounts": 20 });
  const places: Readonly<Record<string, number>> = { 8545: rpc, 8551: rpc + 6, 8080: dashboard, 9097: metrics + 7 };
  const placed = (text: string) =>
    text
      .replaceAll(/(?<=127\.0\.0\.1:)\d+/g, (port) => `${places[port]}`)
      .replaceAll(".polis/localnet-6", join(dir, "localnet-6"));
  const [, words = ""] = starts.at(-1)!.split(" -- ");
  const more = flags.flatMap(([flag, value]) => [flag, `${value}`]);
  const run = new NodeProcess("localnet", ...words.split(" "), ...more, "--dir", join(dir, "localnet-6"));
  return { dir, run, placed, url: `http://127.0.0.1:${rpc}`, follower: `http://127.0.0.1:${rpc + 6}` };
}

/** Ends the one child of the network that a `pkill -f` of the page means. */
function kill(parent: number, pattern: string): void {
  const processes = execFileSync("ps", ["-A", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  const found = processes.flatMap((line) => {
    const [, pid, ppid] = /^\s*(\d+)\s+(\d+)/.exec(line) ?? [];
    return Number(ppid) === parent && line.includes(pattern) ? [Number(pid)] : [];
  });
  assert.equal(found.length, 1, pattern);
  process.kill(found[0]!, "SIGKILL");
}

test("docs/start.md: every command does what the page says", {
  timeout: 3 * HANGS_MS,
  skip: missing("curl", "--version"),
}, async (t) => {
  const { dir, run, placed, url, follower } = await network();
  t.after(async () => {
    await run.end("SIGTERM");
    rmSync(dir, { recursive: true, force: true });
  });
  const answers = (address: string) =>
    fetch(address).then(
      ({ status }) => status !== 503,
      () => false,
    );
  await waitUntil("the network", HANGS_MS, async () => (await answers(url)) && (await answers(follower)));
  const performed: string[] = [];
  for (const line of commands) {
    const words = placed(line).split(" ");
    performed.push(words.slice(0, 3).join(" "));
    if (line === "npm ci") assert.ok(existsSync(join(root, "package-lock.json")));
    else if (line.startsWith("npm start")) assert.ok(/^npm start( -- --followers 1)?$/.test(line), line);
    else if (line.startsWith("curl -sf ")) {
      await waitUntil(line, HANGS_MS, async () => {
        const { stdout } = await sh("sh", ["-c", placed(line)]).catch(() => ({ stdout: "" }));
        return /^ready|"result":\{/.test(stdout);
      });
    } else if (line === "npx node examples/pay.ts") {
      const accounts = placed(".polis/localnet-6/accounts.json");
      const { stdout } = await sh(process.execPath, [join(root, "examples/pay.ts"), accounts, url]);
      assert.match(stdout, /^paid 1\.25 USDC in block \d+, final after \d+ ms/);
    } else if (line.startsWith("pkill -KILL -f ")) {
      kill(run.pid, words.at(-1)!);
      await waitUntil("its end is told", HANGS_MS, () => run.output.includes("validator 3 ended (SIGKILL)"));
    } else {
      assert.ok(line.startsWith("npx kairos health "), `an unknown command: ${line}`);
      await waitUntil(line, HANGS_MS, async () => (await new NodeProcess(...words.slice(2)).exited()) === 0);
    }
  }
  assert.equal(performed.length, 9);
  for (const [link] of page.matchAll(/http:\/\/127\.0\.0\.1:\d+\/[a-z]*(?=[.,])/g)) {
    assert.equal((await fetch(placed(link))).status, 200, link);
  }
  assert.equal(await run.end("SIGINT"), 0, run.output);
  assert.match(run.output, /state roots agree: yes/);
});

test("docs/start.md: the scripts, links and numbers of the page are those of the repository", () => {
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  assert.equal(scripts.start, "node apps/cli/src/start.ts");
  const links = [...page.matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => link!);
  assert.ok(links.length >= 8);
  for (const link of links) assert.ok(existsSync(join(root, "docs", link)), link);
  assert.equal([...page.matchAll(/http:\/\/127\.0\.0\.1:\d+\/[a-z]*(?=[.,])/g)].length, 2);
});
