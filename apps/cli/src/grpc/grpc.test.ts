import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { type Client, credentials, status } from "@grpc/grpc-js";
import { bufProgram } from "../../../../tools/proto/generate.ts";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { call, type Loose, loaded, refused, take } from "./testing/looseClient.ts";

const { kairos, grpc } = loaded;

let network: TestNetwork;
let port: number;
const clients: Client[] = [];

function client(service: Loose, options = {}): Loose {
  const made = new service(`127.0.0.1:${port}`, credentials.createInsecure(), options);
  clients.push(made);
  return made;
}

before(async () => {
  network = await TestNetwork.generate(2, {
    settings: {
      rpc: { rate_limit_per_second: 0 },
      jsonrpc: { rate_limit_per_second: 0 },
      workers: { signature: 0 },
      consensus: { n: 2, f: 0, empty_block_interval: "20ms", view_timeout: "1s" },
      metrics: { enabled: false },
      logging: { level: "error" },
    },
  });
  port = network.ports.grpc;
  await network.start();
  await waitUntil("the first blocks", 10_000, () => network.height(0) >= 3);
});

after(async () => {
  for (const one of clients) one.close();
  await network.close();
});

test("accounts: balances, nonces and refused addresses", async () => {
  const accounts = client(kairos.v1.AccountService);
  const payer = network.payers[7]!;
  const address = Buffer.from(payer.address, "hex");
  const found = await call(accounts, "GetAccount", { address });
  assert.equal(found.exists, true);
  assert.equal(found.balance, `${10n ** 24n}`);
  assert.equal(found.balance_usdc6, `${10n ** 12n}`);
  assert.equal(found.blacklisted, false);
  assert.equal(found.code_hash.length, 32);
  const missing = await call(accounts, "GetAccount", { address: Buffer.alloc(20, 9) });
  assert.deepEqual([missing.exists, missing.balance, missing.nonce], [false, "0", "0"]);
  const pending = await call(accounts, "GetAccountPending", { address });
  assert.deepEqual([pending.balance, pending.pending_nonce], [found.balance, "0"]);
  for (const at of [{}, { tag: "BLOCK_TAG_PENDING" }, { tag: "BLOCK_TAG_EARLIEST" }, { height: "1" }]) {
    const balance = await call(accounts, "GetBalance", { address, ...at });
    assert.deepEqual([balance.balance, balance.balance_usdc6, balance.dust], [`${10n ** 24n}`, `${10n ** 12n}`, "0"]);
  }
  const nonce = await call(accounts, "GetNonce", { address });
  assert.deepEqual([nonce.nonce, nonce.next_nonce, nonce.pending_count, nonce.queued_count], ["0", "0", 0, 0]);
  for (const method of ["GetAccount", "GetAccountPending", "GetBalance", "GetNonce"]) {
    const detail = await refused(
      call(accounts, method, { address: Buffer.alloc(19) }),
      status.INVALID_ARGUMENT,
      "INVALID_FORMAT",
    );
    assert.deepEqual(detail.metadata, { field: "address" });
  }
  const future = call(accounts, "GetBalance", { address, height: "1000000" });
  await refused(future, status.NOT_FOUND, "NOT_FOUND");
});

