import { randomBytes } from "node:crypto";
import type { Digest, Result } from "@polis/codec";
import {
  createApiEvents,
  createBackend,
  createCallWorld,
  createLedgerEvm,
  type KairosBackend,
  kairosApi,
  kairosSubscriptions,
  type NodeStatus,
  runJob,
  type StoredHeader,
  type TransactionFault,
} from "@polis/kairos";
import { type ConnectServer, createJsonRpcServer } from "@polis/rpc";
import { systemClock } from "../node/clock.ts";
import { type DevAccount, deriveAccounts, deriveFaucet, wellKnownMnemonic } from "./accounts/deriveAccounts.ts";
import { DevChain, devLeniency } from "./chain/devChain.ts";
import { createIntervalMiner } from "./chain/intervalMiner.ts";
import { type OpenDevStore, openDevStore } from "./chain/openDevStore.ts";
import { startDevGrpc } from "./devGrpc.ts";
import type { DevNode } from "./devNode.ts";
import { type DevVisualizer, startDevVisualizer } from "./devVisualizer.ts";
import { devMethods } from "./methods/devMethods.ts";
import { Keyring } from "./signing/keyring.ts";

/** What `kairos dev` was asked for; absent members have the defaults of its help text. */
export interface DevOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Default 31337, or that of the data directory. */
  readonly chainId?: number | undefined;
  readonly hardfork?: "prague" | "osaka" | undefined;
  readonly mnemonic?: string | undefined;
  readonly accounts?: number | undefined;
  /** Whole USDC of each account. */
  readonly balanceUsdc?: bigint | undefined;
  /** Seconds between blocks; undefined makes a block for each transaction. */
  readonly blockTimeS?: number | undefined;
  /** Blocks only on demand. */
  readonly manual?: boolean | undefined;
  /** Keeps the chain here; in memory by default. */
  readonly dataDir?: string | undefined;
  readonly clientVersion: string;
  /** Serves the visualizer on this port; 0 takes a free one, undefined leaves it out. */
  readonly visualizerPort?: number | undefined;
  /** Serves gRPC on this port; 0 takes a free one, undefined leaves it out. */
  readonly grpcPort?: number | undefined;
  readonly onBlock?: ((block: StoredHeader) => void) | undefined;
  /** The chain cannot go on. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
}

/** A development node that serves. */
export interface RunningDev {
  readonly url: string;
  readonly wsUrl: string;
  readonly visualizerUrl: string | undefined;
  readonly grpcUrl: string | undefined;
  readonly chainId: number;
  readonly accounts: readonly DevAccount[];
  readonly balanceUsdc: bigint;
  readonly mnemonic: string;
  /** Ends it within a second; what is in memory is gone. */
  close(): Promise<void>;
}

/**
 * Starts a chain with one validator and instant blocks, and serves it with every namespace and the development methods.
 * Its keys are public, so it refuses to be anything but the network `local` (kairos K6).
 * @throws UserError for a data directory of another network; the listen error of an address that is taken
 */
