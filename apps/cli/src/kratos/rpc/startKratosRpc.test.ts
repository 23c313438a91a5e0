import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { krat12 } from "@polis/codec";
import { kratosApi, signedTransactionJson, Transfer } from "@polis/kratos";
import { TestNode } from "@polis/kratos/testing";
import type { Json } from "@polis/rpc";
import { startKratosRpc } from "./startKratosRpc.ts";

type Options = Partial<Parameters<typeof startKratosRpc>[0]>;

/** A node with some blocks, and its server. */
async function serve(t: TestContext, options: Options = {}) {
  const node = new TestNode();
  for (let i = 0; i < 3; i++) node.produce(i);
  const run = <T>(work: () => T) => Promise.resolve().then(work);
  const listen = { host: "127.0.0.1", port: 0 };
  const server = await startKratosRpc({ backend: node.backend, listen, run, ...options });
  t.after(() => server.close());
  return { node, port: server.address.port };
}

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const call = (method: string, params?: readonly unknown[], id: unknown = 1): string =>
  JSON.stringify({ jsonrpc: "2.0", id, method, params });
const ping = call("system_name");

/** Plain node:http, because fetch does not let a test choose its Host. */
async function send(port: number, { method = "POST", path = "/", headers = {}, body = ping }: Sent = {}): Promise<Got> {
  const type = { "content-type": "application/json" };
  const sent = request({ port, host: "127.0.0.1", method, path, headers: { ...type, ...headers } });
  // A body that is refused while it is sent.
  sent.on("error", () => undefined);
  sent.end(method === "POST" ? body : "");
  const [response] = await once(sent, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, headers: response.headers, text };
}

const errorOf = ({ text }: Got) => JSON.parse(text).error as { code: number; data?: { retryAfter: number } };
const many = { requests: 100_000 };

test("calls are answered in the node's own context, and ids come back as they were sent", async (t) => {
  const order: string[] = [];
  const { port } = await serve(t, {
    run: async (work) => {
      order.push("in");
      return work();
    },
  });
  for (const id of [7, "seven", null]) {
    const answer = await send(port, { body: call("chain_getInfo", undefined, id) });
    const { id: echoed, result } = JSON.parse(answer.text);
    assert.deepEqual([answer.status, echoed, result.height], [200, id, 3]);
  }
  assert.equal(order.length, 3);
});

test("batches, other paths, versions and structures are invalid requests, and what is no JSON a parse error (13.2)", async (t) => {
  const { port } = await serve(t, { limits: many });
  const cases: readonly (readonly [string, number])[] = [
    [`[${ping}]`, -32_600],
    ["[]", -32_600],
    [`[${Array(5_000).fill(ping).join(",")}]`, -32_600],
    ['{"jsonrpc":"1.0","id":1,"method":"system_name"}', -32_600],
    ['{"jsonrpc":"2.0","id":{},"method":"system_name"}', -32_600],
    ['{"jsonrpc":"2.0","id":1,"method":1}', -32_600],
    ['{"jsonrpc":"2.0","id":1,"id":2,"method":"system_name"}', -32_600],
    ['"text"', -32_600],
    ["{", -32_700],
    ["", -32_700],
    ["\u0000", -32_700],
    ['{"jsonrpc":"2.0","id":1,"method":"system_name","params":{}}', -32_602],
    ['{"jsonrpc":"2.0","id":1,"method":"system_name","params":[1]}', -32_602],
    [call("no_such"), -32_601],
    [call("author_removeTransaction", ["00".repeat(32)]), -32_601],
    [`{"jsonrpc":"2.0","id":1,"method":"system_name","params":${"[".repeat(40)}${"]".repeat(40)}}`, -32_600],
    [call("chain_getBlockByHash", [Array(300_000).fill(0)]), -32_600],
  ];
  for (const [body, code] of cases) {
    const got = await send(port, { body });
    assert.deepEqual([got.status, errorOf(got).code], [200, code], body.slice(0, 80));
  }
  assert.equal((await send(port, { path: "/rpc" })).status, 404);
  assert.equal((await send(port, { method: "PUT" })).status, 405);
  assert.equal((await send(port, { headers: { "content-type": "text/plain" } })).status, 415);
  const large = await send(port, { body: `"${"x".repeat(10 * 1_024 * 1_024)}"` });
  assert.deepEqual([large.status, errorOf(large).code], [413, -32_600]);
});

