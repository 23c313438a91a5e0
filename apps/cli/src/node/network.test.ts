import assert from "node:assert/strict";
import { closeSync, copyFileSync, openSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type Digest, digest } from "@polis/codec";
import { decodeCertificate } from "@polis/crypto";
import { parseGenesis } from "@polis/kairos";
import { metaKeys } from "@polis/minimmit";
import { TestNetwork } from "../testing/network.ts";
import { NodeProcess } from "../testing/nodeProcess.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { createVoting } from "./voting.ts";

type Block = { readonly hash: string; readonly stateRoot: string; readonly number: string };

/** Nothing here takes this long, however busy the machine is: what does, hangs. How fast it is, `kairos bench` measures. */
const HANGS_MS = 60_000;

/** The cases build on each other: one network lives through payments, kills, a wiped disk and a corrupted one. */
describe("six validators with real disks and sockets", { timeout: 6 * HANGS_MS }, () => {
  let net: TestNetwork;
  /** Validator 5, as a process of its own. */
  let fifth: NodeProcess | undefined;
  const four = [0, 1, 2, 3, 4];
  const run = () => new NodeProcess("run", "--config", net.made.nodes[5]!.configPath);
  const heightOfChild = async () => Number(await net.call(5, "eth_blockNumber").catch(() => "-1"));

  /** Validator 5 has every block that was final at validator 0 at this moment. */
  const atTheTip = (what: string): Promise<void> => {
    const tip = net.height(0);
    return waitUntil(`${what} at the tip`, HANGS_MS, async () => (await heightOfChild()) >= tip);
  };

  /** Pays once from each account through one validator, and waits until a validator calls them final. */
  const pay = async (through: number, seenAt: number, times = 1): Promise<string[]> => {
    const sent = await Promise.all(
      Array.from({ length: times }, () => net.payers)
        .flat()
        .map((payer, i) => payer.pay(net.payers[(i + 1) % net.payers.length]!.address))
        .map(({ raw }) => net.call(through, "eth_sendRawTransaction", raw)),
    );
    const receipt = (hash: unknown) => net.call(seenAt, "eth_getTransactionReceipt", hash);
    await waitUntil("all receipts", HANGS_MS, async () =>
      (await Promise.all(sent.map(receipt))).every((r) => r !== null),
    );
    return sent as string[];
  };
  const assertSameChain = async (indexes: readonly number[]) => {
    const heights = await Promise.all(indexes.map(async (i) => Number(await net.call(i, "eth_blockNumber"))));
    const common = `0x${Math.min(...heights).toString(16)}`;
    const blocks = (await Promise.all(
      indexes.map((i) => net.call(i, "eth_getBlockByNumber", common, false)),
    )) as Block[];
    for (const block of blocks)
      assert.deepEqual([block.hash, block.stateRoot], [blocks[0]!.hash, blocks[0]!.stateRoot]);
  };

  before(async () => {
    net = await TestNetwork.generate(6);
    await net.start(four);
  });
  after(async () => {
    await fifth?.end("SIGKILL");
    await net.close();
  });

  test("payments are final at every validator, with equal roots, receipts, balances and a true certificate", async () => {
    const hashes = await pay(0, 3, 7);
    const receipts = (await Promise.all(four.map((i) => net.call(i, "eth_getTransactionReceipt", hashes[0])))) as {
      status: string;
      blockNumber: string;
      blockHash: string;
    }[];
    for (const receipt of receipts) assert.deepEqual(receipt, receipts[0]);
    assert.equal(receipts[0]!.status, "0x1");
    await assertSameChain(four);
    const balances = await Promise.all(
      four.map((i) => net.call(i, "eth_getBalance", `0x${net.payers[1]!.address}`, "latest")),
    );
    assert.equal(new Set(balances).size, 1);
    // Seven cents went out, seven came in: only fees are missing.
    const spent = 1_000_000n * 10n ** 18n - BigInt(balances[0] as string);
    assert.ok(spent > 0n && spent < 10n ** 16n, `${spent}`);
    assert.equal(await net.call(2, "eth_getTransactionCount", `0x${net.payers[1]!.address}`, "latest"), "0x7");
    await assertCertificate(receipts[0]!.blockNumber, receipts[0]!.blockHash);
  });

  async function assertCertificate(number: string, hash: string): Promise<void> {
    const genesis = parseGenesis(net.genesisText());
    const { scheme, shape } = createVoting(genesis, digest(net.made.genesisHash.slice(2)), undefined);
    const proof = (await net.call(1, "kairos_getFinalityCertificate", number)) as {
      block: { hash: string };
      certificate: { raw: string };
    };
    assert.equal(proof.block.hash, hash);
    const certificate = decodeCertificate(Uint8Array.fromHex(proof.certificate.raw.slice(2)), shape);
    assert.ok(certificate.ok && certificate.value.kind === "finalization");
    assert.equal(scheme.verifyCertificate(certificate.value), true);
    const other = { ...certificate.value, digest: "00".repeat(32) as Digest };
    assert.equal(scheme.verifyCertificate(other), false);
  }

  test("a late joiner reaches the tip, a kill does not stop the others, and the killed one comes back", async () => {
    fifth = run();
    await atTheTip("the late joiner");
    await pay(5, 1);
    assert.equal(await fifth.end("SIGKILL"), "SIGKILL");
    await pay(2, 4);
    fifth = run();
    // Killed again and again, wherever it stands between deciding, writing and sending.
    for (const blocks of [3, 5, 8]) {
      const from = net.height(0);
      await waitUntil("it runs", HANGS_MS, async () => (await heightOfChild()) >= from);
      await net.reaches(net.height(0) + blocks, HANGS_MS, [0]);
      await fifth.end("SIGKILL");
      fifth = run();
    }
    await atTheTip("the killed one");
    await assertSameChain([0, 5]);
    assert.deepEqual(net.evidence, [], "nobody voted twice");
  });

  test("a wiped disk with kept keys follows, and votes again only from the safe view on (R27, R28)", async () => {
    await net.stop(4);
    await pay(0, 1);
    net.wipe(4);
    const votes: number[] = [];
    let safeView: number | undefined;
    const viewBefore = net.node(0).kairos!.numbers().view;
    await net.start([4], {
      onObservation: (seen) => {
        if (seen.what === "journalLost") safeView ??= seen.safeView;
        if (seen.what === "voted" || seen.what === "nullifySent" || seen.what === "proposed") votes.push(seen.view);
      },
    });
    assert.equal(net.node(4).kairos!.chain.restored.journal, "lost");
    await net.reaches(net.height(0), HANGS_MS);
    await assertSameChain([0, 4]);
    await waitUntil("the safe view", HANGS_MS, () => safeView !== undefined);
    assert.ok(safeView! > viewBefore + 64, `${safeView} after ${viewBefore}`);
    await waitUntil("a vote", HANGS_MS, () => votes.length > 0);
    assert.ok(votes.every((view) => view >= safeView!));
    assert.deepEqual(net.evidence, [], "nobody voted twice");
    const { chain } = net.node(4).kairos!;
    assert.ok(chain.storage.store.get("meta", metaKeys.safeView) !== undefined);
  });

  test("a corrupted store ends with exit code 75 and says what to do; its copy goes on", async () => {
    const end = performance.now();
    assert.equal(await fifth?.end("SIGTERM"), 0, fifth?.output ?? "");
    assert.ok(performance.now() - end < 10_000, "SIGTERM ends the process within ten seconds (18.3)");
    const file = join(net.config(5).storage.path, "data.mdb");
    copyFileSync(file, join(net.dir, "stopped.mdb"));
    const handle = openSync(file, "r+");
    const noise = Buffer.alloc(4096, 0xa5);
    for (let at = 0; at < statSync(file).size; at += noise.length) writeSync(handle, noise, 0, noise.length, at);
    closeSync(handle);
    const broken = run();
    assert.equal(await broken.exited(), 75, broken.output);
    assert.match(broken.output, /hint: .*empty/s);
    // The copy of a stopped node is the node: its journal is whole, and it votes at once.
    copyFileSync(join(net.dir, "stopped.mdb"), file);
    fifth = run();
    await atTheTip("the copied one");
  });

  test("a disk that refuses the journal stops the votes of its node, not finality", async () => {
    const failing = net.node(4).kairos!.chain.storage;
    const full = Object.assign(new Error("no space left"), { code: "STORAGE_FULL" });
    failing.journal.append = () => Promise.reject(full);
    await waitUntil("the failure", HANGS_MS, () => net.failures.length > 0);
    assert.deepEqual(net.failures, [full]);
    const before = net.height(0);
    const votesBefore = net.metrics(4).value("consensus_votes_sent_total");
    await net.reaches(before + 5, HANGS_MS, [0, 1, 2, 3]);
    assert.equal(net.metrics(4).value("consensus_votes_sent_total"), votesBefore);
    assert.equal(await fifth?.end("SIGINT"), 0, fifth?.output ?? "");
  });

  test("a store of another key is a lost journal: the node follows (R27)", async () => {
    await net.stop(4);
    copyFileSync(join(net.dir, "stopped.mdb"), join(net.config(4).storage.path, "data.mdb"));
    await net.start([4]);
    assert.equal(net.node(4).kairos!.chain.restored.journal, "lost");
    assert.equal(net.metrics(4).value("consensus_votes_sent_total"), 0);
  });
});
