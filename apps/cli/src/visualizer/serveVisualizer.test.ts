import assert from "node:assert/strict";
import { request } from "node:http";
import { type TestContext, test } from "node:test";
import { digest } from "@polis/codec";
import { createMetrics } from "../telemetry/metrics.ts";
import { createRing, layoutOf } from "./layout.ts";
import { RingWriter } from "./ringWriter.ts";
import { serveVisualizer } from "./serveVisualizer.ts";
import { maxStreams } from "./streamHub.ts";

const hash = digest("ab".repeat(32));

async function serve(t: TestContext, corsOrigins: readonly string[] = [], allowedHosts = ["localhost"]) {
  const layout = layoutOf(6, 1);
  const ring = createRing(layout);
  const writer = new RingWriter(ring, { layout, f: 1, roundRobin: true }, { finalizedView: 0, finalizedHeight: 0 });
  const listen = { host: "127.0.0.1", port: 0 };
  const metrics = createMetrics();
  const setup = { listen, corsOrigins, allowedHosts, facts: { n: 6, f: 1, index: 2 }, layout, ring };
  const server = await serveVisualizer(setup, metrics);
  t.after(() => server.close());
  return { writer, server, metrics, url: `http://127.0.0.1:${server.port}` };
}

/** A stream of events and the way to the next whole event; closed with the test. */
async function open(t: TestContext, url: string, headers: Record<string, string> = {}) {
  const abort = new AbortController();
  t.after(() => abort.abort());
  const response = await fetch(`${url}/api/events`, { headers, signal: abort.signal });
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  const next = async (): Promise<{ id: string; data: Record<string, unknown> }> => {
    for (;;) {
      const end = rest.indexOf("\n\n");
      const frame = end < 0 ? undefined : rest.slice(0, end);
      if (frame !== undefined) {
        rest = rest.slice(end + 2);
        const match = /^id: (\d+)\ndata: (.*)$/.exec(frame);
        if (match !== null) return { id: match[1]!, data: JSON.parse(match[2]!) as Record<string, unknown> };
        continue;
      }
      const { done, value } = await reader.read();
      if (done) throw new Error("the stream has ended");
      rest += value;
    }
  };
  return { response, next, close: () => abort.abort() };
}

test("A-VIS-1: routes, types and headers of kairos V3", async (t) => {
  const { url, writer } = await serve(t);
  writer.entered(42, 0, 1000);
  const types = {
    "/": "text/html; charset=utf-8",
    "/static/app.js": "application/javascript; charset=utf-8",
    "/static/kairos.css": "text/css; charset=utf-8",
    "/static/style.css": "text/css; charset=utf-8",
    "/api/state": "application/json; charset=utf-8",
    "/api/health": "application/json; charset=utf-8",
  };
  for (const [path, type] of Object.entries(types)) {
    const response = await fetch(`${url}${path}`);
    assert.equal(response.status, 200, path);
    assert.equal(response.headers.get("content-type"), type);
    assert.match(response.headers.get("content-security-policy")!, /default-src 'none'.*connect-src 'self'/);
    assert.doesNotMatch(response.headers.get("content-security-policy")!, /https?:|\*/);
    assert.equal(response.headers.get("cache-control"), path.startsWith("/api/") ? "no-store" : "no-cache");
    assert.equal(response.headers.get("access-control-allow-origin"), null);
    await response.text();
  }
  const health = await (await fetch(`${url}/api/health`)).json();
  assert.deepEqual(health, { current_view: "42", finalized_view: "0", node_n: 6, node_f: 1 });
  const all = (await (await fetch(`${url}/api/state?all=1`)).json()) as { views: unknown[] };
  assert.equal(all.views.length, 256);
  for (const path of ["/nothing", "/static/", "/static/../page/app.js", "/api", "/index.html", "//x/api/state"]) {
    assert.equal((await fetch(`${url}${path}`)).status, 404, path);
  }
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"]) {
    for (const path of ["/", "/api/state", "/nothing"]) {
      assert.equal((await fetch(`${url}${path}`, { method })).status, 405, `${method} ${path}`);
    }
  }
});

