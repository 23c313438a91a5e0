import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Logger } from "@polis/ports";
import { loadConfig } from "../config/loadConfig.ts";
import type { Config } from "../config/schema.ts";
import { type GeneratedNetwork, generateNetwork, type NetworkRequest } from "../genesis/generateNetwork.ts";
import { ValidatorIdentity } from "../library/validatorIdentity.ts";
import { ValidatorNode, type ValidatorNodeOptions } from "../library/validatorNode.ts";
import { createRpcClient, type RpcClient } from "../localnet/load/rpcClient.ts";
import { createMetrics, type MetricsRegistry } from "../telemetry/metrics.ts";
import { freePorts } from "./freePorts.ts";
import { Payer } from "./payer.ts";
import { waitUntil } from "./waitUntil.ts";

interface Running {
  readonly node: ValidatorNode;
  readonly metrics: MetricsRegistry;
}

const quiet = { log: () => undefined };

/** Validators of one generated network inside this process: real disks in a temporary folder, real sockets. */
export class TestNetwork {
  readonly dir: string;
  readonly made: GeneratedNetwork;
  readonly ports: { readonly p2p: number; readonly jsonRpc: number; readonly metrics: number; readonly grpc: number };
  readonly payers: readonly Payer[];
  /** Everything that the running nodes called a failure. */
  readonly failures: unknown[] = [];
  /** Every contradiction that any running node has seen: must stay empty among correct validators. */
  readonly evidence: unknown[] = [];
  readonly #running = new Map<number, Running>();
  readonly #clients = new Map<number, RpcClient>();

  /** Writes the files of a network of n validators; nothing runs yet. */
  static async generate(n: number, request: Partial<NetworkRequest> = {}): Promise<TestNetwork> {
    const base = await freePorts(4 * n + 2);
    return new TestNetwork(n, base, request);
  }

  private constructor(n: number, base: number, request: Partial<NetworkRequest>) {
    this.dir = mkdtempSync(join(tmpdir(), "kairos-net-"));
    this.ports = { p2p: base, jsonRpc: base + n, metrics: base + 2 * n, grpc: base + 3 * n + 2 };
    this.made = generateNetwork({
      f: Math.floor((n - 1) / 5),
      accounts: 8,
      basePorts: this.ports,
      ...request,
      dir: join(this.dir, "net"),
      n,
      settings: {
        jsonrpc: { rate_limit_per_second: 0 },
        rpc: { enabled: false },
        workers: { signature: 0 },
        consensus: { n, f: Math.floor((n - 1) / 5), empty_block_interval: "20ms", view_timeout: "1s" },
        metrics: { enabled: false },
        logging: { level: "error" },
        ...request.settings,
      },
    });
    this.payers = this.made.accounts.map(({ secret }) => new Payer(secret, BigInt(this.made.chainId)));
  }

  get n(): number {
    return this.made.nodes.length;
  }

  config(index: number): Config {
    return loadConfig({ path: this.made.nodes[index]!.configPath });
  }

  /** Starts validators; all of them by default. */
  async start(
    indexes = this.made.nodes.map(({ index }) => index),
    options: ValidatorNodeOptions = {},
    logger: Logger = quiet,
  ): Promise<void> {
    await Promise.all(indexes.map((index) => this.#startOne(index, options, logger)));
  }

  async #startOne(index: number, options: ValidatorNodeOptions, logger: Logger): Promise<void> {
    const config = this.config(index);
    const metrics = createMetrics({ unknown: "throw" });
    const node = await ValidatorNode.fromConfig(config, await ValidatorIdentity.open(config), logger, {
      ...options,
      metrics,
    });
    node.on("error", (error) => this.failures.push(error));
    node.on("evidence", (evidence) => this.evidence.push(evidence));
    this.#running.set(index, { node, metrics });
  }

  node(index: number): ValidatorNode {
    return this.#of(index).node;
  }

  metrics(index: number): MetricsRegistry {
    return this.#of(index).metrics;
  }

  height(index: number): number {
    return this.node(index).finalizedHeight ?? -1;
  }

  /** One JSON-RPC call. @throws Error with the node's message */
  async call(index: number, method: string, ...params: readonly unknown[]): Promise<unknown> {
    let client = this.#clients.get(index);
    if (client === undefined) {
      client = createRpcClient(this.ports.jsonRpc + index);
      this.#clients.set(index, client);
    }
    const [answer] = await client.batch([{ method, params }]);
    if (answer?.ok !== true) throw new Error(`${method}: ${answer?.message}`);
    return answer.result;
  }

  /** Resolves when the given validators have finalized a height; all running ones by default. */
  async reaches(height: number, timeoutMs = 15_000, indexes = [...this.#running.keys()]): Promise<void> {
    const heights = () => indexes.map((index) => this.height(index));
    await waitUntil(`height ${height} at ${indexes.join(", ")}`, timeoutMs, () => heights().every((h) => h >= height));
  }

  async stop(index: number): Promise<void> {
    const { node } = this.#of(index);
    this.#running.delete(index);
    // A later call must not meet a connection that ended with the node.
    this.#clients.get(index)?.close();
    this.#clients.delete(index);
    await node.shutdown(10_000);
  }

  /** Forgets a validator's disk; its keys stay. */
  wipe(index: number): void {
    rmSync(this.config(index).storage.path, { recursive: true });
  }

  genesisText(): string {
    return readFileSync(this.made.genesisPath, "utf8");
  }

  async close(): Promise<void> {
    for (const client of this.#clients.values()) client.close();
    await Promise.allSettled([...this.#running.keys()].map((index) => this.stop(index)));
    rmSync(this.dir, { recursive: true, force: true });
  }

  #of(index: number): Running {
    const running = this.#running.get(index);
    if (running === undefined) throw new Error(`validator ${index} does not run`);
    return running;
  }
}
