import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "smol-toml";
import { createRpcClient, type RpcClient } from "./load/rpcClient.ts";
import type { NodeReport } from "./nodeReport.ts";
import { ValidatorProcess } from "./validatorProcess.ts";

/** Followers beside the validators of a local network. */
export interface LocalFollowersOptions {
  /** Folder of the network. */
  readonly dir: string;
  readonly program: string;
  readonly count: number;
  /** Validators: follower j takes the ports behind theirs. */
  readonly n: number;
  readonly rpcPort: number;
  readonly p2pPort: number;
  readonly metricsPort: number;
  /** gRPC of validator 0; 0 switches it off. */
  readonly grpcPort: number;
  /** Lines for a person. */
  readonly say: (line: string) => void;
}

interface Follower {
  readonly process: ValidatorProcess;
  readonly client: RpcClient;
  report: NodeReport | undefined;
}

/** What the validators of a network with followers need in their environment: they refuse followers by default (N16). */
export const followersEnv: Readonly<Record<string, string>> = { NODE_P2P__RPC_MODE: "true" };

/** The ports of follower j: those behind the validators' (kairos 18.3). */
export function followerPorts(
  options: Pick<LocalFollowersOptions, "n" | "rpcPort" | "p2pPort" | "metricsPort" | "grpcPort">,
  j: number,
) {
  const at = options.n + j;
  return {
    rpc: options.rpcPort + at,
    p2p: options.p2pPort + at,
    metrics: options.metricsPort + at + 1,
    grpc: options.grpcPort === 0 ? undefined : options.grpcPort + at,
  };
}

/** Runs followers as processes of their own, started again when they die. */
export class LocalFollowers {
  readonly #followers: readonly Follower[];

  constructor(options: LocalFollowersOptions) {
    this.#followers = Array.from({ length: options.count }, (_, j) => this.#create(options, j));
  }

  #create(options: LocalFollowersOptions, j: number): Follower {
    const folder = join(options.dir, `follower${j}`);
    const ports = followerPorts(options, j);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const configFile = join(folder, "config.toml");
    writeFileSync(configFile, `# Follower ${j} of the local network.\n\n${stringify(configOf(ports))}\n`);
    const process = new ValidatorProcess({
      program: options.program,
      args: ["rpc-run", "--config", configFile],
      logFile: join(folder, "node.log"),
      onReady: () => undefined,
      onReport: (report) => {
        follower.report = report;
      },
      onUnexpectedExit: (code, signal) => {
        follower.report = undefined;
        options.say(`follower ${j} ended (${signal ?? `code ${code}`}); starting it again`);
      },
    });
    const follower: Follower = { process, client: createRpcClient(ports.rpc), report: undefined };
    return follower;
  }

  start(): void {
    for (const { process } of this.#followers) process.start();
  }

  /** For comparing their chain with the validators'. */
  get clients(): readonly RpcClient[] {
    return this.#followers.map(({ client }) => client);
  }

  /** Last finalized height of each; undefined for one that has not reported. */
  get heights(): readonly (number | undefined)[] {
    return this.#followers.map(({ report }) => report?.finalizedHeight);
  }

  /** For the live table. */
  line(): string {
    return `followers: ${this.heights.map((height, j) => `${j} at ${height ?? "-"}`).join(", ")}`;
  }

  async stop(): Promise<void> {
    for (const { client } of this.#followers) client.close();
    await Promise.all(this.#followers.map(({ process }) => process.stop()));
  }
}

function configOf({ rpc, p2p, metrics, grpc }: ReturnType<typeof followerPorts>) {
  return {
    genesis: { path: "../genesis.json" },
    storage: { path: "data" },
    p2p: { listen_addr: `127.0.0.1:${p2p}` },
    jsonrpc: { listen_addr: `127.0.0.1:${rpc}`, rate_limit_per_second: 0 },
    rpc: grpc === undefined ? { enabled: false } : { listen_addr: `127.0.0.1:${grpc}` },
    metrics: { enabled: true, listen_address: `127.0.0.1:${metrics}` },
    workers: { signature: 0 },
  };
}
