import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import { krat12 } from "@polis/codec";
import { KRAT, kratosApi, ProposeEarlyValidator, Transfer } from "@polis/kratos";
import { TestNode } from "@polis/kratos/testing";
import { UserError } from "../../errors.ts";
import { startKratosRpc } from "../rpc/startKratosRpc.ts";
import { answers } from "./answers.ts";
import { type ClientFailure, isNodeError, KratosClientError } from "./clientError.ts";
import { checkUrl, createKratosClient, type KratosClientOptions } from "./createKratosClient.ts";

/** A server that is no node. */
async function listen(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function serve(t: TestContext, limits: object = { requests: 100_000 }) {
  const node = new TestNode();
  const run = async <T>(work: () => T) => work();
  const server = await startKratosRpc({ backend: node.backend, listen: { host: "127.0.0.1", port: 0 }, run, limits });
  t.after(() => server.close());
  return { node, client: createKratosClient(`http://127.0.0.1:${server.address.port}`) };
}

/** How a call fails. */
async function failure(url: string, options?: KratosClientOptions): Promise<ClientFailure> {
  const error = await createKratosClient(url, options)
    .system_name()
    .then(
      () => assert.fail("answered"),
      (error: unknown) => error,
    );
  assert.ok(error instanceof KratosClientError && error instanceof UserError, String(error));
  assert.ok(error.message.length > 10 && error.hint.length > 10);
  return error.failure;
}

/** Answers every call with what `body` says of its id. */
function saying(body: (id: unknown) => string, status = 200): RequestListener {
  return (request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => response.writeHead(status).end(body(JSON.parse(text).id)));
  };
}

test("the client has each method of the table and no other, and reads the real answer of each", async (t) => {
  assert.deepEqual(Object.keys(answers).sort(), Object.keys(kratosApi).sort());
  const { node, client } = await serve(t);
  node.unsafe = true;
  const [a, b, candidate] = [4, 5, 0].map((i) => node.chain.people[i]!.account) as unknown as [string, string, string];
  const call = Transfer.of({ to: node.chain.people[5]!.account, amount: krat12(3n * KRAT) });
  const pay = node.chain.sign(4, call);
  const { hash } = await client.author_submitTransaction(pay);
  assert.equal((await client.chain_getTransaction(hash)).status, "pending");
  assert.equal((await client.author_pendingTransactions())[0]?.fee, 1_000_000n);
  node.produce();
  node.next([node.chain.sign(0, ProposeEarlyValidator.of({ candidate: node.chain.people[4]!.account }))]);
  const args: Readonly<Record<string, readonly unknown[]>> = {
    ...{ chain_getBlock: ["latest"], chain_getBlockByNumber: [1], chain_getBlockHash: [1], chain_getEvents: [1] },
    ...{ chain_getTransaction: [hash], finality_getJustification: [1], author_removeTransaction: [hash] },
    ...{ state_getProof: [Buffer.from("epoch").toString("hex")], author_submitTransaction: [node.chain.sign(4, call)] },
    chain_getBlockByHash: [(await client.chain_getInfo()).bestHash],
  };
  for (const [name, { params }] of Object.entries(kratosApi)) {
    const given = args[name] ?? (params.some(({ optional }) => optional !== true) ? [candidate] : []);
    await (client[name as "system_name"] as (...values: readonly unknown[]) => Promise<unknown>)(...given);
  }
  const { freeRaw, nonce } = await client.state_getAccount(b);
  assert.deepEqual([freeRaw, nonce], [1_000_003n * KRAT, 0]);
  const [line] = (await client.state_getTransactionHistory(a, 10, 0)).transactions;
  assert.deepEqual([line?.hash, line?.amount, line?.direction, line?.success], [hash, 3n * KRAT, "sent", true]);
  const { candidates } = await client.validator_getPendingCandidates();
  assert.deepEqual([candidates[0]?.candidate, candidates[0]?.voters], [a, [candidate]]);
});