test("a request that is over the rate says when to come back, and who goes on is banned (13.1)", async (t) => {
  const { port } = await serve(t);
  for (let i = 0; i < 100; i++) assert.equal(JSON.parse((await send(port)).text).result, "kratos");
  for (let i = 0; i < 2; i++) {
    const got = await send(port, { body: call("system_name", [], "mine") });
    const { id, error } = JSON.parse(got.text);
    assert.deepEqual([got.status, id, error.code], [200, "mine", -32_029]);
    assert.ok(error.data.retryAfter >= 1 && error.data.retryAfter <= 10);
  }
  assert.equal(errorOf(await send(port)).data?.retryAfter, 300);
  const banned = await send(port, { body: call("system_name", [], "mine") });
  assert.deepEqual([banned.status, JSON.parse(banned.text).id, errorOf(banned).code], [429, "mine", -32_029]);
  assert.ok(errorOf(banned).data!.retryAfter > 290);
  const unread = await send(port, { body: `"${"x".repeat(20_000)}"` });
  assert.deepEqual([unread.status, errorOf(unread).code, unread.headers.connection], [429, -32_029, "close"]);
  assert.equal((await send(port, { method: "GET", path: "/health" })).status, 200, "the health is exempt");
});

test("a flood costs its sender the service and nobody else the health", async (t) => {
  let runs = 0;
  const { port } = await serve(t, {
    run: async (work) => {
      runs++;
      return work();
    },
  });
  const deep = `{"jsonrpc":"2.0","id":1,"method":"system_name","params":${"[".repeat(5_000)}`;
  const bodies = [ping, deep, "x".repeat(50_000), `[${ping}]`, call("chain_getBlock", ["latest"])];
  const got = await Promise.all(Array.from({ length: 400 }, (_, i) => send(port, { body: bodies[i % 5]! })));
  const codes = got.map((one) => errorOf(one)?.code);
  assert.equal(codes.filter((code) => code !== -32_029).length, 100, "answers within the limit, good and bad");
  assert.ok(got.filter(({ status }) => status === 429).length > 250, "the others are of a banned client");
  assert.ok(runs <= 100, "the node itself is not asked more often");
  assert.equal((await send(port, { method: "GET", path: "/health" })).status, 200);
});

test("the health is the object of system_health, ten times a second", async (t) => {
  const { node, port } = await serve(t);
  const health = () => send(port, { method: "GET", path: "/health" });
  const first = await health();
  assert.deepEqual(JSON.parse(first.text), node.call("system_health"));
  const rest = await Promise.all(Array.from({ length: 30 }, health));
  assert.ok(rest.filter(({ status }) => status === 200).length <= 9 + 10);
  const refused = rest.find(({ status }) => status === 429)!;
  assert.deepEqual([errorOf(refused).code, refused.headers["retry-after"]], [-32_029, "1"]);
  assert.equal(JSON.parse((await send(port)).text).result, "kratos", "calls have a limit of their own");
});

test("web pages of the usual origins may call, others when they are named or all are let in (13.1)", async (t) => {
  const { port } = await serve(t);
  for (const origin of ["http://localhost", "http://127.0.0.1", "http://localhost:3000", "http://127.0.0.1:3000"]) {
    const preflight = await send(port, { method: "OPTIONS", headers: { origin } });
    assert.equal(preflight.status, 204, origin);
    assert.equal(preflight.headers["access-control-allow-origin"], origin);
    assert.equal(preflight.headers["access-control-allow-methods"], "GET, POST, OPTIONS");
    assert.equal(preflight.headers["access-control-allow-headers"], "Content-Type, Accept");
  }
  const allowed = async (at: number, origin: string) =>
    (await send(at, { headers: { origin } })).headers["access-control-allow-origin"];
  for (const origin of ["http://localhost:3001", "https://localhost", "null", "http://evil.example"]) {
    assert.equal(await allowed(port, origin), undefined, origin);
  }
  const named = (await serve(t, { corsOrigins: ["https://app.example"] })).port;
  assert.equal(await allowed(named, "https://app.example"), "https://app.example");
  assert.equal(await allowed(named, "http://localhost"), undefined);
  const open = (await serve(t, { corsAll: true })).port;
  assert.equal(await allowed(open, "http://evil.example"), "*");
});