export async function startDev(options: DevOptions): Promise<RunningDev> {
  const mnemonic = options.mnemonic ?? wellKnownMnemonic;
  const accounts = deriveAccounts(mnemonic, options.accounts ?? 10);
  const balanceUsdc = options.balanceUsdc ?? 10_000n;
  const faucet = deriveFaucet(mnemonic);
  const opened = await openDevStore({
    ...{ dataDir: options.dataDir, chainId: options.chainId, hardfork: options.hardfork ?? "prague", accounts, faucet },
    balance: balanceUsdc * 10n ** 18n,
    timestampS: Math.floor(Date.now() / 1000),
  });
  let visualizer: DevVisualizer | undefined;
  const { chain, backend } = await openChain(opened, {
    ...options,
    onBlock: (block) => {
      visualizer?.onBlock(block);
      options.onBlock?.(block);
    },
  });
  const miner = createIntervalMiner(
    () => chain.mine(),
    (error) => options.onFailure?.(error),
  );
  const keyring = new Keyring(accounts);
  const node: DevNode = { chain, backend, keyring, faucet, miner, instanceId: crypto.randomUUID() };
  if (options.blockTimeS !== undefined) miner.set(options.blockTimeS * 1_000);
  chain.automine = options.blockTimeS === undefined && options.manual !== true;
  const isLocal = ["127.0.0.1", "localhost", "::1"].includes(options.host);
  const closeAll = async () => {
    miner.set(0);
    await visualizer?.close();
    await chain.settled();
    await opened.close();
  };
  const server = await createJsonRpcServer<KairosBackend>({
    methods: { ...kairosApi, ...kairosSubscriptions, ...devMethods(node) },
    context: backend,
    listen: { host: options.host, port: options.port },
    limits: { rateLimitPerSecond: 0, maxBatch: 1_000, maxRequestBytes: 32 * 1024 * 1024 },
    corsOrigins: ["*"],
    ...(isLocal ? {} : { allowedHosts: ["*"] }),
  }).catch(async (error: unknown) => {
    await closeAll();
    throw error;
  });
  if (options.visualizerPort !== undefined) {
    visualizer = await startDevVisualizer(options.host, options.visualizerPort, chain.reader).catch(async (error) => {
      await server.close();
      await closeAll();
      throw error;
    });
  }
  let grpc: ConnectServer | undefined;
  if (options.grpcPort !== undefined) {
    const listen = { host: options.host, port: options.grpcPort };
    grpc = await startDevGrpc(listen, chain, backend, opened.store).catch(async (error: unknown) => {
      await server.close();
      await closeAll();
      throw error;
    });
  }
  const { port } = server.address;
  const name = options.host.includes(":") ? `[${options.host}]` : options.host;
  return {
    url: `http://${name}:${port}`,
    wsUrl: `ws://${name}:${port}`,
    visualizerUrl: visualizer?.url,
    grpcUrl: grpc === undefined ? undefined : `http://${name}:${grpc.address.port}`,
    chainId: Number(backend.params.chainId),
    accounts,
    balanceUsdc,
    mnemonic,
    close: async () => {
      miner.set(0);
      await Promise.all([server.close(), grpc?.close()]);
      await closeAll();
    },
  };
}

async function openChain(opened: OpenDevStore, options: DevOptions) {
  const { genesis, store, freshStore } = opened;
  const startedMs = performance.now();
  const events = createApiEvents();
  const clock = systemClock;
  const chain = await DevChain.open({
    genesis,
    store,
    ...(freshStore === undefined ? {} : { freshStore }),
    wallMs: () => clock.wallMs(),
    monotonicMs: () => clock.monotonicMs(),
    onFinal: (block) => {
      const { header, digest } = block;
      const event = {
        epoch: header.extra.epoch,
        view: header.extra.view,
        seenMs: clock.wallMs(),
        certificate: undefined,
      };
      events.publish({ what: "notarized", ...event, digest, height: header.number });
      events.publish({ what: "finalized", ...event, digest, height: header.number });
      events.publish({ what: "final", digest, height: header.number });
      options.onBlock?.(block);
    },
    onPooled: (hash) => events.publish({ what: "pooled", hash }),
  });
  const status = (): NodeStatus => ({
    network: genesis.network,
    role: "validator",
    currentView: chain.head.header.extra.view,
    finalizedView: chain.head.header.extra.view,
    peers: 0,
    requiredPeers: 0,
    mempool: chain.ledger.pool.status(),
    uptimeMs: Math.floor(performance.now() - startedMs),
    syncingTo: undefined,
  });
  // Calls have an engine of their own: a block may be in the making while one is answered.
  const world = { ...createCallWorld(chain.reader, createLedgerEvm(genesis.params)), leniency: devLeniency };
  const backend = createBackend({
    reader: chain.reader,
    genesis,
    clientVersion: options.clientVersion,
    submit: (envelope) => chain.submit(envelope) as Promise<Result<Digest, TransactionFault>>,
    // Nobody votes here, so there are no certificates.
    finalityProof: () => undefined,
    status,
    run: async (job) => runJob(world, job),
    events,
    facts: { info: () => ({ insecure: true, dev: true }) },
    limits: { callGasCap: genesis.params.block.gasLimit },
    nowMs: () => performance.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      timer.unref();
      return () => clearTimeout(timer);
    },
    nextTimestampS: () => chain.clock.peek(chain.head.header.timestampS),
    newId: () => `0x${randomBytes(16).toString("hex")}`,
  });
  return { chain, backend };
}
