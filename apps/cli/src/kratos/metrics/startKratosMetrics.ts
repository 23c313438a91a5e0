import type { KratosBackend } from "@polis/kratos";
import { createHealthServer, type HealthServer } from "../../telemetry/healthServer.ts";
import type { KratosMetrics } from "./kratosMetrics.ts";

/**
 * Serves `/metrics`, `/healthz` and `/readyz` (kratos-core 15, `--prometheus-port`). Ready is a node that is synced and has
 * peers.
 * @param backend undefined while the node joins a chain
 * @throws the listen error of node:net
 */
export async function startKratosMetrics(
  _listen: { readonly host: string; readonly port: number },
  _metrics: KratosMetrics,
  _backend: () => KratosBackend | undefined,
): Promise<HealthServer> {
  void createHealthServer;
  throw new Error("not written yet");
}
