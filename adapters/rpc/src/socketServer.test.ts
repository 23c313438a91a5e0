import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import type { Metrics } from "@polis/ports";
import { WebSocket } from "ws";
import { createJsonRpcServer, type JsonRpcServerOptions } from "./createJsonRpcServer.ts";
import { failure, success } from "./errors.ts";
import { number, text } from "./params.ts";
import type { Json, MethodTable } from "./types.ts";

/** A world with one event source and one call that waits until its caller leaves. */
class World extends EventEmitter {
  readonly pushes = new Set<(value: Json) => void>();
  aborted = 0;

  emitAll(value: Json): void {
    for (const push of this.pushes) push(value);
  }
}

const methods: MethodTable<World> = {
  test_ping: { params: [], handle: () => success("pong") },
  test_large: { params: [number("size", 32)], handle: (_world, [size]) => success("x".repeat(Number(size))) },
  test_wait: {
    params: [],
    handle: (world, _args, { signal }) =>
      new Promise((resolve) => {
        world.emit("waiting");
        signal.addEventListener("abort", () => {
          world.aborted++;
          world.emit("aborted");
          resolve(success(null));
        });
      }),
  },
  test_stuck: {
    params: [],
    handle: (world) => {
      world.emit("waiting");
      return new Promise(() => undefined);
    },
  },
  test_subscribe: {
    kind: "subscribe",
    params: [text("what", 10)],
    notification: "test_subscription",
    open: (world, [what], push) => {
      if (what === "bad") return failure(-32602, "no such kind");
      push("early");
      world.pushes.add(push);
      return {
        ok: true,
        value: () => {
          world.pushes.delete(push);
          world.emit("ended");
        },
      };
    },
  },
  test_unsubscribe: { kind: "unsubscribe", params: [text("id", 66)] },
};

async function start(t: TestContext, options: Partial<JsonRpcServerOptions<World>> = {}) {
  const context = new World();
  const counts = new Map<string, number>();
  const gauges = new Map<string, number>();
  const metrics: Metrics = {
    count: (name, by = 1, labels = {}) => {
      const key = `${name} ${labels.what ?? labels.status ?? ""}`.trim();
      counts.set(key, (counts.get(key) ?? 0) + by);
    },
    gauge: (name, value) => void gauges.set(name, value),
    observe: () => undefined,
  };
  const server = await createJsonRpcServer({
    methods,
    context,
    metrics,
    listen: { host: "127.0.0.1", port: 0 },
    ...options,
    limits: { rateLimitPerSecond: 0, ...options.limits },
  });
  t.after(() => server.close());
  const { port } = server.address;
  return { context, counts, gauges, port, url: `ws://127.0.0.1:${port}`, server };
}

async function open(url: string, options: ConstructorParameters<typeof WebSocket>[1] = {}) {
  const socket = new WebSocket(url, options);
  await once(socket, "open");
  const messages: Record<string, unknown>[] = [];
  const waiting: (() => void)[] = [];
  socket.on("message", (data: Buffer) => {
    messages.push(JSON.parse(data.toString()));
    waiting.shift()?.();
  });
  const next = async (): Promise<Record<string, unknown>> => {
    if (messages.length === 0) await new Promise<void>((resolve) => waiting.push(resolve));
    return messages.shift()!;
  };
  const ask = (method: string, params: Json = [], id = 1) => {
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
    return next();
  };
  return { socket, next, ask };
}

test("a WebSocket speaks JSON-RPC: calls, batches, errors, one message each", async (t) => {
  const { url } = await start(t);
  const { socket, ask, next } = await open(url);
  assert.deepEqual(await ask("test_ping"), { jsonrpc: "2.0", id: 1, result: "pong" });
  socket.send("[1]");
  assert.deepEqual(((await next()) as unknown as [{ error: { code: number } }])[0].error.code, -32600);
  socket.send("{");
  assert.equal(((await next()).error as { code: number }).code, -32700);
  const call = { jsonrpc: "2.0", method: "test_ping" };
  socket.send(JSON.stringify([{ ...call, id: 1 }, call, { ...call, id: "b" }]));
  assert.equal(((await next()) as unknown as unknown[]).length, 2);
  socket.terminate();
});

test("a subscription announces its id first, then pushes until it is ended", async (t) => {
  const { url, context } = await start(t);
  const { socket, ask, next } = await open(url);
  const { result: id } = await ask("test_subscribe", ["all"]);
  const early = { jsonrpc: "2.0", method: "test_subscription", params: { subscription: id, result: "early" } };
  assert.deepEqual(await next(), early);
  context.emitAll({ n: 1 });
  assert.deepEqual((await next()).params, { subscription: id, result: { n: 1 } });
  assert.equal((await ask("test_unsubscribe", [id as string])).result, true);
  assert.equal(context.pushes.size, 0);
  assert.equal((await ask("test_unsubscribe", [id as string])).result, false);
  assert.equal(((await ask("test_subscribe", ["bad"])).error as { code: number }).code, -32602);
  socket.terminate();
});

