import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { digest, height } from "@polis/codec";
import { waitUntil } from "../../testing/waitUntil.ts";
import { parseSeed } from "./parseSeed.ts";
import { parseSeedKey } from "./parseSeedKey.ts";
import { type SeedClient, startSeedClient } from "./startSeedClient.ts";

const program = join(import.meta.dirname, "../../../../seed/src/seed.ts");
const genesisHash = digest("11".repeat(32));
const zone = "seed.test";
const folder = mkdtempSync(join(tmpdir(), "kratos-seed-network-"));
const clients: SeedClient[] = [];
after(async () => {
  await Promise.all(clients.map((client) => client.close()));
  rmSync(folder, { recursive: true, force: true });
});

interface Line {
  readonly msg: string;
  readonly dns: number;
  readonly http: number;
  readonly heartbeat: number;
  readonly id: string;
  readonly peers: number;
}

/** Starts the program as an operator does, and reads its log. */
function startProgram(): {
  readonly child: ChildProcess;
  readonly lines: Line[];
  readonly exited: Promise<number | null>;
} {
  const key = join(folder, "seed.key");
  execFileSync(process.execPath, [program, "key", "generate", "-o", key]);
  const flags = [
    ...[
      "--genesis-hash",
      genesisHash,
      "--zone",
      zone,
      "--key",
      key,
      "--data",
      join(folder, "data"),
      "--list-seconds",
      "1",
    ],
    ...["--listen", "127.0.0.1", "--dns-port", "0", "--http-port", "0", "--heartbeat-port", "0", "--json"],
  ];
  const child = spawn(process.execPath, [program, "run", ...flags], { stdio: ["ignore", "pipe", "inherit"] });
  const lines: Line[] = [];
  let rest = "";
  child.stdout.on("data", (piece: Buffer) => {
    const parts = (rest + piece.toString()).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts.map((line) => JSON.parse(line) as Line));
  });
  return { child, lines, exited: new Promise((resolve) => void child.once("exit", resolve)) };
}

/** Asks five times a second: a seed server refuses those who ask more often. */
async function askUntil(what: string, holds: () => Promise<boolean>): Promise<void> {
  await waitUntil(what, 20_000, async () => {
    if (await holds()) return true;
    await setTimeout(200);
    return false;
  });
}

test("three nodes tell a seed server that they are there, and a fourth finds them by it", async () => {
  const { child, lines, exited } = startProgram();
  try {
    const ready = () => lines.find(({ msg }) => msg === "the seed server is ready");
    await waitUntil("the seed server", 30_000, () => ready() !== undefined);
    const { dns, http, heartbeat, id } = ready()!;
    const seed = parseSeed(`127.0.0.1,http=${http},heartbeat=${heartbeat},dns=127.0.0.1:${dns},zone=${zone}`);
    const start = (node: number, addresses: readonly string[], seedKey: string, isMember = true) => {
      const added = new Set<string>();
      const status = { addresses, height: height(9), bestHash: genesisHash, isValidator: false, protocolVersion: 1 };
      const client = startSeedClient({
        ...{ seeds: [seed], seedKeys: [parseSeedKey(seedKey)], fallbackBootnodes: [], genesisHash: () => genesisHash },
        ...{ secret: new Uint8Array(32).fill(node), status: () => (isMember ? status : undefined), log: () => {} },
        addPeers(some) {
          for (const address of some) added.add(address);
        },
      });
      clients.push(client);
      return { client, added };
    };
    for (const node of [1, 2, 3]) start(node, [`/ip4/127.0.0.1/tcp/${40_000 + node}`], id);
    const count = async () =>
      ((await (await fetch(`http://127.0.0.1:${http}/peers/count`)).json()) as { active_peers: number }).active_peers;
    await askUntil("three heartbeats", async () => (await count()) === 3);

    const fourth = start(4, [], id, false);
    const complete = () =>
      [1, 2, 3].every((node) =>
        [...fourth.added].some((one) => one.startsWith(`/ip4/127.0.0.1/tcp/${40_000 + node}/p2p/12D3`)),
      );
    await askUntil("the addresses of all three", async () => {
      await fourth.client.refresh();
      return complete();
    });

    const distrustful = start(5, [], "ab".repeat(32), false);
    // DNS is not signed: it serves a node that trusts no list, because connections prove the peer ids.
    await askUntil("the same by DNS alone", async () => {
      await distrustful.client.refresh();
      return [...distrustful.added].filter((one) => one.includes("/p2p/")).length === 3;
    });
  } finally {
    child.kill("SIGTERM");
  }
  assert.equal(await exited, 0);
  assert.equal(lines.at(-1)?.msg, "the seed server has stopped");
  assert.equal(lines.at(-1)?.peers, 3);
});
