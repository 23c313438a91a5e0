import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { WebSocket } from "ws";
import { makeCertificate, noOpenssl } from "../testing/makeCertificate.ts";
import { TestNetwork } from "../testing/network.ts";
import { waitUntil } from "../testing/waitUntil.ts";
import { tlsOf } from "./tlsOf.ts";

const skip = noOpenssl;

function certificate(t: TestContext) {
  const dir = mkdtempSync(join(tmpdir(), "kairos-tls-"));
  t.after(() => rmSync(dir, { recursive: true }));
  return makeCertificate(dir);
}

function ask(port: number, ca: Buffer, path: string, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/json" };
    const method = body === undefined ? "GET" : "POST";
    const sent = request({ host: "localhost", port, ca, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve(text));
    });
    sent.on("error", reject).end(body);
  });
}

test("a node speaks TLS on JSON-RPC, metrics and visualizer when its keys say so", { skip }, async (t) => {
  const { cert, key } = certificate(t);
  const tls = { tls_cert: cert, tls_key: key };
  const network = await TestNetwork.generate(1, {
    settings: {
      jsonrpc: tls,
      metrics: { enabled: true, ...tls },
      visualizer: { enabled: true, listen_address: "127.0.0.1:0", ...tls },
    },
  });
  t.after(() => network.close());
  await network.start();
  await network.reaches(1);
  const ca = readFileSync(cert);
  const { jsonRpc, metrics } = network.ports;
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId", params: [] });
  assert.equal(JSON.parse(await ask(jsonRpc, ca, "/", body)).result, "0xccf6");
  assert.match(await ask(metrics, ca, "/metrics"), /kairos_listener_connections\{listener="metrics"\} 1/);
  const state = await ask(network.node(0).visualizerPort!, ca, "/api/health");
  assert.equal(JSON.parse(state).node_n, 1);
  const trusting: object = { ca };
  const socket = new WebSocket(`wss://localhost:${jsonRpc}`, trusting);
  const answer = new Promise<string>((resolve) => socket.on("message", (data: Buffer) => resolve(data.toString())));
  await new Promise((resolve) => socket.once("open", resolve));
  socket.send(body);
  assert.equal(JSON.parse(await answer).result, "0xccf6");
  socket.terminate();
  const plain = connect(jsonRpc, "127.0.0.1");
  plain.on("error", () => undefined).resume();
  plain.write("POST / HTTP/1.1\r\n\r\n");
  await new Promise((resolve) => plain.once("close", resolve));
  const seen = () => network.metrics(0).value("listener_connections", { listener: "visualizer" });
  await waitUntil("the visualizer's thread tells of its connections", 5_000, () => seen() !== undefined);
});

test("a certificate that cannot be read is a person's mistake that names the key", () => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-tls-"));
  const [tlsCert, tlsKey] = [join(dir, "cert.pem"), join(dir, "none.pem")];
  writeFileSync(tlsCert, "text");
  assert.throws(() => tlsOf("metrics", { tlsCert, tlsKey }), { code: "TLS_FILE", message: /metrics\.tls_key/ });
  assert.equal(tlsOf("metrics", { tlsCert: undefined, tlsKey: undefined }), undefined);
  rmSync(dir, { recursive: true });
});