test("V7: numbers increase, the first events replay the state, and a reader resumes after its last event", async (t) => {
  const { url, writer } = await serve(t);
  writer.entered(1, 1, 1000);
  const first = await open(t, url);
  assert.equal(first.response.headers.get("content-type"), "text/event-stream");
  assert.equal(first.response.headers.get("cache-control"), "no-store");
  const one = await first.next();
  assert.deepEqual(one.data, { kind: "current_view_changed", view: 1 });
  const two = await first.next();
  assert.deepEqual(two.data, { kind: "view_started", view: 1, leader: 1, timestamp: 1000 });
  assert.ok(Number(two.id) > Number(one.id));
  first.close();
  writer.proposed(1, hash, 1, 1, 3);
  const watcher = await open(t, url, { "last-event-id": two.id });
  const missed = await watcher.next();
  assert.deepEqual(missed.data, { kind: "block_proposed", view: 1, block_hash: hash, tx_count: 3, leader: 1 });
  for (const id of ["7", "none", "-1", "99999999999999999999", `${Number.MAX_SAFE_INTEGER}`]) {
    const again = await open(t, url, { "last-event-id": id });
    assert.equal((await again.next()).data.kind, "current_view_changed", `a full replay after ${id}`);
    again.close();
  }
});

test("a reader that was cut off in the middle of a replay gets a whole one", async (t) => {
  const { url, writer } = await serve(t);
  writer.entered(1, 1, 1000);
  writer.vote(1, undefined, 3);
  const settled = await open(t, url);
  await settled.next();
  await settled.next();
  await settled.next();
  const first = await open(t, url);
  const { id } = await first.next();
  first.close();
  const again = await open(t, url, { "last-event-id": id });
  assert.equal((await again.next()).data.kind, "current_view_changed");
});

test("at most 64 streams, 503 beyond, and room again when one has gone", async (t) => {
  const { url, writer } = await serve(t);
  const streams = await Promise.all(Array.from({ length: maxStreams }, () => open(t, url)));
  assert.ok(streams.every(({ response }) => response.status === 200));
  const refused = await fetch(`${url}/api/events`);
  assert.equal(refused.status, 503);
  await refused.text();
  writer.entered(9, 3, 1000);
  const seen = await Promise.all(streams.map(({ next }) => next()));
  assert.ok(
    seen.every(({ data }) => data.view === 9),
    "every reader is told",
  );
  assert.equal((await fetch(`${url}/api/health`)).status, 200, "the other routes answer meanwhile");
  streams[0]!.close();
  for (let status = 503; status !== 200; ) {
    const { response, close } = await open(t, url);
    status = response.status;
    close();
  }
});

test("a foreign origin is told nothing it could read, unless cors_origins names it", async (t) => {
  const { url } = await serve(t);
  const origin = "https://elsewhere.example";
  const plain = await fetch(`${url}/api/state`, { headers: { origin } });
  assert.equal(plain.headers.get("access-control-allow-origin"), null);
  const stream = await fetch(`${url}/api/events`, { headers: { origin, "sec-fetch-site": "cross-site" } });
  assert.equal(stream.status, 403, "and it takes no place of a reader");
  const named = await serve(t, [origin]);
  const granted = await fetch(`${named.url}/api/state`, { headers: { origin } });
  assert.equal(granted.headers.get("access-control-allow-origin"), origin);
  assert.equal(granted.headers.get("vary"), "origin");
  const other = await fetch(`${named.url}/api/state`, { headers: { origin: "https://other.example" } });
  assert.equal(other.headers.get("access-control-allow-origin"), null);
});

/** Status of a request with a chosen Host header, which `fetch` does not allow. */
function statusFor(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: "127.0.0.1", path: "/api/health", headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on("error", reject);
    sent.end();
  });
}

test("a name that was made to point here is refused and counted, those of the configuration are served (Z33)", async (t) => {
  const { server, metrics } = await serve(t);
  for (const host of ["localhost", `localhost:${server.port}`, `127.0.0.1:${server.port}`, "[::1]:8080"]) {
    assert.equal(await statusFor(server.port, host), 200, host);
  }
  for (const host of ["evil.example", "evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example"]) {
    assert.equal(await statusFor(server.port, host), 403, host);
  }
  assert.equal(metrics.value("listener_refused_total", { listener: "visualizer", reason: "host" }), 4);
  const named = await serve(t, [], ["validator-0.internal"]);
  assert.equal(await statusFor(named.server.port, "validator-0.internal"), 200);
  assert.equal(await statusFor(named.server.port, "localhost"), 403);
});