test("amounts up to 2^128 − 1 survive in both directions (I49)", async (t) => {
  const most = 2n ** 128n - 1n;
  const url = await listen(
    t,
    saying((id) => `{"jsonrpc":"2.0","id":${id},"result":"${most}"}`),
  );
  assert.equal(await createKratosClient(url).state_getBalance("00".repeat(32)), most);
  const bare = await listen(
    t,
    saying((id) => `{"jsonrpc":"2.0","id":${id},"result":${most}}`),
  );
  assert.equal(await createKratosClient(bare).state_getBalance("00".repeat(32)), most);
  const over = await listen(
    t,
    saying((id) => `{"jsonrpc":"2.0","id":${id},"result":"${most + 1n}"}`),
  );
  await assert.rejects(createKratosClient(over).state_getBalance("00".repeat(32)), { code: "NODE_MALFORMED" });
});

test("the errors of a node are told with their code and reason, and what helps", async (t) => {
  const { node, client } = await serve(t);
  const missing = await client.chain_getTransaction("00".repeat(32)).catch((error: unknown) => error);
  assert.ok(isNodeError(missing, -32_002) && !isNodeError(missing, -32_001));
  const poor = node.chain.sign(4, Transfer.of({ to: node.chain.people[5]!.account, amount: krat12(10n ** 30n) }));
  const refused = await client.author_submitTransaction(poor).catch((error: unknown) => error);
  assert.ok(refused instanceof KratosClientError && refused.failure.kind === "node");
  assert.deepEqual([refused.failure.reason, refused.exitCode], ["InsufficientBalance", 1]);
  assert.match(refused.hint, /more than the free balance/);
});

test("a node that limits how often it is asked says how long to wait", async (t) => {
  const { client } = await serve(t, { requests: 1 });
  await client.system_name();
  const error = await client.system_name().catch((error: unknown) => error);
  assert.ok(error instanceof KratosClientError && error.failure.kind === "node");
  assert.equal(error.failure.rpcCode, -32_029);
  assert.ok(error.failure.retryAfterSeconds! > 0 && error.hint.includes(`wait ${error.failure.retryAfterSeconds} s`));
});

test("nobody there, nobody who answers, and a caller who leaves are told apart", async (t) => {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  assert.equal((await failure(`http://127.0.0.1:${port}`)).kind, "unreachable");
  const silent = await listen(t, () => undefined);
  assert.deepEqual(await failure(silent, { timeoutMs: 50 }), { kind: "timeout", timeoutMs: 50 });
  const half = await listen(t, (_request, response) => void response.writeHead(200).write('{"jsonrpc"'));
  assert.equal((await failure(half, { timeoutMs: 50 })).kind, "timeout");
  const left = new AbortController();
  const call = createKratosClient(silent, { signal: left.signal }).system_name();
  left.abort(new Error("left"));
  await assert.rejects(call, /left/);
});

test("what is no answer of a node is malformed, or an HTTP status", async (t) => {
  const page = "<html><body>502 Bad Gateway</body></html>";
  const says = (body: (id: unknown) => string, status?: number) => listen(t, saying(body, status));
  assert.deepEqual(await failure(await says(() => page, 502)), { kind: "httpStatus", status: 502 });
  assert.deepEqual(await failure(await says(() => "", 404)), { kind: "httpStatus", status: 404 });
  const malformed: readonly ((id: unknown) => string)[] = [
    () => page,
    () => "",
    () => "null",
    () => "[]",
    (id) => `{"id":${id},"result":"kratos"}`,
    (id) => `{"jsonrpc":"2.0","id":${Number(id) + 1},"result":"kratos"}`,
    (id) => `{"jsonrpc":"2.0","id":${id}}`,
    (id) => `{"jsonrpc":"2.0","id":${id},"result":7}`,
    (id) => `{"jsonrpc":"2.0","id":${id},"error":{"code":"x","message":"y"}}`,
    (id) => `{"jsonrpc":"2.0","id":${id},"error":{"code":1}}`,
    () => "[".repeat(100_000),
  ];
  for (const body of malformed) assert.equal((await failure(await says(body))).kind, "malformed", body(1).slice(0, 80));
  const early = (id: unknown) =>
    `{"jsonrpc":"2.0","id":${id},"error":{"code":-32029,"message":"slow","data":{"retryAfter":7}}}`;
  const banned = await failure(await says(early, 429));
  assert.ok(banned.kind === "node" && banned.retryAfterSeconds === 7);
});

