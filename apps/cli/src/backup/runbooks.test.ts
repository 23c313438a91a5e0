import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { zstdDecompressSync } from "node:zlib";
import { KAIROS_TABLES, schemaVersion } from "@polis/kairos";
import { metaKeys, type Observation, readU64Value } from "@polis/minimmit";
import { openStorage } from "@polis/storage";
import { loadConfig } from "../config/loadConfig.ts";
import { TestNetwork } from "../testing/network.ts";
import { NodeProcess } from "../testing/nodeProcess.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { allSteps, runbook, type Step } from "./testing/runbook.ts";

/** Validator 5 of a running network, as its operator treats it with the commands of docs/runbooks.md. */
describe("the runbooks, run against a network of six", { timeout: 180_000 }, () => {
  let net: TestNetwork;
  let node: NodeProcess | undefined;
  let backups = "";
  let configPath = "";
  let newConfigPath = "";
  let scratch = "";
  /** Views in which validator 0 has counted a vote of validator 5. */
  const votes: number[] = [];
  const outputs: string[] = [];

  const height = async () => Number(await net.call(5, "eth_blockNumber").catch(() => "-1"));
  const highestVote = () => Math.max(0, ...votes);
  const newestBackup = () => readdirSync(backups).sort().at(-1)!;

  /** Places of the page, in this test. */
  const placed = (word: string) =>
    word
      .replace("/etc/kairos/config.toml", configPath)
      .replace("/srv/new/config.toml", newConfigPath)
      .replace("kairos-backup-20260101_000000.tar.zst", () => newestBackup())
      .replace("/var/backups/kairos", backups)
      .replace("/var/tmp/kairos-check", scratch);

  async function systemctl(verb: string | undefined, service: string | undefined): Promise<void> {
    if (verb === "stop") assert.equal(await node!.end("SIGTERM"), 0, node!.output);
    else if (verb === "start")
      node = new NodeProcess("run", "--config", service === "kairos" ? configPath : newConfigPath);
    else assert.equal(verb, "disable", "what the test knows of systemctl");
  }

  async function kairos(words: readonly string[]): Promise<void> {
    const isHealth = words[0] === "health";
    await waitUntil(`kairos ${words.join(" ")}`, 30_000, async () => {
      const run = new NodeProcess(...words);
      const code = await run.exited();
      outputs.push(run.output);
      if (!isHealth) assert.equal(code, 0, run.output);
      return code === 0;
    });
  }

  async function perform(step: Step): Promise<void> {
    const { env, words } = step;
    const before = { ...process.env };
    for (const [name, value] of Object.entries(env)) process.env[name] = placed(value);
    try {
      const [program, ...rest] = words.map(placed);
      if (program === "systemctl") await systemctl(rest[0], rest[1]);
      else {
        assert.equal(program, "kairos");
        await kairos(rest);
      }
    } finally {
      for (const name of Object.keys(env)) {
        if (before[name] === undefined) delete process.env[name];
        else process.env[name] = before[name];
      }
    }
  }

  async function follow(title: string, blocks?: (all: readonly (readonly Step[])[]) => readonly (readonly Step[])[]) {
    const all = runbook(title);
    for (const block of blocks?.(all) ?? all) for (const step of block) await perform(step);
  }

  async function atTheTip(): Promise<void> {
    await waitUntil("validator 5 at the tip", 20_000, async () => (await height()) >= net.height(0) - 2);
  }

  before(async () => {
    net = await TestNetwork.generate(6, { settings: { metrics: { enabled: true }, logging: { level: "info" } } });
    ({ configPath } = net.made.nodes[5]!);
    backups = join(net.dir, "backups");
    scratch = join(net.dir, "check");
    newConfigPath = join(dirname(configPath), "new.toml");
    writeFileSync(newConfigPath, readFileSync(configPath, "utf8").replace('path = "data"', 'path = "moved"'));
    const onObservation = (seen: Observation) => {
      if (seen.what === "vote" && seen.result === "valid" && seen.vote.signer === 5) votes.push(seen.vote.view);
    };
    await net.start([1, 2, 3, 4]);
    await net.start([0], { onObservation });
    node = new NodeProcess("run", "--config", configPath);
    await waitUntil("votes of validator 5", 20_000, () => votes.length > 5);
    for (const payer of net.payers) await net.call(0, "eth_sendRawTransaction", payer.pay(net.payers[0]!.address).raw);
    await net.reaches(net.height(0) + 5);
  });
  after(async () => {
    await node?.end("SIGKILL");
    await net.close();
  });

  test("every command of the page exists", async () => {
    const known = new Set(["backup", "restore", "db", "health", "admin", "version", "config", "keys", "run"]);
    for (const { words } of allSteps()) {
      assert.ok(words[0] === "systemctl" || (words[0] === "kairos" && known.has(words[1]!)), words.join(" "));
    }
    const stalled = runbook("Stalled network")
      .flat()
      .map(({ words }) => words.slice(1, 3).join(" "));
    assert.deepEqual(stalled.slice(1), ["admin validators", "admin view", "admin metrics"]);
  });

  test("backup of the running validator, and the check of the file aside", async () => {
    await follow("Backup");
    assert.match(newestBackup(), /^kairos-backup-\d{8}_\d{6}\.tar\.zst$/);
    assert.match(outputs.at(-1)!, /all is well/);
    await follow("Backup every day", (all) => all.map((block) => block.filter(({ words }) => words[0] === "kairos")));
    assert.equal(readdirSync(backups).length, 2, "both are kept");
    assert.equal((await height()) > 0, true, "the node runs on");
    const rows = zstdDecompressSync(readFileSync(join(backups, newestBackup())));
    const { identity } = loadConfig({ path: configPath });
    for (const path of [identity.blsSecretKeyPath!, identity.ed25519SecretKeyPath!]) {
      const hex = readFileSync(path, "utf8").trim();
      assert.equal(hex.length, 64);
      assert.ok(!rows.includes(hex) && !rows.includes(Buffer.from(hex, "hex")), "no key is in a backup");
    }
  });

  test("restore of an older moment: it catches up, and votes again only as R27 allows", async () => {
    const from = net.height(0);
    await net.reaches(from + 10);
    const before = highestVote();
    // The last vote of the old instance is known when it has stopped.
    await follow("Restore", ([block]) => [block!.slice(0, 1)]);
    const last = Math.max(before, highestVote());
    const seen = votes.length;
    await follow("Restore", ([block]) => [block!.slice(1)]);
    await atTheTip();
    await waitUntil("a vote after the restore", 60_000, () => votes.slice(seen).some((view) => view > last));
    const again = votes.slice(seen).filter((view) => view > last);
    const safeView = await safeViewOf();
    assert.ok(safeView > last + 60, `${safeView} after ${last}`);
    assert.ok(Math.min(...again) >= safeView, `${Math.min(...again)} before ${safeView}`);
    assert.deepEqual(net.evidence, [], "nobody voted twice");
    assert.match(node!.output, /no journal here/);
  });

  test("upgrade: a stop and a start on the same store; it votes at once", async () => {
    await follow("Upgrade");
    await atTheTip();
    const now = net.node(0).kairos!.numbers().view;
    await waitUntil("a vote", 20_000, () => highestVote() > now);
    assert.doesNotMatch(node!.output, /no journal here/);
    assert.deepEqual(net.evidence, []);
  });

  test("a replaced machine takes the journal with it and votes at once", async () => {
    await follow("Replaced machine");
    await atTheTip();
    const now = net.node(0).kairos!.numbers().view;
    await waitUntil("a vote", 20_000, () => highestVote() > now);
    assert.doesNotMatch(node!.output, /no journal here/);
    assert.deepEqual(net.evidence, [], "nobody voted twice");
    const refused = new NodeProcess("restore", join(backups, newestBackup()), "--with-journal", "--config", configPath);
    assert.equal(await refused.exited(), 1);
    assert.match(refused.output, /stop the old instance for good/);
  });

  test("the store that went through all of it is whole", async () => {
    await systemctl("stop", "kairos-new");
    await kairos(["db", "verify", "--config", newConfigPath]);
    assert.match(outputs.at(-1)!, /all is well/);
  });

  test("a store of another schema is refused with a hint, and left as it is", async () => {
    const other = join(dirname(configPath), "schema.toml");
    writeFileSync(other, readFileSync(configPath, "utf8").replace('path = "data"', 'path = "schema"'));
    const path = join(dirname(configPath), "schema");
    mkdirSync(path, { mode: 0o700 });
    for (const [schema, hint] of [
      [schemaVersion + 1, /run that release/],
      [schemaVersion - 1, /migrate it or synchronize/],
    ] as const) {
      writeFileSync(join(path, "data.mdb"), "");
      const identity = net.made.genesisHash.replace(/^0x/, "");
      await (await openStorage({ path, tables: KAIROS_TABLES, schema, identity, mapSizeBytes: 1 << 24 })).close();
      const bytes = readFileSync(join(path, "data.mdb"));
      const run = new NodeProcess("run", "--config", other);
      assert.equal(await run.exited(), 1, run.output);
      assert.match(run.output, hint);
      assert.deepEqual(readFileSync(join(path, "data.mdb")), bytes);
    }
  });

  /** The view that R27 has written into the journal of the restored validator. */
  async function safeViewOf(): Promise<number> {
    const { storage } = loadConfig({ path: configPath });
    const identity = net.made.genesisHash.replace(/^0x/, "");
    const opened = await openStorage({
      ...{ path: storage.path, mapSizeBytes: storage.mapSize, tables: KAIROS_TABLES },
      ...{ schema: schemaVersion, identity, readOnly: true },
    });
    const view = readU64Value(opened.store.get("meta", metaKeys.safeView));
    await opened.close();
    return view ?? 0;
  }
});
