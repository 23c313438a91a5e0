import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Code, ConnectError } from "@connectrpc/connect";
import { NodeConfig } from "../library/nodeConfig.ts";
import { createMetrics } from "../telemetry/metrics.ts";
import { makeCertificate, noOpenssl } from "../testing/makeCertificate.ts";
import { createAdminClient } from "./adminClient.ts";
import type { AdminNode } from "./adminNode.ts";
import { startAdmin } from "./startAdmin.ts";

/** A certificate for a name that no listener here has. */
function certificate(dir: string, name: string): { readonly tls_cert: string; readonly tls_key: string } {
  const { cert, key } = makeCertificate(dir, name);
  return { tls_cert: cert, tls_key: key };
}

test("admin.tls_cert and tls_key: the client accepts this certificate and no other", {
  skip: noOpenssl,
}, async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "kairos-admin-tls-"));
  const configOf = (port: number, tls: object) =>
    NodeConfig.fromObject({
      storage: { path: join(dir, "data") },
      admin: { enabled: true, listen_addr: `127.0.0.1:${port}`, token_file: join(dir, "admin.token"), ...tls },
    });
  const tls = certificate(dir, "node.example");
  const metrics = createMetrics();
  metrics.count("admin_refused_total", 2, { reason: "wrong" });
  // Only the metrics are asked for: nothing else of a node is needed.
  const node = { config: configOf(0, tls), metrics, logger: { log: () => undefined } } as unknown as AdminNode;
  const server = await startAdmin(node);
  t.after(async () => {
    await server!.close();
    rmSync(dir, { recursive: true });
  });
  const { port } = server!.address;
  const { text } = await createAdminClient(configOf(port, tls).admin).getMetrics({ prefix: "kairos_admin" });
  assert.match(text, /^kairos_admin_refused_total\{reason="wrong"\} 2$/m);
  for (const wrong of [certificate(dir, "other.example"), {}]) {
    const client = createAdminClient(configOf(port, wrong).admin);
    await assert.rejects(client.getMetrics({}), (error) => ConnectError.from(error).code !== Code.Unauthenticated);
  }
});
