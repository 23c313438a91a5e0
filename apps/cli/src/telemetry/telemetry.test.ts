import assert from "node:assert/strict";
import { test } from "node:test";
import { createHealthServer } from "./healthServer.ts";
import { createLogger, forModule, levelFor } from "./logger.ts";
import { createMetrics } from "./metrics.ts";

function logger(format: "json" | "terminal", level = "info", module?: string) {
  const lines: string[] = [];
  const clock = { ms: Date.UTC(2026, 0, 1) };
  const options = { level, format, stream: { write: (line: string) => lines.push(line) }, nowMs: () => clock.ms };
  const root = createLogger(options);
  return { root, log: module === undefined ? root : forModule(root, module), lines, clock };
}

test("a line is JSON with ts, level, module, msg and fields (O4)", () => {
  const { log, lines } = logger("json", "info", "consensus");
  log.log("warn", "late", { height: 7 });
  log.log("debug", "hidden");
  assert.equal(lines.length, 1);
  assert.deepEqual(JSON.parse(lines[0]!), {
    level: "warn",
    ts: "2026-01-01T00:00:00.000Z",
    module: "consensus",
    height: 7,
    msg: "late",
  });
});

test("a terminal line is plain, and cannot move the cursor", () => {
  const { log, lines } = logger("terminal");
  log.log("info", "hello \u001b[2J", { peer: "abc", text: "a b" });
  assert.equal(lines[0], '00:00:00.000 INFO  hello \\u001b[2J peer=abc text="a b"\n');
});

test("levels per module", () => {
  assert.equal(levelFor("info,consensus=debug", "consensus"), "debug");
  assert.equal(levelFor("info,consensus=debug", "net"), "info");
  assert.equal(levelFor("error", undefined), "error");
  const { root, log, lines } = logger("json", "warn,consensus=debug", "consensus");
  log.log("debug", "seen");
  root.log("debug", "not seen");
  forModule(root, "p2p").log("info", "not seen");
  root.setLevels("info");
  log.log("debug", "not seen any more");
  forModule(root, "p2p").log("info", "seen now");
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).msg),
    ["seen", "seen now"],
  );
  const plain = { log: () => undefined };
  assert.equal(forModule(plain, "p2p"), plain, "a logger that knows no modules is taken as it is");
});

test("secrets are replaced and lines are bounded", () => {
  const { log, lines } = logger("json");
  log.log("info", "m".repeat(1_000_000), { blsSecretKey: "deadbeef", password: "p", text: "x".repeat(1_000_000) });
  assert.ok(lines[0]!.length < 5_000);
  assert.ok(!lines[0]!.includes("deadbeef") && !lines[0]!.includes('"p"'));
});

test("repeats are limited, and the next line says how many were left out", () => {
  const { log, lines, clock } = logger("json");
  for (let i = 0; i < 100; i++) log.log("info", "again", { i });
  assert.equal(lines.length, 10);
  clock.ms += 1_000;
  log.log("info", "again");
  assert.equal(JSON.parse(lines[10]!).suppressed, 90);
});

test("health, readiness and metrics over HTTP (O1)", async (t) => {
  const metrics = createMetrics();
  let ready = false;
  metrics.onRender(() => metrics.gauge("consensus_current_view", 7));
  const server = await createHealthServer({ host: "127.0.0.1", port: 0 }, metrics, () => ({
    ready,
    details: ["consensus: waiting for validator set (1 of 6 known)"],
  }));
  t.after(() => server.close());
  const get = async (path: string, method = "GET") => {
    const response = await fetch(`http://127.0.0.1:${server.address.port}${path}`, { method });
    return [response.status, await response.text()] as const;
  };
  assert.deepEqual(await get("/healthz"), [200, "ok\n"]);
  const [status, text] = await get("/readyz");
  assert.ok(status === 503 && text.includes("1 of 6 known"));
  ready = true;
  assert.equal((await get("/readyz"))[0], 200);
  assert.ok((await get("/metrics"))[1].includes("kairos_consensus_current_view 7"));
  assert.equal((await get("/other"))[0], 404);
  assert.equal((await get("/metrics", "POST"))[0], 405);
});
