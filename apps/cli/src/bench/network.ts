import { join } from "node:path";
import { UserError } from "../errors.ts";
import { checkPorts } from "../localnet/checkPorts.ts";
import type { LoadKind } from "../localnet/load/loadAccounts.ts";
import { prepareNetwork } from "../localnet/prepareNetwork.ts";
import { type LocalNetwork, type LocalnetObserver, type LocalnetReport, runLocalnet } from "../localnet/runLocalnet.ts";
import type { BenchContext } from "./types.ts";

/** First ports of one local network: validator i takes the one i further. */
export interface PortBases {
  readonly rpcPort: number;
  readonly p2pPort: number;
  readonly metricsPort: number;
  readonly grpcPort: number;
  readonly visualizerPort: number;
}

/** Below the range from which the operating system takes ports by itself. */
const FIRST_PORT = 20_000;
const BLOCK = 80;
const BLOCKS = 120;

/**
 * Finds ports that nobody listens on, for up to 15 validators: a benchmark must not disturb a network that runs.
 * @throws Error when every range is taken
 */
export async function freePorts(n: number): Promise<PortBases> {
  // Two benchmarks at the same time start their search at different places.
  for (let i = 0; i < BLOCKS; i++) {
    const rpcPort = FIRST_PORT + ((process.pid + i) % BLOCKS) * BLOCK;
    const bases = {
      rpcPort,
      p2pPort: rpcPort + 16,
      metricsPort: rpcPort + 32,
      grpcPort: rpcPort + 48,
      visualizerPort: rpcPort + 64,
    };
    const ports = Object.values(bases).flatMap((base) => Array.from({ length: n + 1 }, (_, k) => base + k));
    try {
      await checkPorts(ports);
      return bases;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
  throw new Error("no free ports for a local network between 20000 and 29600");
}

/** As `kairos localnet` has it. */
const BLOCK_INTERVAL_MS = 50;

/** Prepares a fresh network of n validators in the benchmark's folder, with JSON-RPC and metrics only. */
export async function freshNetwork(context: BenchContext, n: number, load?: LoadKind): Promise<LocalNetwork> {
  return networkAt(context, n, { ...(await freePorts(n)), grpcPort: 0 }, load);
}

/** The same at ports that the caller knows; `grpcPort` 0 leaves gRPC off. */
export function networkAt(context: BenchContext, n: number, ports: PortBases, load?: LoadKind): LocalNetwork {
  const { rpcPort, p2pPort, metricsPort, grpcPort } = ports;
  const plan = {
    dir: join(context.dir, "net"),
    n,
    f: Math.floor((n - 1) / 5),
    scheme: "multisig" as const,
    ...{ rpcPort, p2pPort, metricsPort, grpcPort },
    blockIntervalMs: BLOCK_INTERVAL_MS,
    accounts: 1_000,
    clean: true,
    ...(load === undefined ? {} : { load }),
  };
  return prepareNetwork(plan);
}

/** What a network is asked to bear, and for how long. */
export interface NetworkLoad {
  readonly ratePerSecond: number;
  readonly inFlightMax: number;
  readonly seconds: number;
  /** Before the measured seconds. */
  readonly warmUpSeconds?: number;
  readonly observer?: LocalnetObserver;
  /** Ports of the visualizers, by validator; none by default. */
  readonly visualizers?: readonly number[];
  /** More environment for every validator: `NODE_SECTION__KEY`. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a network under load for a while; its processes have ended when this resolves. */
export function runNetwork(
  { program, signal, say }: BenchContext,
  network: LocalNetwork,
  load: NetworkLoad,
): Promise<LocalnetReport> {
  const { ratePerSecond, inFlightMax, seconds, warmUpSeconds, observer, visualizers, env } = load;
  return runLocalnet({
    ...{ network, program, signal, say, ratePerSecond, inFlightMax, visualizers, env },
    durationS: seconds,
    warmUpS: warmUpSeconds,
    display: undefined,
    ...(observer === undefined ? {} : { observer }),
  });
}
