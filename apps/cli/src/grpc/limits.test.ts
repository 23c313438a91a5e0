import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { gzipSync } from "node:zlib";
import { credentials, type ServiceError, status } from "@grpc/grpc-js";
import { createApiEvents, type KairosBackend } from "@polis/kairos";
import { loadConfig } from "../config/loadConfig.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { makeCertificate, noOpenssl } from "../testing/makeCertificate.ts";
import type { GrpcNode } from "./grpcNode.ts";
import { startGrpc } from "./startGrpc.ts";
import { startWaitingGrpc } from "./startWaitingGrpc.ts";
import { call, type Loose, loaded, refused, take } from "./testing/looseClient.ts";

const { kairos, grpc } = loaded;

/** A server with a node that only knows its events, under a configuration as an operator writes it. */
async function serve(
  t: TestContext,
  env: Readonly<Record<string, string>>,
  validatorSet: () => undefined = () => undefined,
) {
  const variables = Object.entries(env).map(([name, value]) => [`NODE_RPC__${name}`, value]);
  const all = { NODE_STORAGE__PATH: "unused", NODE_RPC__LISTEN_ADDR: "127.0.0.1:0", ...Object.fromEntries(variables) };
  const after = (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  };
  const backend = {
    events: createApiEvents(),
    validatorSet,
    after,
    finalizedHeight: () => 0,
  } as unknown as KairosBackend;
  const node = { backend, isReady: () => true, health: () => ({}) } as unknown as GrpcNode;
  const metrics = createMetrics();
  const logged: string[] = [];
  const logger = { log: (_level: string, message: string) => void logged.push(message) };
  const server = (await startGrpc(loadConfig({ env: all }).rpc, node, logger, metrics))!;
  const { port } = server.address;
  const stubs: Loose[] = [];
  t.after(async () => {
    for (const stub of stubs) stub.close();
    await server.close();
  });
  const client = (service: Loose, options: object = {}): Loose => {
    const stub = new service(`127.0.0.1:${port}`, credentials.createInsecure(), options);
    stubs.push(stub);
    return stub;
  };
  return { port, client, metrics, logged, server };
}

test("a client that calls too often is refused with a detail, and the limit can be switched off (G4)", async (t) => {
  const { client } = await serve(t, { RATE_LIMIT_PER_SECOND: "1", RATE_LIMIT_BURST: "3" });
  const health = client(grpc.health.v1.Health);
  for (let i = 0; i < 3; i++) await call(health, "Check", {});
  await refused(call(health, "Check", {}), status.RESOURCE_EXHAUSTED, "LIMIT_EXCEEDED");
  const free = (await serve(t, { RATE_LIMIT_PER_SECOND: "0", RATE_LIMIT_BURST: "1" })).client(grpc.health.v1.Health);
  for (let i = 0; i < 5; i++) await call(free, "Check", {});
});

test("a client has so many streams at a time, and gets room back when one ends", async (t) => {
  const { client } = await serve(t, { MAX_STREAMS_PER_CLIENT: "2" });
  const health = client(grpc.health.v1.Health);
  const opened: Loose[] = [];
  const open = () =>
    new Promise<Loose>((resolve, reject) => {
      const stream = health.Watch({});
      opened.push(stream);
      stream.once("data", () => resolve(stream));
      stream.on("error", reject);
    });
  const [first] = [await open(), await open()];
  await refused(open(), status.RESOURCE_EXHAUSTED, "LIMIT_EXCEEDED");
  const gone = new Promise((resolve) => first.once("end", resolve));
  first.cancel();
  await gone;
  for (let tries = 0; ; tries++) {
    const again = await open().catch(() => undefined);
    if (again !== undefined) break;
    assert.ok(tries < 100, "the place of the ended stream is free again");
  }
  for (const stream of opened) stream.cancel();
});

test("long messages and gzip bombs are refused before they are unpacked", async (t) => {
  const { client, port } = await serve(t, { MAX_MESSAGE_BYTES: "10000" });
  const transactions = client(kairos.v1.TransactionService);
  await assert.rejects(call(transactions, "SubmitTransaction", { raw: Buffer.alloc(20_000) }), {
    code: status.RESOURCE_EXHAUSTED,
  });
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const answer = await fetch(`http://127.0.0.1:${port}/kairos.v1.NodeService/GetStatus`, {
    method: "POST",
    headers: { "content-type": "application/proto", "content-encoding": "gzip" },
    body: bomb,
  });
  assert.equal(answer.status, 429);
  assert.equal(((await answer.json()) as Loose).code, "resource_exhausted");
});

test("a handler that breaks becomes INTERNAL with an incident that the log has too", async (t) => {
  const broken = () => {
    throw new Error("the disk said no");
  };
  const { client, logged, metrics } = await serve(t, {}, broken);
  const consensus = client(kairos.v1.ConsensusService);
  const detail = await refused(call(consensus, "GetValidatorSet", {}), status.INTERNAL, "INTERNAL");
  assert.match(detail.message, /^internal error, incident [0-9a-f-]{36}$/);
  assert.deepEqual(logged, ["a gRPC handler failed: kairos.v1.ConsensusService/GetValidatorSet"]);
  const labels = { method: "kairos.v1.ConsensusService/GetValidatorSet", code: "internal" };
  assert.equal(metrics.value("grpc_requests_total", labels), 1);
});

test("the deadline of a caller ends a stream", async (t) => {
  const { client } = await serve(t, {});
  const stream = client(grpc.health.v1.Health).Watch({}, { deadline: Date.now() + 100 });
  stream.on("data", () => undefined);
  const error = await new Promise<ServiceError>((resolve) => stream.on("error", resolve));
  assert.equal(error.code, status.DEADLINE_EXCEEDED);
});