test("blocks: by hash, by height, in pages and as a stream", async () => {
  const blocks = client(kairos.v1.BlockService);
  const { block: latest } = await call(blocks, "GetLatestBlock", {});
  assert.equal(latest.status, "BLOCK_STATUS_FINALIZED");
  const { block } = await call(blocks, "GetBlockByHeight", { height: "2" });
  const { block: same } = await call(blocks, "GetBlock", { hash: block.hash });
  assert.deepEqual(same, block);
  assert.ok(block.proposer_index === 0 || block.proposer_index === 1);
  const { block: parent } = await call(blocks, "GetBlockByHeight", { height: "1" });
  assert.deepEqual(block.parent_hash, parent.hash);
  const page = await call(blocks, "GetBlocks", { from_height: "0", to_height: "2", limit: 2 });
  assert.deepEqual([page.blocks.length, page.has_more, page.next_height], [2, true, "2"]);
  const rest = await call(blocks, "GetBlocks", { from_height: page.next_height, to_height: "2" });
  assert.deepEqual([rest.blocks.length, rest.has_more, rest.blocks[0].hash], [1, false, block.hash]);
  await refused(call(blocks, "GetBlocks", { limit: 1_001 }), status.INVALID_ARGUMENT, "INVALID_FORMAT");
  await refused(call(blocks, "GetBlock", { hash: Buffer.alloc(32) }), status.NOT_FOUND, "NOT_FOUND");
  await refused(call(blocks, "GetBlock", { hash: Buffer.alloc(31) }), status.INVALID_ARGUMENT, "INVALID_FORMAT");
  await refused(
    call(blocks, "GetBlockByHeight", { height: "9007199254740992" }),
    status.INVALID_ARGUMENT,
    "INVALID_FORMAT",
  );
  await refused(call(blocks, "GetBlockByHeight", { height: "900000" }), status.NOT_FOUND, "NOT_FOUND");
  const part = await take(blocks.StreamBlocks({ from_height: "1", to_height: "2" }), 9);
  assert.deepEqual(
    part.map((one) => one.block.height),
    ["1", "2"],
  );
  const limited = await take(blocks.StreamBlocks({ from_height: "1", limit: "3" }), 9);
  assert.deepEqual(
    limited.map((one) => one.block.height),
    ["1", "2", "3"],
  );
  const tip = Number(latest.height);
  const live = await take(blocks.StreamBlocks({ from_height: `${tip}` }), 4);
  assert.deepEqual(
    live.map((one) => Number(one.block.height)),
    [tip, tip + 1, tip + 2, tip + 3],
  );
});

