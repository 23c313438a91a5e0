import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { credentials, status } from "@grpc/grpc-js";
import { createApiEvents, type KairosBackend } from "@polis/kairos";
import type { ConnectServer } from "@polis/rpc";
import { loadConfig } from "../config/loadConfig.ts";
import type { GrpcNode } from "./grpcNode.ts";
import { startGrpc } from "./startGrpc.ts";
import { call, type Loose, loaded, refused } from "./testing/looseClient.ts";

let server: ConnectServer;
let url: string;

before(async () => {
  const backend = {
    events: createApiEvents(),
    finalizedHeight: () => 0,
    location: () => undefined,
    submit: () => new Promise(() => undefined),
  } as unknown as KairosBackend;
  const node = { backend, isReady: () => true, health: () => ({}) } as unknown as GrpcNode;
  const env = {
    ...{ NODE_STORAGE__PATH: "unused", NODE_RPC__LISTEN_ADDR: "127.0.0.1:0" },
    ...{ NODE_RPC__MAX_MESSAGE_BYTES: "10000", NODE_RPC__REQUEST_TIMEOUT_SECS: "1" },
  };
  server = (await startGrpc(loadConfig({ env }).rpc, node))!;
  url = `http://127.0.0.1:${server.address.port}`;
});

after(() => server.close());

function post(path: string, type: string, body: string | Uint8Array<ArrayBuffer>, headers = {}): Promise<Response> {
  return fetch(`${url}/${path}`, { method: "POST", headers: { "content-type": type, ...headers }, body });
}

/** The name in the detail of an error of Connect. */
async function nameOf(response: Response): Promise<readonly unknown[]> {
  const { code, details } = (await response.json()) as Loose;
  assert.equal(details?.[0]?.type, "kairos.v1.ErrorDetail", `${code}: ${JSON.stringify(details)}`);
  return [
    response.status,
    code,
    Buffer.from(details[0].value, "base64")
      .toString("latin1")
      .match(/[A-Z_]{6,}/)?.[0],
  ];
}

const account = "kairos.v1.AccountService/GetAccount";

test("errors of the protocols themselves have the detail that all errors have: Connect (G3)", async () => {
  const json = "application/json";
  assert.deepEqual(await nameOf(await post(account, json, "{")), [400, "invalid_argument", "INVALID_FORMAT"]);
  assert.deepEqual(await nameOf(await post(account, json, `{"no":1}`)), [400, "invalid_argument", "INVALID_FORMAT"]);
  const none = await post("kairos.v1.AccountService/None", json, "{}");
  assert.deepEqual(await nameOf(none), [404, "unimplemented", "NOT_FOUND"]);
  const large = await post(account, json, `{"address":"${"A".repeat(20_000)}"}`);
  assert.deepEqual(await nameOf(large), [429, "resource_exhausted", "LIMIT_EXCEEDED"]);
  const late = await post("kairos.v1.TransactionService/SubmitTransaction", json, `{"raw":"AAAA"}`, {
    "connect-timeout-ms": "50",
  });
  assert.deepEqual(await nameOf(late), [504, "deadline_exceeded", "INTERNAL"]);
  const proto = await post(account, "application/proto", Uint8Array.of(0x0a, 0x50));
  assert.equal((await nameOf(proto))[2], "INTERNAL");
});

test("the same over gRPC-Web and a stream of Connect", async () => {
  for (const path of [account, "kairos.v1.AccountService/None"]) {
    const web = await post(path, "application/grpc-web+proto", Buffer.from("00000000020a50", "hex"));
    const text = Buffer.from(await web.arrayBuffer()).toString("latin1");
    const detail = web.headers.get("grpc-status-details-bin") ?? /details-bin: (\S+)/.exec(text)?.[1] ?? "";
    assert.match(Buffer.from(detail, "base64").toString("latin1"), /kairos\.v1\.ErrorDetail/, path);
  }
  const stream = await post(
    "kairos.v1.BlockService/StreamBlocks",
    "application/connect+json",
    Buffer.from("\0\0\0\0\x01{"),
  );
  const end = Buffer.from(await stream.arrayBuffer());
  assert.equal(end[0], 2);
  const { error } = JSON.parse(end.subarray(5).toString()) as Loose;
  assert.equal(error.details[0].type, "kairos.v1.ErrorDetail");
});

test("the same over gRPC", async (t) => {
  const address = url.replace("http://", "");
  const transactions = new loaded.kairos.v1.TransactionService(address, credentials.createInsecure());
  t.after(() => transactions.close());
  const long = call(transactions, "SubmitTransaction", { raw: Buffer.alloc(20_000) });
  await refused(long, status.RESOURCE_EXHAUSTED, "LIMIT_EXCEEDED");
  const none = new Promise((resolve, reject) => {
    const bytes = () => Buffer.alloc(0);
    transactions.makeUnaryRequest("/kairos.v1.AccountService/None", bytes, bytes, {}, (error: unknown) =>
      error === null ? resolve(undefined) : reject(error),
    );
  });
  await refused(none, status.UNIMPLEMENTED, "NOT_FOUND");
  const accounts = new loaded.kairos.v1.AccountService(address, credentials.createInsecure());
  t.after(() => accounts.close());
  await refused(call(accounts, "GetAccount", { address: Buffer.alloc(3) }), status.INVALID_ARGUMENT, "INVALID_FORMAT");
});
