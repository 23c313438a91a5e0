import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:tls";
import { ed25519 } from "@polis/crypto";
import { decodeHello, type Hello, makeTlsIdentity } from "@polis/net";
import { TestNetwork } from "../../testing/network.ts";
import { waitUntil } from "../../testing/waitUntil.ts";
import { checkListeners } from "../checkListeners.ts";
import { checkOwnId } from "../checkPeers.ts";
import { configWith, type Effect, shownBy } from "./effect.ts";

const friend = new Uint8Array(32).fill(9);
const stranger = new Uint8Array(32).fill(8);
const origin = "https://a.example";
const settings = {
  p2p: { external_addr: "198.51.100.9:1234", rpc_mode: true, rpc_allow: [ed25519.publicKey(friend).toHex()] },
  rpc: { enabled: true, allowed_hosts: ["127.0.0.1", "node.example"] },
  jsonrpc: {
    cors_origins: [origin],
    allowed_hosts: ["127.0.0.1", "node.example"],
    namespaces: ["eth", "net", "txpool"],
  },
  metrics: { enabled: true },
};

/** Effects that a running node shows: one network of a single validator, started when the first of them is checked. */
export function nodeEffects(): { readonly effects: readonly Effect[]; close(): Promise<void> } {
  let started: Promise<TestNetwork> | undefined;
  const node = (): Promise<TestNetwork> => {
    started ??= TestNetwork.generate(1, { settings }).then(async (net) => {
      await net.start();
      return net;
    });
    return started;
  };
  const shows = (key: string, check: (net: TestNetwork) => Promise<void>): Effect => ({
    key,
    check: async () => check(await node()),
  });
  const effects = [
    ...listenerEffects(shows),
    ...jsonRpcEffects(shows),
    ...tlsEffects(),
    shows("mempool.persist", persists),
  ];
  return { effects, close: async () => (await started)?.close() };
}

type Shows = (key: string, check: (net: TestNetwork) => Promise<void>) => Effect;

function listenerEffects(shows: Shows): readonly Effect[] {
  return [
    shows("p2p.listen_addr", async (net) => void (await helloFrom(net.ports.p2p))),
    shows("p2p.external_addr", async (net) => {
      assert.deepEqual((await helloFrom(net.ports.p2p)).listenAddresses, ["198.51.100.9:1234"]);
    }),
    shows("p2p.rpc_allow", async (net) => {
      await helloFrom(net.ports.p2p);
      await assert.rejects(helloFrom(net.ports.p2p, stranger), /no hello|closed before a hello|ECONNRESET/);
    }),
    shows("rpc.listen_addr", async (net) => assert.ok((await get(net.ports.grpc, {})).status > 0)),
    shows("rpc.allowed_hosts", async (net) => {
      const of = async (host: string) => (await get(net.ports.grpc, { host })).status;
      assert.notEqual(await of("node.example"), await of("evil.example"));
      assert.equal(await of("evil.example"), 403);
    }),
    shows("rpc.enabled", async (net) =>
      assert.ok(net.config(0).rpc.enabled && (await get(net.ports.grpc, {})).status > 0),
    ),
    {
      key: "rpc.peer_id",
      check: () => {
        const identity = { ed25519: { publicKey: new Uint8Array(32).fill(0xab) } };
        for (const id of [3, "3", "abababab", "ab".repeat(32)])
          checkOwnId(configWith({ "rpc.peer_id": id }), 3, identity);
        for (const id of [4, "abab", "ac".repeat(32)]) {
          assert.throws(() => checkOwnId(configWith({ "rpc.peer_id": id }), 3, identity), /rpc\.peer_id/);
        }
      },
    },
    shows("metrics.enabled", async (net) => assert.equal((await get(net.ports.metrics, {}, "/healthz")).status, 200)),
    shows("metrics.listen_address", async (net) => {
      assert.match((await get(net.ports.metrics, {}, "/metrics")).body, /kairos_consensus_current_view/);
    }),
    shows("p2p.validators", async (net) => {
      const ghost = { ed25519_public_key: "99".repeat(32), address: "127.0.0.1:1" };
      const { checkPeers } = await import("../checkPeers.ts");
      const { readGenesis } = await import("../../run/loadGenesis.ts");
      const { validators } = readGenesis(net.made.genesisPath);
      assert.deepEqual(checkPeers(net.config(0), validators), []);
      assert.match(checkPeers(configWith({ "p2p.validators": [ghost] }), validators)[0]!, /no validator/);
    }),
    shows("health.stall_after", async (net) => {
      await waitUntil("ready", 10_000, () => net.node(0).readiness().ready);
      const facts = { ...net.node(0).kairos!.facts(), silentMs: 5_000 };
      const judge = (stallAfterMs: number) => net.node(0).kairos!.role.readiness({ ...facts, stallAfterMs }).ready;
      const { health, consensus } = net.config(0);
      assert.equal(facts.stallAfterMs, health.stallAfter + consensus.emptyBlockInterval);
      assert.deepEqual([judge(4_000), judge(6_000)], [false, true]);
    }),
  ];
}