test("transactions: submitted, found, refused, and in an account's history", async () => {
  const transactions = client(kairos.v1.TransactionService);
  const [payer, payee] = [network.payers[0]!, network.payers[1]!];
  const bytes = (hex: string) => Buffer.from(hex.slice(2), "hex");
  const sent = [];
  for (let i = 0; i < 5; i++) {
    const { raw, hash } = payer.pay(payee.address);
    const wait = i === 0 ? "SUBMIT_WAIT_PENDING" : "SUBMIT_WAIT_FINALIZED";
    const answer = await call(transactions, "SubmitTransaction", { raw: bytes(raw), wait, timeout_ms: 10_000 });
    assert.deepEqual(answer.tx_hash, bytes(hash));
    if (i > 0) {
      assert.equal(answer.status, "TRANSACTION_STATUS_FINALIZED");
      assert.equal(answer.info.receipt_status, "RECEIPT_STATUS_SUCCEEDED");
      assert.equal(answer.info.transaction.payments[0].amount_usdc6, "10000");
      assert.equal(answer.info.logs.length, 1);
      assert.equal(BigInt(answer.info.fee), BigInt(answer.info.gas_used) * BigInt(answer.info.effective_gas_price));
    }
    sent.push({ raw: bytes(raw), hash: bytes(hash) });
  }
  const known = await refused(
    call(transactions, "SubmitTransaction", { raw: sent[1]!.raw }),
    status.ALREADY_EXISTS,
    "ALREADY_KNOWN",
  );
  assert.equal(known.metadata.tx_hash, sent[1]!.hash.toString("hex"));
  assert.equal(known.code, 4);
  const { info } = await call(transactions, "GetTransaction", { hash: sent[1]!.hash });
  assert.deepEqual(info.transaction.raw, sent[1]!.raw);
  const found = await call(transactions, "GetTransactionStatus", { hash: sent[1]!.hash });
  assert.deepEqual([found.status, found.height], ["TRANSACTION_STATUS_FINALIZED", info.height]);
  assert.ok(Number(found.confirmations) >= 1);
  const unknown = await call(transactions, "GetTransactionStatus", { hash: Buffer.alloc(32) });
  assert.equal(unknown.status, "TRANSACTION_STATUS_UNKNOWN");
  await refused(call(transactions, "GetTransaction", { hash: Buffer.alloc(32) }), status.NOT_FOUND, "NOT_FOUND");
  await refused(
    call(transactions, "SubmitTransaction", { raw: Buffer.of(0x4b, 1) }),
    status.INVALID_ARGUMENT,
    "INVALID_FORMAT",
  );
  await refused(
    call(transactions, "SubmitTransaction", { raw: sent[0]!.raw, timeout_ms: 60_001 }),
    status.INVALID_ARGUMENT,
    "INVALID_FORMAT",
  );
  const broken = Buffer.from(network.payers[2]!.pay(payee.address).raw.slice(2), "hex");
  broken[broken.length - 20]! ^= 1;
  await refused(call(transactions, "SubmitTransaction", { raw: broken }), status.INVALID_ARGUMENT, "INVALID_SIGNATURE");
  for (const descending of [false, true]) {
    const pages = [];
    let cursor = "";
    do {
      const address = Buffer.from(payer.address, "hex");
      const page: Loose = await call(transactions, "GetTransactionsByAddress", {
        address,
        limit: 2,
        cursor,
        descending,
      });
      pages.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor !== "");
    const hashes = pages.map((item) => item.info.transaction.hash.toString("hex"));
    const expected: string[] = sent.map(({ hash }) => hash.toString("hex"));
    assert.deepEqual(hashes, descending ? expected.reverse() : expected);
    assert.ok(pages.every((item) => item.role === "ADDRESS_ROLE_SENDER"));
  }
  const address = Buffer.from(payee.address, "hex");
  const received = await call(transactions, "GetTransactionsByAddress", { address, role: "ADDRESS_ROLE_RECIPIENT" });
  assert.equal(received.items.length, 5);
  const none = await call(transactions, "GetTransactionsByAddress", { address, role: "ADDRESS_ROLE_SENDER" });
  assert.deepEqual([none.items.length, none.next_cursor], [0, ""]);
  await refused(
    call(transactions, "GetTransactionsByAddress", { address, cursor: "x" }),
    status.INVALID_ARGUMENT,
    "INVALID_FORMAT",
  );
  await refused(
    call(transactions, "GetTransactionsByAddress", { address, limit: 101 }),
    status.INVALID_ARGUMENT,
    "INVALID_FORMAT",
  );
});

test("a stream of submissions answers each, and one queued behind a gap is told", async () => {
  const transactions = client(kairos.v1.TransactionService);
  const payer = network.payers[3]!;
  const first = payer.pay(payer.address);
  payer.nonce += 1n;
  const gap = payer.pay(payer.address);
  const stream = transactions.SubmitTransactionStream();
  const results = take(stream, 3);
  for (const raw of [first.raw, first.raw, gap.raw]) stream.write({ raw: Buffer.from(raw.slice(2), "hex") });
  const answers = await results;
  assert.deepEqual(
    answers.map(({ index, code }) => [index, code]),
    [
      ["0", 0],
      ["1", 4],
      ["2", 0],
    ],
  );
  const hash = Buffer.from(gap.hash.slice(2), "hex");
  assert.equal((await call(transactions, "GetTransactionStatus", { hash })).status, "TRANSACTION_STATUS_QUEUED");
  const again = { raw: Buffer.from(gap.raw.slice(2), "hex"), wait: "SUBMIT_WAIT_FINALIZED", timeout_ms: 50 };
  await refused(call(transactions, "SubmitTransaction", again), status.ALREADY_EXISTS, "ALREADY_KNOWN");
  payer.nonce += 1n;
  const far = Buffer.from(payer.pay(payer.address).raw.slice(2), "hex");
  const late = call(transactions, "SubmitTransaction", { raw: far, wait: "SUBMIT_WAIT_FINALIZED", timeout_ms: 50 });
  const detail = await refused(late, status.DEADLINE_EXCEEDED, "INTERNAL");
  assert.equal(detail.metadata.tx_hash?.length, 64);
  const nonces = await call(client(kairos.v1.AccountService), "GetNonce", {
    address: Buffer.from(payer.address, "hex"),
  });
  assert.deepEqual([nonces.next_nonce, nonces.queued_count], ["1", 2]);
});

