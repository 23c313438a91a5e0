import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { generateNetwork } from "../genesis/generateNetwork.ts";
import { createLoadAccounts, type LoadKind, loadOrCreateKeys } from "./load/loadAccounts.ts";
import type { LocalNetwork } from "./runLocalnet.ts";

export interface PrepareOptions {
  readonly dir: string;
  readonly n: number;
  readonly f: number;
  readonly scheme: "multisig" | "threshold";
  readonly rpcPort: number;
  readonly p2pPort: number;
  readonly metricsPort: number;
  /** gRPC of validator 0; 0 or absent switches gRPC off. */
  readonly grpcPort?: number;
  /** Shortest time between blocks: longer makes fewer, larger blocks (kairos R8). */
  readonly blockIntervalMs: number;
  /** Accounts that pay each other. */
  readonly accounts: number;
  /** What they send; payments by default. */
  readonly load?: LoadKind;
  /** Forget an earlier network in this folder. */
  readonly clean: boolean;
}

/** What must be equal for an earlier network to go on. */
interface Plan {
  readonly n: number;
  readonly f: number;
  readonly scheme: string;
  readonly rpcPort: number;
  readonly p2pPort: number;
  readonly metricsPort: number;
  readonly blockIntervalMs: number;
  readonly chainId: number;
  readonly load?: LoadKind;
  readonly grpcPort?: number;
}

/** Where `kairos localnet` serves gRPC unless told otherwise (kairos 18.3). */
export const defaultGrpcPort = 50_051;
const PLAN = "localnet.json";
const CHAIN_ID = 52_470;
/** A million USDC for each paying account, 10^-18 USDC. */
const BALANCE = 1_000_000n * 10n ** 18n;

/**
 * Makes the files of a local network, or goes on with the ones of an earlier run.
 * @throws UserError when the folder holds a network of another shape
 */
export function prepareNetwork(options: PrepareOptions): LocalNetwork {
  const { dir, n, f, scheme, rpcPort, p2pPort, metricsPort, blockIntervalMs, load } = options;
  const grpcPort = options.grpcPort ?? 0;
  const plan: Plan = {
    n,
    f,
    scheme,
    rpcPort,
    p2pPort,
    metricsPort,
    blockIntervalMs,
    chainId: CHAIN_ID,
    ...kept(load, grpcPort),
  };
  if (options.clean) rmSync(dir, { recursive: true, force: true });
  const planFile = join(dir, PLAN);
  const keysFile = join(dir, "load-accounts.json");
  if (existsSync(planFile)) {
    if (readFileSync(planFile, "utf8") !== planText(plan)) {
      const hint = "add --clean to start afresh, or give the same --n, --f, --scheme and ports as before";
      throw new UserError("LOCALNET_OTHER", `${dir} holds a local network of another shape`, hint);
    }
    return describe(options, createLoadAccounts(loadOrCreateKeys(keysFile, 0, load), BigInt(CHAIN_ID), load));
  }
  // A folder without a plan is what an interrupted preparation left.
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const keys = loadOrCreateKeys(keysFile, options.accounts, load);
  generateNetwork({
    ...{ dir, n, f, scheme, chainId: CHAIN_ID },
    basePorts: { p2p: p2pPort, jsonRpc: rpcPort, metrics: metricsPort, grpc: grpcPort },
    alloc: Object.fromEntries(keys.addresses.map((address) => [address, BALANCE])),
    settings: {
      // One client drives all payments of a local network, so a limit per client would be a limit of the network.
      jsonrpc: { rate_limit_per_second: 0 },
      ...(grpcPort === 0 ? { rpc: { enabled: false } } : {}),
      consensus: { min_block_interval: `${blockIntervalMs}ms` },
      workers: { signature: signatureThreads(n) },
    },
  });
  writeFileSync(planFile, planText(plan));
  return describe(options, createLoadAccounts(keys, BigInt(CHAIN_ID), load));
}

/** Payments and the usual port are the default and not written down, so that a network of an earlier version goes on. */
function kept(load: LoadKind | undefined, grpcPort: number): Pick<Plan, "load" | "grpcPort"> {
  return {
    ...(load === undefined || load === "payments" ? {} : { load }),
    ...(grpcPort === defaultGrpcPort ? {} : { grpcPort }),
  };
}

/** Validators that share the cores of one computer verify in their own thread; a single one uses the other core. */
function signatureThreads(n: number): number {
  return n === 1 ? 1 : 0;
}

function planText(plan: Plan): string {
  return `${JSON.stringify(plan, undefined, 2)}\n`;
}

function describe({ dir, n, rpcPort }: PrepareOptions, accounts: LocalNetwork["accounts"]): LocalNetwork {
  const nodes = Array.from({ length: n }, (_, i) => ({
    configFile: join(dir, `node${i}`, "config.toml"),
    rpcPort: rpcPort + i,
  }));
  return { dir, nodes, accounts };
}
