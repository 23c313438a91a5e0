import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Client, credentials, Metadata, status } from "@grpc/grpc-js";
import { call, type Loose, loaded, refused, take } from "../grpc/testing/looseClient.ts";
import { freePorts } from "../testing/freePorts.ts";
import { TestNetwork } from "../testing/network.ts";
import { NodeProcess } from "../testing/nodeProcess.ts";
import { waitUntil } from "../testing/waitUntil.ts";

const { kairos, grpc } = loaded;

/** Validator 0 is in this process, validator 1 is a process of its own; both have the admin interface. */
describe("AdminService", { timeout: 100_000 }, () => {
  let net: TestNetwork;
  let other: NodeProcess | undefined;
  let otherConfig = "";
  let admin: Loose;
  let token = "";
  const clients: Client[] = [];

  const stub = (service: Loose, port: number): Loose => {
    const made = new service(`127.0.0.1:${port}`, credentials.createInsecure());
    clients.push(made);
    return made;
  };
  const bearer = (text: string) => {
    const metadata = new Metadata();
    metadata.set("authorization", `Bearer ${text}`);
    return metadata;
  };
  const ask = (method: string, request: object = {}) => call(admin, method, request, bearer(token));
  const kairosAdmin = async (...words: string[]) => {
    const run = new NodeProcess("admin", ...words, "--config", otherConfig);
    const code = await run.exited();
    return { code, output: run.output };
  };

  before(async () => {
    const port = await freePorts(1);
    net = await TestNetwork.generate(2, {
      settings: {
        admin: { enabled: true, listen_addr: "127.0.0.1:0", token_file: "admin.token" },
        metrics: { enabled: true },
        logging: { level: "info", format: "json" },
      },
    });
    const { configPath, dir } = net.made.nodes[1]!;
    otherConfig = join(dir, "admin.toml");
    const text = readFileSync(configPath, "utf8").replace('"127.0.0.1:0"', `"127.0.0.1:${port}"`);
    writeFileSync(otherConfig, text);
    await net.start([0]);
    token = readFileSync(net.config(0).admin.tokenFile!, "utf8").trim();
    admin = stub(kairos.v1.AdminService, net.node(0).kairos!.adminPort!);
  });
  after(async () => {
    for (const client of clients) client.close();
    await other?.end("SIGKILL");
    await net.close();
  });

  test("RefreshPeers dials a validator that is down, and has nothing to do when all are up", async () => {
    await waitUntil("a back-off", 10_000, async () => (await ask("RefreshPeers")).dialled > 0);
    other = new NodeProcess("run", "--config", otherConfig);
    await waitUntil("blocks", 20_000, () => net.height(0) >= 3);
    assert.deepEqual(await ask("RefreshPeers"), { dialled: 0 });
  });

  test("every method wants the token, also reflection; refusals are counted", async () => {
    const methods = ["GetMetrics", "GetValidators", "RefreshPeers", "GetViewDebugInfo", "SetLogLevel", "BanPeer"];
    const name = "INVALID_SIGNATURE";
    for (const method of [...methods, "Shutdown"]) {
      await refused(call(admin, method, {}), status.UNAUTHENTICATED, name);
    }
    await refused(call(admin, "GetMetrics", {}, bearer("a".repeat(64))), status.UNAUTHENTICATED, name);
    await refused(take(admin.Backup({ destination: "/" }, bearer("b")), 1), status.UNAUTHENTICATED, name);
    const reflection = stub(grpc.reflection.v1.ServerReflection, net.node(0).kairos!.adminPort!);
    const stream = reflection.ServerReflectionInfo();
    const seen = take(stream, 1);
    stream.write({ list_services: "" });
    await refused(seen, status.UNAUTHENTICATED, name);
    const counted = () => (net.metrics(0).value("admin_refused_total", { reason: "wrong" }) ?? 0) >= 2;
    assert.ok(counted());
    assert.equal(net.metrics(0).value("admin_refused_total", { reason: "absent" }), 8);
    const open = reflection.ServerReflectionInfo(bearer(token));
    const listed = take(open, 1);
    open.write({ list_services: "" });
    const [{ list_services_response: services }] = await listed;
    assert.ok(services.service.some((one: Loose) => one.name === "kairos.v1.AdminService"));
  });

  test("GetMetrics: all, or those with a prefix", async () => {
    const { text } = await ask("GetMetrics");
    assert.match(text, /^kairos_consensus_current_view \d+$/m);
    const { text: few } = await ask("GetMetrics", { prefix: "kairos_admin_" });
    const names = few.split("\n").filter((line: string) => !line.startsWith("# "));
    assert.ok(names.length > 0 && names.every((line: string) => line.startsWith("kairos_admin_refused_total")));
    assert.match(few, /^# TYPE kairos_admin_refused_total counter$/m);
    assert.deepEqual(await ask("GetMetrics", { prefix: "nothing_begins_so" }), { text: "" });
  });

  test("GetValidators: who is connected", async () => {
    const { validators, connected, required } = await ask("GetValidators");
    assert.deepEqual([validators.length, connected, required], [2, 1, 1]);
    const [self, peer] = validators;
    assert.deepEqual([self.is_self, self.connected, peer.is_self, peer.connected], [true, false, false, true]);
    assert.deepEqual([peer.channels, peer.bls_public_key.length], [["consensus", "bulk"], 48]);
    assert.ok(Number(peer.finalized_height) >= 0 && peer.client_version.startsWith("kairos/"));
  });

  test("GetViewDebugInfo: the current view, a final one, an old one, and views that are not known", async () => {
    const current = await ask("GetViewDebugInfo", { view: "0" });
    assert.ok(Number(current.view) > 0);
    assert.equal(current.leader_index, Number(current.view) % 2);
    const { finalizedHeight: at } = net.node(0).kairos!.numbers();
    const final = net.node(0).kairos!.chain.ledger.lastFinalized;
    const info = await ask("GetViewDebugInfo", { view: `${final.view}` });
    assert.match(info.label, /^L-notarized/);
    assert.ok(at > 0 && info.digests.some((one: Loose) => one.digest.toString("hex") === final.digest));
    const old = await ask("GetViewDebugInfo", { view: "1" });
    assert.match(old.label, /^(L-notarized|nullified|cascade)/);
    assert.equal(old.votes_kept, false);
    if (old.label === "L-notarized") {
      assert.deepEqual(
        old.certificates.map((one: Loose) => [one.kind, one.signers]),
        [["finalization", [0, 1]]],
      );
    }
    await refused(ask("GetViewDebugInfo", { view: "900000000" }), status.NOT_FOUND, "NOT_FOUND");
    await refused(ask("GetViewDebugInfo", { view: `${2n ** 53n}` }), status.INVALID_ARGUMENT, "INVALID_FORMAT");
  });

  test("BanPeer: strangers, not validators", async () => {
    const { duration_ms: first } = await ask("BanPeer", { peer_id: Buffer.alloc(32, 7) });
    assert.equal(first, "600000");
    const validator = net.node(0).kairos!.chain.genesis.validators[1]!.p2pPublicKey;
    await refused(ask("BanPeer", { peer_id: Buffer.from(validator) }), status.FAILED_PRECONDITION, "NOT_FOUND");
    await refused(ask("BanPeer", { peer_id: Buffer.alloc(31) }), status.INVALID_ARGUMENT, "INVALID_FORMAT");
  });

  test("Backup: progress and a file while the node runs; one at a time; what cannot be written", async () => {
    const destination = join(net.dir, "backups");
    const both = [1, 2].map(() => take(admin.Backup({ destination }, bearer(token)), 1_000));
    const results = await Promise.allSettled(both);
    const done = results.flatMap((result) => (result.status === "fulfilled" ? [result.value.at(-1)] : []));
    assert.equal(done.length, 1, "one at a time");
    assert.ok(existsSync(done[0].file) && Number(done[0].height) > 0 && done[0].rows_done === done[0].rows_total);
    assert.deepEqual(
      readdirSync(destination).map((name) => join(destination, name)),
      [done[0].file],
    );
    assert.equal(statSync(done[0].file).mode & 0o777, 0o600);
    const relative = take(admin.Backup({ destination: "backups" }, bearer(token)), 9);
    await refused(relative, status.INVALID_ARGUMENT, "INVALID_FORMAT");
    const impossible = take(admin.Backup({ destination: done[0].file }, bearer(token)), 9);
    await refused(impossible, status.FAILED_PRECONDITION, "INTERNAL");
    const before = net.height(0);
    await net.reaches(before + 3);
  });

  test("what the program around the node does not offer is said so", async () => {
    await refused(ask("SetLogLevel", { levels: "debug" }), status.FAILED_PRECONDITION, "NOT_FOUND");
    await refused(ask("Shutdown"), status.FAILED_PRECONDITION, "NOT_FOUND");
  });

  test("kairos admin: the same on the command line, with the token of the configuration", async () => {
    const validators = await kairosAdmin("validators");
    assert.equal(validators.code, 0, validators.output);
    assert.match(validators.output, /^ {3}0 .*connected {2}.*\n {3}1 .*this node\n1 connected, 1 required/m);
    const view = await kairosAdmin("view", "1", "--json");
    assert.equal(JSON.parse(view.output).view, "1");
    const metrics = await kairosAdmin("metrics", "--prefix", "kairos_consensus_finalized_height");
    assert.match(metrics.output, /^kairos_consensus_finalized_height \d+$/m);
    const wrong = await kairosAdmin("log-level", "loud");
    assert.equal(wrong.code, 1);
    assert.match(wrong.output, /the node did not do it: invalid levels/);
    assert.deepEqual(JSON.parse((await kairosAdmin("log-level", "error", "--json")).output), { previous: "info" });
    assert.deepEqual(JSON.parse((await kairosAdmin("log-level", "debug", "--json")).output), { previous: "error" });
    // At level error the change is not a line any more; at level debug it is.
    const changes = () => other!.output.match(/"levels":"[a-z]+"/g);
    await waitUntil("the line of the second change", 10_000, () => changes() !== null);
    assert.deepEqual(changes(), ['"levels":"debug"']);
    const banned = await kairosAdmin("ban-peer", "07".repeat(32));
    assert.match(banned.output, /banned for 10 minutes/);
    const backup = await kairosAdmin("backup", join(net.dir, "by-admin"), "--json");
    assert.ok(existsSync(JSON.parse(backup.output).file), backup.output);
    assert.doesNotMatch(other!.output, new RegExp(token), "tokens are not logged");
  });

  test("kairos admin shutdown ends the process as SIGTERM does", async () => {
    const { code, output } = await kairosAdmin("shutdown");
    assert.equal(code, 0, output);
    assert.equal(await other!.exited(), 0, other!.output);
    assert.match(other!.output, /the node has stopped/);
    const gone = await kairosAdmin("refresh-peers");
    assert.equal(gone.code, 1);
    assert.match(gone.output, /hint: is the node running/);
  });
});

const hasProc = existsSync("/proc/net/tcp");

test("a default node listens where it must and nowhere else: no admin (Z31)", {
  timeout: 60_000,
  skip: hasProc ? false : "this system has no /proc to scan",
}, async (t) => {
  const net = await TestNetwork.generate(1, { visualizer: true, settings: { rpc: {}, metrics: { enabled: true } } });
  const config = net.config(0);
  const node = new NodeProcess("run", "--config", net.made.nodes[0]!.configPath);
  t.after(async () => {
    await node.end("SIGKILL");
    await net.close();
  });
  const expected = [
    config.p2p.listenAddr.port,
    config.jsonrpc.listenAddr.port,
    config.rpc.listenAddr.port,
    config.metrics.listenAddress.port,
    config.visualizer.listenAddress.port,
  ].sort();
  await waitUntil("all listeners", 20_000, () => listenersOf(node.pid).length >= expected.length);
  await waitUntil("blocks", 20_000, async () => Number(await net.call(0, "eth_blockNumber").catch(() => 0)) > 1);
  assert.deepEqual(listenersOf(node.pid), expected);
  for (const port of expected) {
    const url = `http://127.0.0.1:${port}/kairos.v1.AdminService/GetMetrics`;
    const headers = { "content-type": "application/json" };
    // JSON-RPC answers any path, the visualizer with a page, and the validators' port speaks no HTTP.
    const text = await fetch(url, { method: "POST", headers, body: "{}" }).then(
      async (answer) => `${answer.status} ${await answer.text()}`,
      () => "no HTTP",
    );
    assert.doesNotMatch(text, /^401|consensus_current_view/, `port ${port}`);
    assert.match(text, /^(no HTTP|404|405|403|400|200 \{"jsonrpc")/, `port ${port}`);
  }
  assert.equal(config.admin.enabled, false);
  const run = new NodeProcess("admin", "metrics", "--config", net.made.nodes[0]!.configPath);
  assert.equal(await run.exited(), 1);
  assert.match(run.output, /has no admin interface\nhint: set admin\.enabled/);
});

/** Ports on which a process listens, by its open sockets. */
function listenersOf(pid: number): number[] {
  const inodes = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // It was closed while the list was read.
    }
  }
  const rows = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap((file) =>
    existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(1) : [],
  );
  const ports = rows.flatMap((row) => {
    const [, local, , state, , , , , , inode] = row.trim().split(/\s+/);
    if (state !== "0A" || inode === undefined || !inodes.has(inode)) return [];
    return [Number.parseInt(local!.split(":")[1]!, 16)];
  });
  return ports.sort();
}