test("the node: status, health, peers, sync, pool, consensus, identity", async () => {
  const node = client(kairos.v1.NodeService);
  const now = await call(node, "GetStatus", {});
  assert.deepEqual([now.network, now.chain_id, now.role, now.syncing], ["local", "52470", "validator", false]);
  const health = await call(node, "GetHealth", {});
  assert.deepEqual(Object.keys(health.components).sort(), [
    "consensus",
    "execution",
    "mempool",
    "node",
    "p2p",
    "storage",
    "sync",
  ]);
  assert.equal(health.healthy, true, JSON.stringify(health));
  const { connected, required, peers } = await call(node, "GetPeers", {});
  assert.deepEqual([connected, required, peers.length], [1, 1, 1]);
  assert.deepEqual([peers[0].role, peers[0].validator_index, peers[0].connected], ["validator", 1, true]);
  assert.equal(peers[0].peer_id.length, 32);
  // The validator with the smaller key dials; either is right, and the other is not.
  assert.match(peers[0].direction, /^(in|out)bound$/);
  const seenMs = Number(peers[0].last_seen_ms);
  assert.ok(Math.abs(Date.now() - seenMs) < 5_000, `${seenMs}`);
  assert.ok(peers[0].latency_ms > 0 && peers[0].score >= 0);
  const sync = await call(node, "GetSyncStatus", {});
  assert.equal(sync.is_synced, true);
  assert.ok(sync.blocks_per_second > 0);
  const pool = await call(node, "GetMempoolStats", {});
  assert.deepEqual([pool.capacity, pool.senders, pool.queued], [50_000, 1, 2]);
  assert.ok(Number(pool.received) >= 7 && Number(pool.rejected.INVALID_SIGNATURE) === 1, JSON.stringify(pool));
  assert.ok(Number(pool.added) >= 7, pool.added);
  assert.equal(Number(pool.removed), Number(pool.added) - pool.pending - pool.queued);
  const consensus = await call(node, "GetConsensusStatus", {});
  assert.deepEqual([consensus.timer_ms, consensus.backoff, consensus.gate], ["1000", 0, "GATE_STATE_OPEN"]);
  assert.deepEqual([consensus.n, consensus.f, consensus.quorum_m, consensus.quorum_l], [2, 0, 1, 2]);
  assert.deepEqual([consensus.is_leader, consensus.can_vote], [consensus.leader_index === 0, true]);
  const info = await call(node, "GetNodeInfo", {});
  assert.deepEqual([info.validator_index, info.bls_public_key.length, info.peer_id.length], [0, 48, 32]);
  assert.deepEqual([info.network, info.insecure], ["local", true], "one program made all keys of this network");
});