test("subscriptions are bounded per socket, refused over HTTP, and end with the socket", async (t) => {
  const { url, port, context } = await start(t, { limits: { maxSubscriptions: 2 } });
  const { socket, ask, next } = await open(url);
  for (let i = 0; i < 2; i++) {
    await ask("test_subscribe", ["all"]);
    await next();
  }
  const third = (await ask("test_subscribe", ["all"])).error as { code: number; message: string };
  assert.equal(third.code, -32005);
  assert.match(third.message, /2 subscriptions/);
  const http = await fetch(`http://127.0.0.1:${port}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "test_subscribe", params: ["all"] }),
  });
  assert.match(((await http.json()) as { error: { message: string } }).error.message, /needs a WebSocket/);
  assert.equal(context.pushes.size, 2);
  socket.terminate();
  await once(context, "ended");
  assert.equal(context.pushes.size, 0);
});

test("foreign pages and foreign host names get no socket", async (t) => {
  const { url, counts } = await start(t, { corsOrigins: ["https://good.example"] });
  const refused = async (options: ConstructorParameters<typeof WebSocket>[1]) => {
    const socket = new WebSocket(url, options);
    const [error] = await once(socket, "error");
    return (error as Error).message;
  };
  assert.match(await refused({ origin: "https://evil.example" }), /403/);
  assert.match(await refused({ headers: { host: "evil.example" } }), /403/);
  assert.equal(counts.get("jsonrpc_http_refused_total 403"), 2);
  const { socket } = await open(url, { origin: "https://good.example" });
  socket.terminate();
});

test("a subscriber that does not read is ended with 1013 and counted; memory stays bounded", async (t) => {
  const { url, context, counts } = await start(t, { limits: { maxSocketOutgoingBytes: 100_000 } });
  const { socket, ask, next } = await open(url);
  await ask("test_subscribe", ["all"]);
  await next();
  socket.pause();
  const ended = once(context, "ended");
  const large = { data: "x".repeat(50_000) };
  // The operating system's own buffers take some megabytes before anything waits here.
  for (let i = 0; i < 2_000 && context.pushes.size > 0; i++) {
    context.emitAll(large);
    if (i % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await ended;
  assert.equal(counts.get("jsonrpc_ws_slow_closed_total notifications"), 1);
  socket.resume();
  const [code] = await once(socket, "close");
  assert.ok(code === 1013 || code === 1006, String(code));
});

test("a client that asks and does not read is not read from, and is served once it reads", async (t) => {
  const { url, context } = await start(t, { limits: { maxSocketOutgoingBytes: 100_000 } });
  const { socket, next } = await open(url);
  void context;
  socket.pause();
  const asked = 60;
  for (let id = 0; id < asked; id++) {
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, method: "test_large", params: [500_000] }));
  }
  // Another client is served meanwhile.
  const other = await open(url);
  assert.equal((await other.ask("test_ping")).result, "pong");
  other.socket.terminate();
  socket.resume();
  for (let id = 0; id < asked; id++) assert.equal((await next()).id, id);
  socket.terminate();
});

test("work for a caller that leaves ends: by signal, and where the handler is deaf by letting go", async (t) => {
  const { url, context, gauges, port } = await start(t);
  const { socket } = await open(url);
  const waiting = once(context, "waiting");
  socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "test_wait" }));
  await waiting;
  const aborted = once(context, "aborted");
  socket.terminate();
  await aborted;

  const http = request({ port, method: "POST", headers: { "content-type": "application/json" } });
  http.on("error", () => undefined);
  const again = once(context, "waiting");
  http.end('{"jsonrpc":"2.0","id":1,"method":"test_wait"}');
  await again;
  const gone = once(context, "aborted");
  http.destroy();
  await gone;
  assert.equal(context.aborted, 2);

  const deaf = await open(url);
  const stuck = once(context, "waiting");
  deaf.socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "test_stuck" }));
  await stuck;
  assert.equal(gauges.get("jsonrpc_in_flight"), 1);
  deaf.socket.terminate();
  while (gauges.get("jsonrpc_in_flight") !== 0) await new Promise((resolve) => setImmediate(resolve));
});

test("a socket that does not answer pings is ended", async (t) => {
  const { port, counts } = await start(t, { limits: { pingIntervalMs: 20 } });
  const raw = connect(port, "127.0.0.1");
  raw.write(
    "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  raw.resume();
  await once(raw, "close");
  assert.equal(counts.get("jsonrpc_ws_slow_closed_total ping"), 1);
});

test("bytes that are no WebSocket frames and messages over the limit end only their own socket", async (t) => {
  const { port, url } = await start(t, { limits: { maxRequestBytes: 1_000 } });
  const raw = connect(port, "127.0.0.1");
  raw.write(
    "GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
  );
  await once(raw, "data");
  raw.resume();
  raw.write(Buffer.alloc(64, 0xff));
  await once(raw, "close");
  const big = await open(url);
  big.socket.send("x".repeat(1_001));
  const [code] = await once(big.socket, "close");
  assert.equal(code, 1009);
  const fine = await open(url);
  assert.equal((await fine.ask("test_ping")).result, "pong");
  fine.socket.terminate();
});

test("a stopping server says goodbye to its sockets", async (t) => {
  const { url, server } = await start(t);
  const { socket } = await open(url);
  const closed = once(socket, "close");
  await server.close();
  assert.equal((await closed)[0], 1001);
});