test("a name that was made to point here is refused: DNS rebinding (13.1)", async (t) => {
  const { port } = await serve(t, { limits: many });
  for (const path of ["/", "/health", "/observer.json"]) {
    for (const host of ["evil.example", "evil.example:9933", "localhost.evil.example", "192.0.2.1"]) {
      const got = await send(port, { method: path === "/" ? "POST" : "GET", path, headers: { host } });
      assert.equal(got.status, 403, `${path} ${host}`);
    }
  }
  for (const host of ["localhost", "127.0.0.1:9933", "[::1]:9933"]) {
    assert.equal((await send(port, { headers: { host } })).status, 200, host);
  }
  const named = (await serve(t, { allowedHosts: ["Node.example"] })).port;
  assert.equal((await send(named, { headers: { host: "node.example:80" } })).status, 200);
  const wide = (await serve(t, { listen: { host: "0.0.0.0", port: 0 } })).port;
  assert.equal((await send(wide, { headers: { host: "192.0.2.1:9933" } })).status, 200, "addresses cannot be rebound");
  assert.equal((await send(wide, { headers: { host: "evil.example" } })).status, 403);
});

test("a node that does not answer is an internal error after the time, and one that fails has a number (13.1)", async (t) => {
  const never = await serve(t, { run: () => new Promise(() => undefined), limits: { answerTimeoutMs: 50 } });
  assert.equal(errorOf(await send(never.port)).code, -32_603);
  assert.equal((await send(never.port, { method: "GET", path: "/health" })).status, 503);
  const logged: string[] = [];
  const logger = { log: (_: string, message: string) => void logged.push(message) };
  const broken = await serve(t, { run: () => Promise.reject(new Error("no disk")), logger });
  const got = await send(broken.port);
  assert.equal(errorOf(got).code, -32_603);
  assert.doesNotMatch(got.text, /disk/);
  assert.equal((await send(broken.port, { method: "GET", path: "/health" })).status, 500);
  assert.equal(logged.length, 2);
});

test("every method refuses a wrong count, type, hex and length with -32602 over HTTP (I48)", async (t) => {
  const { port } = await serve(t, { limits: many });
  const bad: readonly Json[] = [true, 1.5, -1, {}, [[]], "zz", "0x1", [256], `0x${"00".repeat(300)}`];
  const texts = [...bad.map((value) => JSON.stringify(value)), "1e400", "123456789012345678901234567890", "-0.0001"];
  for (const [name, { params }] of Object.entries(kratosApi)) {
    const tooMany = call(name, Array(params.length + 1).fill(null));
    assert.equal(errorOf(await send(port, { body: tooMany })).code, -32_602, name);
    if (params.length === 0) continue;
    for (const text of texts) {
      const body = `{"jsonrpc":"2.0","id":1,"method":"${name}","params":[${text}]}`;
      const error = errorOf(await send(port, { body }));
      assert.equal(error.code, -32_602, `${name} ${text}`);
    }
  }
});

