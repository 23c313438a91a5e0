import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type ClientHttp2Session, connect, type OutgoingHttpHeaders } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { createApiEvents, type KairosBackend } from "@polis/kairos";
import { loadConfig } from "../config/loadConfig.ts";
import { makeCertificate, noOpenssl } from "../testing/makeCertificate.ts";
import type { GrpcNode } from "./grpcNode.ts";
import { startGrpc } from "./startGrpc.ts";

/** A server with TLS or without, and Node's own HTTP/2 client, which is another implementation, connected with it. */
async function client(t: TestContext, isSecure: boolean): Promise<ClientHttp2Session> {
  const dir = mkdtempSync(join(tmpdir(), "kairos-h2-"));
  const made = isSecure ? makeCertificate(dir) : undefined;
  const tls = made === undefined ? {} : { tls_cert: made.cert, tls_key: made.key };
  const rpc = { listen_addr: "127.0.0.1:0", cors_origins: ["https://wallet.example"], ...tls };
  const config = loadConfig({ document: { storage: { path: "unused" }, rpc } });
  const backend = { events: createApiEvents() } as unknown as KairosBackend;
  const server = (await startGrpc(config.rpc, {
    backend,
    health: () => ({}),
    isReady: () => true,
  } as unknown as GrpcNode))!;
  const url = `${isSecure ? "https" : "http"}://localhost:${server.address.port}`;
  const session = connect(url, made === undefined ? {} : { ca: readFileSync(made.cert) });
  session.on("error", () => undefined);
  t.after(async () => {
    session.destroy();
    await server.close();
    rmSync(dir, { recursive: true });
  });
  return session;
}

interface Answer {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Buffer;
}

async function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body = ""): Promise<Answer> {
  const stream = session.request(headers);
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  stream.end(body);
  const [answer] = (await once(stream, "response")) as [Record<string, unknown>];
  await once(stream, "close");
  return { headers: answer, body: Buffer.concat(chunks) };
}

const path = "/grpc.health.v1.Health/Check";
const post = { ":method": "POST", ":path": path, "content-type": "application/json" };

for (const isSecure of [false, true]) {
  const skip = isSecure ? noOpenssl : false;
  test(`web pages over HTTP/2 ${isSecure ? "with" : "without"} TLS: preflight, call, foreign pages`, {
    skip,
  }, async (t) => {
    const session = await client(t, isSecure);
    const origin = "https://wallet.example";
    const asked = { ":method": "OPTIONS", ":path": path, origin, "access-control-request-method": "POST" };
    const preflight = await ask(session, asked);
    assert.equal(preflight.headers[":status"], 204);
    assert.equal(preflight.headers["access-control-allow-origin"], origin);
    assert.match(String(preflight.headers["access-control-allow-headers"]), /Connect-Protocol-Version/i);
    const good = await ask(session, { ...post, origin }, "{}");
    assert.deepEqual([good.headers[":status"], JSON.parse(good.body.toString())], [200, { status: "SERVING" }]);
    assert.equal(good.headers["access-control-allow-origin"], origin);
    assert.match(String(good.headers["access-control-expose-headers"]), /kairos-last-height/);
    const foreign = await ask(session, { ...post, origin: "https://evil.example" }, "{}");
    assert.equal(foreign.headers[":status"], 403);
    const web = { ...post, "content-type": "application/grpc-web+proto", origin };
    const frames = (await ask(session, web, "\0\0\0\0\0")).body;
    assert.match(frames.toString("latin1"), /grpc-status: 0/);
    const nowhere = await ask(session, { ...post, ":path": "/grpc.health.v1.Health/None" }, "{}");
    assert.deepEqual([nowhere.headers[":status"], JSON.parse(nowhere.body.toString()).code], [404, "unimplemented"]);
  });
}

test("many calls at once on one connection, each with headers of its own", async (t) => {
  const session = await client(t, false);
  const answers = await Promise.all(
    Array.from({ length: 90 }, (_, i) => ask(session, { ...post, [`x-${i % 7}`]: `${i}`.repeat(i) }, "{}")),
  );
  assert.ok(answers.every(({ body }) => JSON.parse(body.toString()).status === "SERVING"));
});
