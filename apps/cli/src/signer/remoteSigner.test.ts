import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { TestNetwork } from "../testing/network.ts";
import { NodeProcess } from "../testing/nodeProcess.ts";
import { waitUntil } from "../testing/waitUntil.ts";

/** Validator 0 of six has its BLS key in `kairos signer`, the others in their own process. */
const net = await TestNetwork.generate(6);
const node0 = dirname(net.made.nodes[0]!.configPath);
const socketPath = join(net.dir, "signer.sock");
const record = join(net.dir, "record");
const startSigner = (...more: readonly string[]) =>
  new NodeProcess(
    ...["signer", "--listen", socketPath, "--genesis", net.made.genesisPath, "--keys", node0, "--record", record],
    ...more,
  );
let signer = startSigner();
after(async () => {
  await net.close();
  await signer.end("SIGKILL");
});

const requests = (result: string) => net.metrics(0).value("signer_requests_total", { result }) ?? 0;
const votes = () => net.metrics(0).value("consensus_votes_sent_total") ?? 0;

test("a validator finalizes with its key in another process, which only its user reaches", {
  timeout: 60_000,
}, async () => {
  const { configPath } = net.made.nodes[0]!;
  const text = readFileSync(configPath, "utf8");
  writeFileSync(configPath, text.replace(/bls_secret_key_path = .*/, `remote_signer = "unix:${socketPath}"`));
  await waitUntil("the signer is up", 10_000, () => signer.output.includes("the signer is up"));
  assert.equal(statSync(socketPath).mode & 0o777, 0o600);
  assert.ok(!existsSync(join(node0, "journal-not-yet-created")), "the record exists from now on");
  await net.start();
  await net.reaches(10);
  await waitUntil("votes of validator 0", 10_000, () => votes() >= 5);
  assert.ok(requests("signed") >= votes());
  assert.equal(requests("refused") + requests("timeout"), 0);
  const shown = net.metrics(0).render();
  const waits = Number(/kairos_signer_request_duration_seconds_count (\d+)/.exec(shown)?.[1]);
  assert.ok(waits >= votes(), "every wait is measured");
});

test("without its signer it follows and does not vote; it votes again when the signer is back", {
  timeout: 60_000,
}, async () => {
  await signer.end("SIGKILL");
  await waitUntil("the link is down", 5_000, () => net.metrics(0).value("signer_connected") === 0);
  const [before, height] = [votes(), net.height(0)];
  await net.reaches(height + 10);
  assert.equal(votes(), before);
  assert.deepEqual(net.failures, []);
  signer = startSigner();
  await waitUntil("votes again", 20_000, () => votes() >= before + 3);
  assert.deepEqual(net.evidence, []);
});

test("a signer that freezes costs one wait, and votes go on when it thaws", { timeout: 60_000 }, async () => {
  signer.signal("SIGSTOP");
  await waitUntil("a request was in vain", 10_000, () => requests("timeout") > 0);
  const height = net.height(0);
  await net.reaches(height + 5);
  const before = votes();
  signer.signal("SIGCONT");
  await waitUntil("votes again", 20_000, () => votes() >= before + 3);
  assert.deepEqual([net.failures, net.evidence], [[], []]);
});

test("a signer whose record is lost does not start, nor does a second one beside the first", {
  timeout: 60_000,
}, async () => {
  const second = startSigner();
  assert.equal(await second.exited(), 1);
  assert.match(second.output, /another process listens|in use|another process/i);
  await signer.end("SIGTERM");
  rmSync(record, { recursive: true });
  const lost = startSigner();
  assert.equal(await lost.exited(), 2);
  assert.match(lost.output, /may have signed before[\s\S]*--from-view/);
  const view = net.node(1).kairos!.numbers().view;
  signer = startSigner("--from-view", `${view + 20}`);
  const before = votes();
  await waitUntil("votes above the view", 30_000, () => votes() >= before + 3);
  assert.deepEqual([net.failures, net.evidence], [[], []]);
});