function jsonRpcEffects(shows: Shows): readonly Effect[] {
  return [
    shows("jsonrpc.listen_addr", async (net) => assert.equal(await net.call(0, "net_version"), "52470")),
    shows("jsonrpc.enabled", async (net) => {
      assert.ok(net.node(0).rpcPort !== undefined && net.config(0).jsonrpc.enabled);
      const { startJsonRpc } = await import("../../api/startJsonRpc.ts");
      const off = configWith({ "jsonrpc.enabled": false }).jsonrpc;
      assert.equal(await startJsonRpc(off, undefined as never), undefined);
    }),
    shows("jsonrpc.cors_origins", async (net) => {
      const of = async (from: string) => (await get(net.ports.jsonRpc, { origin: from })).allowOrigin;
      assert.deepEqual([await of(origin), await of("https://b.example")], [origin, undefined]);
    }),
    shows("jsonrpc.allowed_hosts", async (net) => {
      const of = async (host: string) => (await get(net.ports.jsonRpc, { host })).status;
      assert.notEqual(await of("node.example"), 403);
      assert.equal(await of("evil.example"), 403);
    }),
    shows("jsonrpc.namespaces", async (net) => {
      await assert.rejects(net.call(0, "web3_clientVersion"), /namespace web3 is disabled/);
    }),
    shownBy("jsonrpc.max_batch", "api/startJsonRpc.ts", ["node/jsonRpc.test.ts", "keeps every other limit"]),
  ];
}

/** Without TLS a listener that others reach is refused unless plaintext is allowed; `checkListeners` is part of loading. */
function tlsEffects(): readonly Effect[] {
  const address = { rpc: "listen_addr", jsonrpc: "listen_addr", admin: "listen_addr", metrics: "listen_address" };
  const all = { ...address, visualizer: "listen_address" };
  return Object.entries(all).map(([section, name]) => ({
    key: `${section}.allow_plaintext`,
    check: () => {
      const open = { [`${section}.enabled`]: true, [`${section}.${name}`]: "0.0.0.0:0" };
      assert.throws(
        () => configWith({ ...open, ...(section === "admin" && { "admin.token_file": "/t" }) }),
        /plaintext/,
      );
      const allowed = configWith({
        ...{ ...open, [`${section}.allow_plaintext`]: true },
        ...(section === "admin" && { "admin.token_file": "/t" }),
      });
      assert.deepEqual(checkListeners(allowed), []);
    },
  }));
}

/** A transaction that waits for an earlier one is there after a restart, and not when the pool is not kept. */
async function persists(net: TestNetwork): Promise<void> {
  const [payer, other] = net.payers as [TestNetwork["payers"][0], TestNetwork["payers"][0]];
  payer.nonce = 3n;
  await net.call(0, "eth_sendRawTransaction", payer.pay(other.address).raw);
  const queued = async () => Number(((await net.call(0, "txpool_status")) as { queued: string }).queued);
  assert.equal(await queued(), 1);
  await net.stop(0);
  await net.start();
  await waitUntil("the transaction is back", 5_000, async () => (await queued()) === 1);
  await net.stop(0);
  appendFileSync(net.made.nodes[0]!.configPath, "\n[mempool]\npersist = false\n");
  await net.start();
  await net.reaches(net.height(0) + 2);
  assert.equal(await queued(), 0);
}

interface Answer {
  readonly status: number;
  readonly allowOrigin: string | undefined;
  readonly body: string;
}

function get(port: number, headers: Record<string, string>, path = "/"): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, headers, agent: false }, (response) => {
      let body = "";
      response.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      response.on("end", () => {
        const { statusCode, headers: shown } = response;
        resolve({ status: statusCode ?? 0, allowOrigin: shown["access-control-allow-origin"], body });
      });
    });
    asked.on("error", reject);
    asked.end();
  });
}

/** The first frame that a node sends on a new link. */
async function helloFrom(port: number, secret = friend): Promise<Hello> {
  const { keyPem: key, certificatePem: cert } = makeTlsIdentity(secret);
  const options = { host: "127.0.0.1", port, key, cert, rejectUnauthorized: false };
  const socket = connect({ ...options, ALPNProtocols: ["kairos-bulk/1"] });
  try {
    const chunk = await new Promise<Buffer>((resolve, reject) => {
      socket.once("data", resolve);
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("closed before a hello")));
    });
    assert.equal(chunk[5], 0x00, "the first frame is no hello");
    const hello = decodeHello(new Uint8Array(chunk.subarray(22)));
    assert.ok(hello.ok, JSON.stringify(hello));
    return hello.value;
  } finally {
    socket.destroy();
  }
}
