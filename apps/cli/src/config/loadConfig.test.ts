import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { ConfigError, UserError } from "../errors.ts";
import { checkAgainstGenesis } from "./checkAgainstGenesis.ts";
import { exampleText } from "./exampleText.ts";
import type { Key } from "./key.ts";
import { loadConfig } from "./loadConfig.ts";
import { schema } from "./schema.ts";
import { addressText } from "./values.ts";

function file(t: TestContext, name: string, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "kairos-config-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const storage = { NODE_STORAGE__PATH: "/tmp/x" };

function problemsOf(env: Record<string, string>, path?: string): readonly string[] {
  try {
    loadConfig({ env: { ...storage, ...env }, path });
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.equal(error.exitCode, 2);
    return error.problems;
  }
  return [];
}

test("defaults are those of kairos 18.2", () => {
  const config = loadConfig({ env: storage });
  assert.equal(config.consensus.viewTimeout, 2_000);
  assert.equal(config.consensus.leaderManager, "RoundRobin");
  assert.deepEqual(config.jsonrpc.listenAddr, { host: "127.0.0.1", port: 8545 });
  assert.equal(config.storage.mapSize, 2 ** 40);
  assert.equal(config.mempool.maxBytes, 256 * 2 ** 20);
  assert.equal(config.consensus.n, undefined);
});

test("flag over environment over file over default (X1)", (t) => {
  const path = file(
    t,
    "c.toml",
    '[consensus]\nview_timeout = "4s"\n[logging]\nlevel = "warn"\nformat = "json"\n[storage]\npath = "d"',
  );
  const config = loadConfig({
    path,
    env: { NODE_LOGGING__LEVEL: "debug", NODE_LOGGING__FORMAT: "terminal" },
    flags: { "logging.level": { value: "trace", flag: "--log-level" } },
  });
  assert.equal(config.logging.level, "trace");
  assert.equal(config.logging.format, "terminal");
  assert.equal(config.consensus.viewTimeout, 4_000);
  assert.equal(config.health.stallAfter, 30_000);
  assert.equal(config.storage.path, resolve(path, "../d"), "a relative path is relative to the file");
});

test("TOML and YAML mean the same, in snake_case and camelCase (X1, X3)", (t) => {
  const toml = file(
    t,
    "c.toml",
    '[storage]\npath = "/d"\n[consensus]\nviewTimeout = { secs = 5, nanos = 0 }\nn = 6\nf = 1',
  );
  const yaml = file(t, "c.yml", "storage: {path: /d}\nconsensus:\n  view_timeout: {secs: 5}\n  n: 6\n  f: 1\n");
  assert.deepEqual(loadConfig({ path: toml }), loadConfig({ path: yaml }));
  assert.equal(loadConfig({ path: toml }).consensus.viewTimeout, 5_000);
});

test("another or a missing extension, bad syntax and a missing file are mistakes with hints", (t) => {
  const cases = [file(t, "c.json", "{}"), file(t, "c", ""), file(t, "c.toml", "[a"), "/nowhere/c.toml"];
  for (const path of cases) {
    assert.throws(
      () => loadConfig({ path }),
      (error) => error instanceof UserError && error.exitCode === 2 && error.hint !== "",
    );
  }
});

test("the environment: any case, nested fields merge into the file's table, JSON values (X2)", (t) => {
  const path = file(t, "c.toml", "[consensus]\nview_timeout = { secs = 1, nanos = 500000000 }");
  const env = {
    ...storage,
    node_consensus__view_timeout__SECS: "10",
    NODE_CONSENSUS: '{"n": 11, "f": 2}',
    NODE_JSONRPC__CORS_ORIGINS: '["https://a.example"]',
    NODE_P2P__CLUSTER_ID: "12345",
    NODE_VISUALIZER__ENABLED: "true",
    NODE_ENV: "test",
    NODE_OPTIONS: "--x",
    HOME: "/",
  };
  const config = loadConfig({ path, env });
  assert.equal(config.consensus.viewTimeout, 10_500);
  assert.equal(config.consensus.n, 11);
  assert.deepEqual(config.jsonrpc.corsOrigins, ["https://a.example"]);
  assert.equal(config.p2p.clusterId, "12345", "text that looks like a number stays text where text is wanted");
  assert.equal(config.visualizer.enabled, true);
});

test("unknown keys name key, source and the nearest known key (X3)", (t) => {
  const path = file(
    t,
    "c.toml",
    '[consensus]\nveiw_timeout = 1\n[storge]\npath = "x"\n[p2p]\ntotallyDifferentThing = 1',
  );
  const problems = problemsOf({ NODE_MEMPOOL__TLT: "1s" }, path);
  assert.equal(problems.length, 4);
  assert.ok(
    problems[0]!.includes("consensus.veiw_timeout") && problems[0]!.includes("did you mean consensus.view_timeout?"),
  );
  assert.ok(problems[0]!.includes(path));
  assert.match(problems[1]!, /storge .* did you mean storage\?/);
  assert.match(problems[2]!, /totallyDifferentThing/);
  assert.doesNotMatch(problems[2]!, /did you mean/);
  assert.match(problems[3]!, /mempool\.tlt in NODE_MEMPOOL__TLT; did you mean mempool\.ttl\?/);
});

test("a key given in both spellings, and a section that is no table, are refused", (t) => {
  const path = file(t, "c.yaml", "consensus: {viewTimeout: 1s, view_timeout: 2s}\np2p: 3\n__proto__: {x: 1}");
  const problems = problemsOf({}, path);
  assert.equal(problems.length, 3);
  assert.match(problems[0]!, /given twice/);
  assert.match(problems[1]!, /p2p .* want a table/);
});

test("a variable that names a section must hold its keys (X2)", () => {
  assert.match(problemsOf({ NODE_CONSENSUS: "local" })[0]!, /NODE_CONSENSUS: want a JSON object of keys/);
  assert.deepEqual(problemsOf({ NODE_CONSENSUS: '{"n":6,"f":1}', NODE_ENV: "production" }), []);
});

test("every wrong value is reported, all together (X3)", () => {
  const wrong: Record<string, string> = {
    NODE_CONSENSUS__N: "0",
    NODE_CONSENSUS__VIEW_TIMEOUT: "5 parsecs",
    NODE_CONSENSUS__MAX_VIEW_TIMEOUT: '{"secs":1,"minutes":2}',
    NODE_CONSENSUS__LEADER_MANAGER: "Best",
    NODE_STORAGE__MAP_SIZE: "lots",
    NODE_P2P__LISTEN_ADDR: "nowhere",
    NODE_P2P__VALIDATORS: '[{"address":"x:1"}]',
    NODE_RPC__LISTEN_ADDR: "1.2.3.4:65536",
    NODE_LOGGING__LEVEL: "loud",
    NODE_METRICS__ENABLED: "yes",
    NODE_MEMPOOL__MIN_FEE_CAP: "-1",
    NODE_MEMPOOL__TTL: "-5",
    NODE_MEMPOOL__PAYMENT_LANE_PERCENT: "101",
    NODE_JSONRPC__NAMESPACES: "eth",
  };
  const problems = problemsOf(wrong);
  assert.equal(problems.length, Object.keys(wrong).length, problems.join("\n"));
  for (const [variable, value] of Object.entries(wrong)) {
    const problem = problems.find((p) => p.includes(` ${variable}:`));
    assert.ok(problem?.includes("want"), `${variable}=${value}: ${problem}`);
  }
});

test("wrong values, unknown keys and broken relations are reported together, without what follows from another (X3)", () => {
  const problems = problemsOf({
    NODE_CONSENSUS__N: "many",
    NODE_CONSENSUS__F: "1",
    NODE_CONSENSUS__VIEW_TIMEOUT: "90s",
    NODE_CHANNELS__HTLC_DELTA: "1h",
    NODE_MEMPOOL__TLT: "1s",
  });
  const heads = problems.map((problem) => /^(unknown key )?[a-z_]+\.[a-z_]+/.exec(problem)?.[0]);
  assert.deepEqual(heads, [
    "unknown key mempool.tlt",
    "consensus.n",
    "consensus.max_view_timeout",
    "channels.htlc_delta",
  ]);
});

test("a missing required key says how to give it", () => {
  assert.throws(() => loadConfig({ env: {} }), /storage\.path is required: .* NODE_STORAGE__PATH/);
});

test("relations between keys", () => {
  assert.match(problemsOf({ NODE_CONSENSUS__N: "6", NODE_CONSENSUS__F: "2" })[0]!, /at least 5f\+1 = 11/);
  assert.match(problemsOf({ NODE_CONSENSUS__N: "6" })[0]!, /give both or none/);
  const n = { NODE_CONSENSUS__N: "6", NODE_CONSENSUS__F: "1" };
  assert.match(problemsOf({ ...n, NODE_P2P__TOTAL_NUMBER_PEERS: "7" })[0]!, /must agree/);
  assert.match(problemsOf({ NODE_STORAGE__KEEP_BLOCKS: "10" })[0]!, /^storage\.keep_blocks: .* set it to pruned/);
  const keep = { ...storage, NODE_STORAGE__KEEP_BLOCKS: "10", NODE_STORAGE__HISTORY: "pruned" };
  assert.equal(loadConfig({ env: keep }).storage.keepBlocks, 10);
  assert.match(problemsOf({ NODE_CONSENSUS__MAX_VIEW_TIMEOUT: "1s" })[0]!, /at least consensus.view_timeout/);
  assert.match(
    problemsOf({ NODE_CONSENSUS__NETWORK: "mainnet", NODE_CONSENSUS__PEERS: `["${"a".repeat(96)}"]` })[0]!,
    /X8/,
  );
});

test("enumerations and durations in all their forms (X6, X7)", () => {
  for (const spelling of ["RoundRobin", "round_robin", "ROUND-ROBIN", "roundrobin"]) {
    const config = loadConfig({ env: { ...storage, NODE_CONSENSUS__LEADER_MANAGER: spelling } });
    assert.equal(config.consensus.leaderManager, "RoundRobin");
  }
  const forms: [string, number][] = [
    ["500ms", 500],
    ["5s", 5_000],
    ["2m", 120_000],
    ["3h", 10_800_000],
    ["7", 7],
    ['{"secs":2,"nanos":1000000}', 2_001],
  ];
  for (const [form, ms] of forms) {
    assert.equal(loadConfig({ env: { ...storage, NODE_MEMPOOL__TTL: form } }).mempool.ttl, ms);
  }
  const { listenAddr } = loadConfig({ env: { ...storage, NODE_P2P__LISTEN_ADDR: "[::1]:9000" } }).p2p;
  assert.deepEqual([listenAddr, addressText(listenAddr)], [{ host: "::1", port: 9000 }, "[::1]:9000"]);
});

test("a configuration that contradicts its genesis", () => {
  const genesis = {
    n: 6,
    f: 1,
    network: "devnet",
    leader: "random",
    maxViewLead: 64,
    params: { block: { maxBytes: 2 ** 21 } },
    validators: [],
  } as const;
  const config = loadConfig({ env: { ...storage, NODE_CONSENSUS__N: "11", NODE_CONSENSUS__F: "2" } });
  assert.deepEqual(
    checkAgainstGenesis(config, genesis).map((p) => p.split(" ")[0]),
    ["consensus.n", "consensus.f", "consensus.network", "consensus.leader_manager"],
  );
});

test("config.example.toml is the schema, and its values are the defaults (X9)", (t) => {
  const example = readFileSync(new URL("../../../../config.example.toml", import.meta.url), "utf8");
  assert.equal(example, exampleText(), "write it again with: kairos config example > config.example.toml");
  const fromExample = loadConfig({
    path: file(t, "c.toml", example),
    flags: { "storage.path": { value: "/d", flag: "" } },
  });
  assert.deepEqual(fromExample, loadConfig({ env: { NODE_STORAGE__PATH: "/d" } }));
});

test("every key of the example may be switched on with its example value", (t) => {
  const keys = Object.entries(schema).flatMap(([section, all]) =>
    Object.entries(all as Record<string, Key<unknown>>).map(([name, spec]) => ({ section, name, spec })),
  );
  assert.ok(keys.length > 100);
  for (const { section, name, spec } of keys) {
    assert.ok(spec.note.length > 2, `${section}.${name} has a note`);
    assert.ok(spec.schema.safeParse(spec.example).success, `${section}.${name}: the example value is valid`);
  }
  const parts = exampleText().split(/^(?=\[)/m);
  const all = parts.map((part) =>
    // Channels come later, and until then their keys are refused.
    // A remote signer stands in for the key files, which are shown beside it.
    part.startsWith("[channels]") ? part : part.replaceAll(/^# (?!remote_signer = )(\w+ = )/gm, "$1"),
  );
  assert.equal(loadConfig({ path: file(t, "c.toml", all.join("")) }).consensus.n, 6);
});
