import { join } from "node:path";
import { NodeConfig } from "../../library/nodeConfig.ts";
import { RpcNode } from "../../library/rpcNode.ts";
import { createRpcClient } from "../../localnet/load/rpcClient.ts";
import { createMetrics, type MetricsRegistry } from "../../telemetry/metrics.ts";
import type { TestNetwork } from "../../testing/network.ts";

/** A follower of a test network inside this process. */
export interface TestFollower {
  readonly node: RpcNode;
  readonly metrics: MetricsRegistry;
  /** Lines of its log, level first. */
  readonly log: string[];
  /** One JSON-RPC call. @throws Error with the node's message */
  call(method: string, ...params: readonly unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Starts a follower with a disk in the network's folder.
 * @param name of its data folder: the same name continues
 * @param p2p keys of its section `p2p` over the defaults
 * @param storage keys of its section `storage` beside the path
 */
export async function startFollower(
  net: Pick<TestNetwork, "dir" | "made">,
  name: string,
  p2p: Readonly<Record<string, unknown>> = {},
  storage: Readonly<Record<string, unknown>> = {},
): Promise<TestFollower> {
  const config = NodeConfig.fromObject({
    genesis: { path: net.made.genesisPath },
    storage: { path: join(net.dir, name), ...storage },
    p2p: { listen_addr: "127.0.0.1:0", ping_interval_ms: 100, ...p2p },
    jsonrpc: { listen_addr: "127.0.0.1:0", rate_limit_per_second: 0 },
    rpc: { enabled: false },
    workers: { signature: 0 },
  });
  const log: string[] = [];
  const metrics = createMetrics();
  const logger = { log: (level: string, message: string) => void log.push(`${level} ${message}`) };
  const node = await RpcNode.fromConfig(config, undefined, logger, { metrics });
  const client = createRpcClient(node.rpcPort!);
  return {
    node,
    metrics,
    log,
    call: async (method, ...params) => {
      const [answer] = await client.batch([{ method, params }]);
      if (answer?.ok !== true) throw new Error(`${method}: ${answer?.message}`);
      return answer.result;
    },
    stop: async () => {
      client.close();
      await node.shutdown(10_000);
    },
  };
}