test("finality proofs, validators and evidence", async () => {
  const consensus = client(kairos.v1.ConsensusService);
  const { proof } = await call(consensus, "GetLNotarizationByHeight", { height: "2" });
  assert.ok(proof.headers.length >= 1 && proof.certificate.length > 96);
  const { proof: same } = await call(consensus, "GetLNotarization", { hash: proof.hash });
  assert.deepEqual(same.headers[0], proof.headers[0]);
  await refused(call(consensus, "GetLNotarizationByHeight", { height: "0" }), status.NOT_FOUND, "NOT_FOUND");
  await refused(call(consensus, "GetLNotarization", { hash: Buffer.alloc(32) }), status.NOT_FOUND, "NOT_FOUND");
  const set = await call(consensus, "GetValidatorSet", {});
  assert.deepEqual([set.n, set.f, set.validators.length, set.validators[0].bls_pop.length], [2, 0, 2, 96]);
  await refused(call(consensus, "GetValidatorSet", { epoch: "77" }), status.NOT_FOUND, "NOT_FOUND");
  assert.deepEqual((await call(consensus, "GetEvidence", {})).entries, []);
  await refused(call(consensus, "GetEvidence", { limit: 101 }), status.INVALID_ARGUMENT, "INVALID_FORMAT");
});

test("subscriptions: blocks from the past into the present, transactions, one account, consensus", async () => {
  const subscriptions = client(kairos.v1.SubscriptionService);
  const blocks = await take(subscriptions.SubscribeBlocks({ from_height: "1" }), network.height(0) + 5);
  assert.deepEqual(
    blocks.map((one) => Number(one.block.height)),
    blocks.map((_, i) => i + 1),
  );
  assert.ok(blocks.every((one) => one.event === "BLOCK_EVENT_FINALIZED"));
  const levels = ["BLOCK_LEVEL_NOTARIZED", "BLOCK_LEVEL_FINALIZED"];
  const both = await take(subscriptions.SubscribeBlocks({ levels }), 12);
  const events = new Set(both.map((one) => one.event));
  assert.ok(
    events.has("BLOCK_EVENT_NEW") && events.has("BLOCK_EVENT_NOTARIZED") && events.has("BLOCK_EVENT_FINALIZED"),
    [...events].join(),
  );
  const consensus = await take(subscriptions.SubscribeConsensus({}), 12);
  const kinds = new Set(consensus.map((one) => one.event));
  for (const kind of ["VIEW_CHANGE", "BLOCK_PROPOSED", "BLOCK_NOTARIZED"])
    assert.ok(kinds.has(`CONSENSUS_EVENT_${kind}`), kind);
  const [payer, payee] = [network.payers[4]!, network.payers[5]!];
  const both20 = { from: Buffer.from(payer.address, "hex"), to: Buffer.from(payee.address, "hex") };
  const filtered = subscriptions.SubscribeTransactions({ addresses: [both20.from], include_pending: true });
  const others = subscriptions.SubscribeTransactions({ addresses: [both20.from], types: [2] });
  const one = subscriptions.SubscribeAddress({ address: both20.to });
  const pending = subscriptions.SubscribePendingTransactions({ sender: both20.from });
  const quiet: Loose[] = [];
  others.on("data", (message: unknown) => quiet.push(message));
  others.on("error", () => undefined);
  const seen = [take(filtered, 3), take(one, 2), take(pending, 1)];
  // The streams are open once their first answer would be sent; a call on the same connection comes behind them.
  await call(client(kairos.v1.NodeService), "GetStatus", {});
  await waitUntil(
    "two more blocks",
    5_000,
    (
      (start) => () =>
        network.height(0) >= start + 2
    )(network.height(0)),
  );
  const { raw, hash } = payer.pay(payee.address);
  const paid = { raw: Buffer.from(raw.slice(2), "hex"), wait: "SUBMIT_WAIT_FINALIZED", timeout_ms: 10_000 };
  await call(client(kairos.v1.TransactionService), "SubmitTransaction", paid);
  const [all, own, waiting] = (await Promise.all(seen)) as [Loose[], Loose[], Loose[]];
  const names = all.map((news) => news.event.replace("TRANSACTION_EVENT_", ""));
  assert.deepEqual(names.toSorted(), ["FINALIZED", "INCLUDED", "SUBMITTED"]);
  assert.ok([...all, ...own, ...waiting].every((news) => `0x${news.info.transaction.hash.toString("hex")}` === hash));
  assert.ok(own.every((news) => news.role === "ADDRESS_ROLE_RECIPIENT"));
  assert.equal(waiting.length, 1);
  assert.deepEqual(quiet, []);
  others.cancel();
  const wrong = take(subscriptions.SubscribeTransactions({ min_value: "much" }), 1);
  await refused(wrong, status.INVALID_ARGUMENT, "INVALID_FORMAT");
});

