import { healthJson, type KratosBackend } from "@polis/kratos";
import { programVersion } from "../../programVersion.ts";
import { createHealthServer, type HealthServer } from "../../telemetry/healthServer.ts";
import { startProcessGauges } from "../../telemetry/processGauges.ts";
import type { KratosMetrics } from "./kratosMetrics.ts";

/**
 * Serves `/metrics`, `/healthz` and `/readyz` (kratos-core 15, `--prometheus-port`). Ready is a node that is synced and has
 * peers.
 * @param backend undefined while the node joins a chain
 * @throws the listen error of node:net
 */
export async function startKratosMetrics(
  listen: { readonly host: string; readonly port: number },
  { registry }: KratosMetrics,
  backend: () => KratosBackend | undefined,
): Promise<HealthServer> {
  const server = await createHealthServer(listen, registry, () => {
    const node = backend();
    if (node === undefined) return { ready: false, details: ["chain: joining"] };
    const { healthy, isSynced, peerCount, blockHeight } = healthJson(node);
    return {
      ready: healthy === true,
      details: [`sync: ${isSynced === true ? "done" : "catching up"}`, `peers: ${peerCount}`, `height: ${blockHeight}`],
    };
  });
  const gauges = startProcessGauges(registry, programVersion());
  return {
    address: server.address,
    close: () => {
      gauges.stop();
      return server.close();
    },
  };
}