test("a stop tells open streams that the node is unavailable", async (t) => {
  const { client, server } = await serve(t, {});
  const stream = client(grpc.health.v1.Health).Watch({});
  const error = new Promise<ServiceError>((resolve) => stream.on("error", resolve));
  await new Promise((resolve) => stream.once("data", resolve));
  await server.close();
  assert.equal((await error).code, status.UNAVAILABLE);
});

test("streams that are opened and reset at once end their connection and nothing else", async (t) => {
  const { client, port } = await serve(t, {});
  const attacker = connect(port, "127.0.0.1");
  attacker.on("error", () => undefined).resume();
  const closed = new Promise((resolve) => attacker.once("close", resolve));
  const frame = (type: number, flags: number, stream: number, body: readonly number[]) => {
    const head = [0, 0, body.length, type, flags, ...[24, 16, 8, 0].map((shift) => (stream >>> shift) & 255)];
    return Buffer.from([...head, ...body]);
  };
  attacker.write(Buffer.concat([Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), frame(4, 0, 0, [])]));
  // POST http / and then RST_STREAM with CANCEL, far more often than a client may.
  for (let stream = 1; stream < 20_000; stream += 2) {
    attacker.write(Buffer.concat([frame(1, 4, stream, [0x83, 0x86, 0x84]), frame(3, 0, stream, [0, 0, 0, 8])]));
  }
  await closed;
  assert.deepEqual(await call(client(grpc.health.v1.Health), "Check", {}), { status: "SERVING" });
});

test("what arrives over HTTP/1.1 counts for all connections together, and small calls always pass (G4)", async (t) => {
  const { port } = await serve(t, { RATE_LIMIT_PER_SECOND: "0" });
  const length = 4 * 1024 * 1024;
  const head = `POST /grpc.health.v1.Health/Check HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  const part = Buffer.alloc(length - 1, " ");
  const ask = (service: string) =>
    fetch(`http://127.0.0.1:${port}/grpc.health.v1.Health/Check`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ service }),
    });
  const large = "x".repeat(1_000_000);
  assert.equal((await ask(large)).status, 404);
  for (let i = 0; i < 18; i++) {
    const slow = connect(port, "127.0.0.1").on("error", () => undefined);
    t.after(() => slow.destroy());
    slow.write(head);
    slow.write(part);
  }
  for (let tries = 0; (await ask(large)).status !== 429; tries++) assert.ok(tries < 200, "no call was refused");
  assert.equal((await ask("")).status, 200);
});

test("connections beyond the limit are dropped, and bytes in pieces find their protocol", async (t) => {
  const { port } = await serve(t, { MAX_CONNECTIONS: "1" });
  const socket = connect(port, "127.0.0.1");
  t.after(() => socket.destroy());
  const text = `POST /grpc.health.v1.Health/Check HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}`;
  socket.setNoDelay(true);
  socket.write(text.slice(0, 2));
  await new Promise((resolve) => setImmediate(resolve));
  socket.write(text.slice(2));
  const answer = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
  assert.match(answer.toString(), /^HTTP\/1\.1 200/);
  const second = connect(port, "127.0.0.1");
  second.on("error", () => undefined);
  await new Promise((resolve) => second.once("close", resolve));
});

test("a node that waits for validators says so in every method (X8)", async (t) => {
  const config = loadConfig({ env: { NODE_STORAGE__PATH: "unused", NODE_RPC__LISTEN_ADDR: "127.0.0.1:0" } }).rpc;
  const reason = "consensus: waiting for validator set (1 of 6 known)";
  const server = await startWaitingGrpc(config, { network: "local", chainId: 52_470, version: "kairos/test", reason });
  const address = `127.0.0.1:${server.address.port}`;
  const stubs: Loose[] = [
    kairos.v1.NodeService,
    kairos.v1.AccountService,
    kairos.v1.BlockService,
    grpc.health.v1.Health,
  ].map((service) => new service(address, credentials.createInsecure()));
  t.after(async () => {
    for (const stub of stubs) stub.close();
    await server.close();
  });
  const [node, accounts, blocks, health] = stubs;
  assert.equal((await call(node, "GetStatus", {})).chain_id, "52470");
  assert.match((await call(node, "GetHealth", {})).components.consensus.reason, /1 of 6 known/);
  assert.deepEqual(await call(health, "Check", {}), { status: "NOT_SERVING" });
  await refused(call(accounts, "GetAccount", { address: Buffer.alloc(20) }), status.UNAVAILABLE, "NOT_SYNCED");
  await refused(take(blocks.StreamBlocks({}), 1), status.UNAVAILABLE, "NOT_SYNCED");
});

test("TLS serves both protocols", { skip: noOpenssl }, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-tls-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const { cert, key } = makeCertificate(dir);
  const { port } = await serve(t, { TLS_CERT: cert, TLS_KEY: key });
  const ca = readFileSync(cert);
  const health = new grpc.health.v1.Health(`localhost:${port}`, credentials.createSsl(ca));
  t.after(() => health.close());
  assert.deepEqual(await call(health, "Check", {}), { status: "SERVING" });
  const body = await new Promise<string>((resolve, reject) => {
    const headers = { "content-type": "application/json" };
    const options = { host: "localhost", port, ca, method: "POST", path: "/grpc.health.v1.Health/Check", headers };
    const outgoing = request(options, (answer) => answer.setEncoding("utf8").on("data", resolve));
    outgoing.on("error", reject).end("{}");
  });
  assert.deepEqual(JSON.parse(body), { status: "SERVING" });
});
