import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { createJsonRpcServer, type JsonRpcServerOptions } from "./createJsonRpcServer.ts";
import { success } from "./errors.ts";
import type { Route } from "./serveRoute.ts";

const methods = { test_ping: { params: [], handle: () => success("pong") } };

async function start(t: TestContext, options: Partial<JsonRpcServerOptions<null>> = {}) {
  const server = await createJsonRpcServer({
    methods,
    context: null,
    listen: { host: "127.0.0.1", port: 0 },
    ...options,
  });
  t.after(() => server.close());
  return server.address.port;
}

interface Sent {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const ping = '{"jsonrpc":"2.0","id":1,"method":"test_ping"}';

/** Plain node:http, because fetch does not let a test choose its Host. */
async function send(port: number, { method = "POST", path = "/", headers = {}, body = ping }: Sent = {}) {
  const sent = request({
    port,
    host: "127.0.0.1",
    method,
    path,
    headers: { "content-type": "application/json", ...headers },
  });
  sent.end(body);
  const [response] = await once(sent, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode as number, headers: response.headers, text };
}

test("a POST is answered, and the connection is kept", async (t) => {
  const port = await start(t);
  const { status, headers, text } = await send(port);
  assert.equal(status, 200);
  assert.equal(headers["content-type"], "application/json");
  assert.deepEqual(JSON.parse(text), { jsonrpc: "2.0", id: 1, result: "pong" });
  const notification = await send(port, { body: '{"jsonrpc":"2.0","method":"test_ping"}' });
  assert.deepEqual([notification.status, notification.text], [204, ""]);
});

test("other methods, media and encodings are refused with a JSON-RPC error", async (t) => {
  const port = await start(t);
  const cases: [Sent, number][] = [
    [{ method: "GET", body: "" }, 405],
    [{ method: "PUT" }, 405],
    [{ method: "OPTIONS", body: "" }, 405],
    [{ headers: { "content-type": "text/plain" } }, 415],
    [{ headers: { "content-encoding": "gzip" } }, 415],
  ];
  for (const [sent, want] of cases) {
    const { status, text } = await send(port, sent);
    assert.equal(status, want);
    assert.equal(typeof JSON.parse(text).error.code, "number");
  }
});

test("a foreign host name is refused: DNS rebinding", async (t) => {
  const port = await start(t);
  for (const host of [
    "evil.example",
    "evil.example:8545",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "[::2]",
  ]) {
    assert.equal((await send(port, { headers: { host } })).status, 403, host);
  }
  for (const host of ["localhost", "LOCALHOST:8545", "127.0.0.1:1", "[::1]:8545"]) {
    assert.equal((await send(port, { headers: { host } })).status, 200, host);
  }
  const open = await start(t, { allowedHosts: ["*"] });
  assert.equal((await send(open, { headers: { host: "anything.example" } })).status, 200);
});

test("CORS is off by default and exact when on", async (t) => {
  const closed = await start(t);
  const origin = "https://app.example";
  assert.equal((await send(closed, { headers: { origin } })).headers["access-control-allow-origin"], undefined);
  const port = await start(t, { corsOrigins: [origin] });
  const preflight = await send(port, { method: "OPTIONS", headers: { origin }, body: "" });
  assert.deepEqual([preflight.status, preflight.headers["access-control-allow-origin"]], [204, origin]);
  assert.equal((await send(port, { headers: { origin } })).headers["access-control-allow-origin"], origin);
  const other = await send(port, { method: "OPTIONS", headers: { origin: "https://evil.example" }, body: "" });
  assert.deepEqual([other.status, other.headers["access-control-allow-origin"]], [405, undefined]);
});

test("routes answer GET and HEAD beside the calls; one that fails says so without its reason", async (t) => {
  const routes = new Map<string, Route>([
    ["/page", () => ({ status: 200, type: "text/plain", body: "hello", headers: { "x-page": "1" } })],
    ["/late", async (client) => ({ status: 200, type: "text/plain", body: client })],
    ["/broken", () => Promise.reject(new Error("secret"))],
    [
      "/thrown",
      () => {
        throw new Error("secret");
      },
    ],
  ]);
  const port = await start(t, { routes, dialect: { path: "/" } });
  const page = await send(port, { method: "GET", path: "/page?x=1", body: "" });
  assert.deepEqual([page.status, page.text, page.headers["x-page"]], [200, "hello", "1"]);
  const head = await send(port, { method: "HEAD", path: "/page", body: "" });
  assert.deepEqual([head.status, head.text, head.headers["content-length"]], [200, "", "5"]);
  assert.equal((await send(port, { method: "GET", path: "/late", body: "" })).text, "127.0.0.1");
  for (const path of ["/broken", "/thrown"]) {
    const { status, text } = await send(port, { method: "GET", path, body: "" });
    assert.deepEqual([status, text.includes("secret")], [500, false]);
  }
  assert.equal((await send(port, { method: "GET", path: "/other", body: "" })).status, 404);
  assert.equal((await send(port, { path: "/page" })).status, 404, "calls have one path");
  assert.equal((await send(port)).status, 200);
  const foreign = await send(port, { method: "GET", path: "/page", headers: { host: "evil.example" }, body: "" });
  assert.equal(foreign.status, 403);
});

test("an answer that does not come in time is an internal error", async (t) => {
  const never = { test_never: { params: [], handle: () => new Promise<never>(() => {}) } };
  const port = await start(t, { methods: never, limits: { answerTimeoutMs: 20 } });
  const { text } = await send(port, { body: '{"jsonrpc":"2.0","id":1,"method":"test_never"}' });
  assert.equal(JSON.parse(text).error.code, -32603);
});

test("a body over the limit is refused on its declared and on its real length", async (t) => {
  const port = await start(t, { limits: { maxRequestBytes: 100 } });
  const declared = await send(port, { body: `"${"x".repeat(200)}"` });
  assert.deepEqual([declared.status, JSON.parse(declared.text).error.code], [413, -32005]);
  const chunked = await send(port, { headers: { "transfer-encoding": "chunked" }, body: `"${"x".repeat(200)}"` });
  assert.equal(chunked.status, 413);
});

test("a client that does not finish its headers is cut off", async (t) => {
  const port = await start(t, { limits: { headersTimeoutMs: 50, requestTimeoutMs: 50 } });
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  socket.write("POST / HTTP/1.1\r\nHost: localhost\r\n");
  socket.resume();
  await once(socket, "close");
});

test("connections over the limit are dropped", async (t) => {
  const port = await start(t, { limits: { maxConnections: 1 } });
  const first = connect(port, "127.0.0.1");
  await once(first, "connect");
  const second = connect(port, "127.0.0.1");
  second.on("error", () => {});
  second.resume();
  await once(second, "close");
  first.destroy();
});

test("a port that is taken is the caller's error", async (t) => {
  const port = await start(t);
  await assert.rejects(createJsonRpcServer({ methods, context: null, listen: { host: "127.0.0.1", port } }), {
    code: "EADDRINUSE",
  });
});

test("a client that does not read a long answer is cut off and counted", async (t) => {
  const large = { test_large: { params: [], handle: () => success("x".repeat(20_000_000)) } };
  const counted: string[] = [];
  const metrics = { count: (name: string) => void counted.push(name), gauge: () => {}, observe: () => {} };
  const port = await start(t, { methods: large, metrics, limits: { sendTimeoutMs: 50, maxOutgoingBytes: 30_000_000 } });
  const body = '{"jsonrpc":"2.0","id":1,"method":"test_large"}';
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.pause();
  socket.write(
    `POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );
  while (!counted.includes("jsonrpc_http_slow_closed_total")) await new Promise((resolve) => setTimeout(resolve, 5));
  socket.destroy();
});

test("answers that were read make room for others; those that were not stop the server's work, not its memory", async (t) => {
  const large = { test_large: { params: [], handle: () => success("x".repeat(3_000_000)) } };
  const port = await start(t, { methods: large, limits: { maxOutgoingBytes: 4_000_000, rateLimitPerSecond: 0 } });
  const body = '{"jsonrpc":"2.0","id":1,"method":"test_large"}';
  for (let i = 0; i < 5; i++) assert.equal(JSON.parse((await send(port, { body })).text).error, undefined);
  const deaf = [];
  for (let i = 0; i < 8; i++) {
    const socket = connect(port, "127.0.0.1");
    await once(socket, "connect");
    socket.pause();
    const head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    // Several requests in one connection, whose answers are never read.
    socket.write(`${head}Content-Length: ${body.length}\r\n\r\n${body}`.repeat(4));
    deaf.push(socket);
  }
  let refused: { code: number } | undefined;
  for (let i = 0; i < 50 && refused === undefined; i++) {
    refused = JSON.parse((await send(port, { body })).text).error;
  }
  assert.equal(refused?.code, -32005);
  for (const socket of deaf) socket.destroy();
  let answer = JSON.parse((await send(port, { body })).text);
  while (answer.error !== undefined) answer = JSON.parse((await send(port, { body })).text);
  assert.equal(answer.result.length, 3_000_000);
});