test("an answer that is too long is not read to its end, and a redirect is not followed", async (t) => {
  let written = 0;
  const long = await listen(t, (_request, response) => {
    response.writeHead(200);
    const chunk = "x".repeat(65_536);
    const write = () => {
      do written += chunk.length;
      while (written < 1e8 && response.write(chunk));
    };
    response.on("drain", write);
    write();
  });
  const found = await failure(long, { maxAnswerBytes: 100_000 });
  assert.ok(found.kind === "malformed" && written < 1e8, String(written));
  let wasAsked = false;
  const other = await listen(t, (_request, response) => {
    wasAsked = true;
    response.end();
  });
  const redirect = await listen(t, (_request, response) => response.writeHead(307, { location: other }).end());
  assert.equal((await failure(redirect)).kind, "unreachable");
  assert.ok(!wasAsked);
});

test("hostile values of a result are found: wrong types, lengths, prototypes, numbers beyond safety", async (t) => {
  const good = { jsonrpc: "2.0", result: { address: "00".repeat(32), free: "", reserved: "", total: "", nonce: 1 } };
  const amounts = { freeRaw: "1", reservedRaw: "0", totalRaw: "1" };
  const ask = async (changes: object) => {
    const url = await listen(
      t,
      saying((id) => JSON.stringify({ ...good, id, result: { ...good.result, ...amounts, ...changes } })),
    );
    return createKratosClient(url).state_getAccount("00".repeat(32));
  };
  assert.equal((await ask({})).freeRaw, 1n);
  assert.equal((await ask({ more: "of a newer node" })).nonce, 1);
  for (const changes of [
    { freeRaw: "-1" },
    { freeRaw: "1e3" },
    { freeRaw: 1.5 },
    { freeRaw: "9".repeat(5_000) },
    { nonce: 2 ** 60 },
    { nonce: -1 },
    { nonce: "1" },
    { address: "00" },
    { address: null },
    { free: "x".repeat(100_000) },
  ]) {
    await assert.rejects(ask(changes), { code: "NODE_MALFORMED" }, JSON.stringify(changes).slice(0, 80));
  }
});

test("an endpoint is an http or https address without a password in it", () => {
  assert.equal(checkUrl("http://127.0.0.1:9933/"), "http://127.0.0.1:9933");
  assert.equal(checkUrl("https://node.example/rpc"), "https://node.example/rpc");
  for (const text of ["", "127.0.0.1:9933", "file:///etc/passwd", "ftp://x", "http://a:b@c", "http://"]) {
    assert.throws(() => checkUrl(text), { code: "RPC_URL", exitCode: 2 }, text);
  }
  assert.throws(
    () => checkUrl("https://me:secret-word@node.example/"),
    (error: Error) => !`${error.message} ${(error as Error & { hint: string }).hint}`.includes("secret-word"),
  );
});

test("a stranger's text cannot move the cursor of a terminal, in results and in errors", async (t) => {
  const text = JSON.stringify("a\u001b[2Jb\r\n\u202ec");
  const good = await listen(
    t,
    saying((id) => `{"jsonrpc":"2.0","id":${id},"result":${text}}`),
  );
  assert.equal(await createKratosClient(good).system_name(), "a?[2Jb???c");
  const error = await failure(
    await listen(
      t,
      saying((id) => `{"jsonrpc":"2.0","id":${id},"error":{"code":1,"message":${text}}}`),
    ),
  );
  assert.ok(error.kind === "node" && error.text === "a?[2Jb???c");
});