test("hex, bare hex and byte arrays are the same to every method that takes bytes (I48)", async (t) => {
  const { node, port } = await serve(t, { limits: many });
  node.unsafe = true;
  const { hash } = node.tree.head;
  const { account } = node.chain.people[0]!;
  const key = Buffer.from("epoch").toString("hex");
  const taking = Object.entries(kratosApi).filter(([, { params }]) => params[0]?.form.includes("bytes") === true);
  assert.ok(taking.length >= 12);
  for (const [name, { params }] of [...taking, ["chain_getBlock", kratosApi.chain_getBlock!] as const]) {
    const { name: param } = params[0]!;
    const hex = param === "key" ? key : param === "hash" || param === "block" ? hash : account;
    const forms = [hex, `0x${hex}`, hex.toUpperCase(), [...Buffer.from(hex, "hex")]];
    const answers = [];
    for (const form of forms) answers.push((await send(port, { body: call(name, [form]) })).text);
    assert.equal(new Set(answers).size, 1, name);
    assert.notEqual(JSON.parse(answers[0]!).error?.code, -32_602, name);
  }
  const signed = node.chain.sign(4, Transfer.of({ to: account, amount: krat12(5n) }));
  const text = JSON.stringify(signedTransactionJson(signed));
  const asBytes = text.replaceAll(/"0x([0-9a-f]{64,})"/g, (_, digits) =>
    JSON.stringify([...Buffer.from(digits, "hex")]),
  );
  assert.notEqual(asBytes, text);
  const first = await send(port, { body: call("author_submitTransaction", [JSON.parse(asBytes)]) });
  assert.equal(JSON.parse(first.text).result.message, "Transaction submitted");
  const again = await send(port, { body: call("author_submitTransaction", [JSON.parse(text)]) });
  assert.deepEqual(JSON.parse(again.text).error.data, { reason: "DuplicateTransaction" });
});

test("amounts up to 2^128 - 1 arrive exactly, as texts and as JSON integers (I49)", async (t) => {
  const { node, port } = await serve(t, { limits: many });
  const { account } = node.chain.people[0]!;
  const submit = async (amount: bigint, isNumber: boolean, instead = amount) => {
    const signed = node.chain.sign(4, Transfer.of({ to: account, amount: krat12(amount) }));
    const text = JSON.stringify(signedTransactionJson(signed));
    assert.ok(text.includes(`"${amount}"`));
    const written = text.replace(`"${amount}"`, isNumber ? `${instead}` : `"${instead}"`);
    const body = `{"jsonrpc":"2.0","id":1,"method":"author_submitTransaction","params":[${written}]}`;
    return JSON.parse((await send(port, { body })).text);
  };
  // A number that had lost a digit would break the signature, which is looked at first.
  for (const amount of [10n ** 21n + 7n, 2n ** 127n + 1n, 2n ** 128n - 1n]) {
    for (const isNumber of [false, true]) {
      assert.deepEqual((await submit(amount, isNumber)).error.data, { reason: "InsufficientBalance" });
    }
  }
  for (const isNumber of [false, true]) {
    assert.equal((await submit(2n ** 128n - 1n, isNumber, 2n ** 128n)).error.code, -32_602);
  }
  const { hash } = (await submit(2n ** 53n + 1n, true)).result;
  const shown = JSON.parse((await send(port, { body: call("chain_getTransaction", [hash]) })).text).result;
  assert.equal(shown.details.amount, "9007199254740993");
});

test("an unsafe method is there when it is switched on", async (t) => {
  const { node, port } = await serve(t);
  const hash = "00".repeat(32);
  assert.equal(errorOf(await send(port, { body: call("author_removeTransaction", [hash]) })).code, -32_601);
  node.unsafe = true;
  assert.equal(JSON.parse((await send(port, { body: call("author_removeTransaction", [hash]) })).text).result, false);
});

test("WebSockets are not spoken, and a client that sends drop by drop is cut off", async (t) => {
  const { port } = await serve(t, { limits: { requestTimeoutMs: 100 } });
  const upgrade = { connection: "upgrade", upgrade: "websocket", "sec-websocket-version": "13" };
  const headers = { ...upgrade, "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==" };
  assert.notEqual((await send(port, { method: "GET", path: "/", headers })).status, 101);
  const slow = connect(port, "127.0.0.1");
  slow.on("error", () => undefined);
  slow.resume();
  slow.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{");
  await once(slow, "close");
});