test("health and reflection", async () => {
  const health = client(grpc.health.v1.Health);
  for (const service of ["", "kairos.v1.AccountService"]) {
    assert.deepEqual(await call(health, "Check", { service }), { status: "SERVING" });
  }
  await refused(call(health, "Check", { service: "nobody" }), status.NOT_FOUND, "NOT_FOUND");
  assert.deepEqual(await take(health.Watch({ service: "nobody" }), 1), [{ status: "SERVICE_UNKNOWN" }]);
  assert.deepEqual(await take(health.Watch({}), 1), [{ status: "SERVING" }]);
  const stream = client(grpc.reflection.v1.ServerReflection).ServerReflectionInfo();
  const answers = take(stream, 3);
  stream.write({ list_services: "" });
  stream.write({ file_containing_symbol: "kairos.v1.BlockService.GetBlock" });
  stream.write({ file_by_filename: "none.proto" });
  const [services, file, none] = (await answers) as [Loose, Loose, Loose];
  const names = services.list_services_response.service.map(({ name }: Loose) => name);
  assert.ok(names.includes("kairos.v1.SubscriptionService") && names.includes("grpc.health.v1.Health"));
  assert.equal(file.file_descriptor_response.file_descriptor_proto.length, 2);
  assert.equal(none.error_response.error_code, status.NOT_FOUND);
});

test("the same methods over Connect with JSON and over gRPC-Web", async () => {
  const url = `http://127.0.0.1:${port}/kairos.v1`;
  const post = (path: string, body: string | Uint8Array<ArrayBuffer>, type: string, headers = {}) =>
    fetch(`${url}.${path}`, { method: "POST", headers: { "content-type": type, ...headers }, body });
  const good = await post("BlockService/GetBlockByHeight", `{"height":"2"}`, "application/json");
  const { block } = (await good.json()) as Loose;
  assert.deepEqual([block.height, block.status, typeof block.hash], ["2", "BLOCK_STATUS_FINALIZED", "string"]);
  const bad = await post("AccountService/GetAccount", `{"address":"AAAA"}`, "application/json");
  assert.equal(bad.status, 400);
  const error = (await bad.json()) as Loose;
  assert.equal(error.code, "invalid_argument");
  assert.equal(error.details[0].type, "kairos.v1.ErrorDetail");
  const web = await post("NodeService/GetStatus", new Uint8Array(5), "application/grpc-web+proto");
  const frame = Buffer.from(await web.arrayBuffer());
  assert.equal(frame[0], 0);
  assert.match(frame.subarray(5 + frame.readUInt32BE(1) + 5).toString(), /grpc-status: 0/);
  const foreign = await post("NodeService/GetStatus", "{}", "application/json", { origin: "http://evil.example" });
  assert.equal(foreign.status, 403);
  assert.equal((await post("NodeService/Nothing", "{}", "application/json")).status, 404);
});

const buf = bufProgram();
const skip = buf === undefined ? "npm has installed no buf for this platform" : false;

test("buf curl calls by reflection alone, over gRPC, gRPC-Web and Connect", { skip }, async () => {
  const url = `http://127.0.0.1:${port}/kairos.v1.BlockService/GetBlockByHeight`;
  for (const protocol of ["grpc", "grpcweb", "connect"]) {
    const args = ["curl", "--protocol", protocol, "--http2-prior-knowledge", "--data", `{"height":"2"}`, url];
    const { stdout } = await promisify(execFile)(buf!, args);
    assert.equal(JSON.parse(stdout).block.height, "2", protocol);
  }
});
