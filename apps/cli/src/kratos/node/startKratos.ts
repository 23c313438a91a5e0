import { seconds } from "@polis/codec";
import { type ChainTree, type KratosBackend, KratosNode } from "@polis/kratos";
import { slotAt } from "@polis/slots";
import { endWithin } from "../../library/endWithin.ts";
import { forModule, type LevelLogger } from "../../telemetry/logger.ts";
import { type ChainData, createChainData, openTree, type StoreHooks } from "../data/chainData.ts";
import { ClockFile } from "../data/clockFile.ts";
import { makeDataDirectory } from "../data/dataDirectory.ts";
import { openProducerStore } from "../data/producerStore.ts";
import { createKratosMetrics } from "../metrics/kratosMetrics.ts";
import { startKratosMetrics } from "../metrics/startKratosMetrics.ts";
import { kratosProtocol } from "../protocol.ts";
import { startKratosRpc } from "../rpc/startKratosRpc.ts";
import { startSeedClient } from "../seeds/startSeedClient.ts";
import { Closers } from "./closers.ts";
import { joinChain } from "./joinChain.ts";
import { LinkHost } from "./linkHost.ts";
import { openLocalChain } from "./localChain.ts";
import { NodeRunner } from "./nodeRunner.ts";
import { addKnownPeers, type Network, openNetwork } from "./openNetwork.ts";
import { createReportLog } from "./reportLog.ts";
import type { KratosRunOptions } from "./runOptions.ts";
import { SnapshotWork } from "./snapshotWork.ts";
import { warpChain } from "./warpChain.ts";

/** After a start that failed. */
const CLOSE_MS = 5_000;

/** What the program of a node hands over besides the options. */
export interface KratosHooks {
  readonly logger: LevelLogger;
  /** Ends an attempt to join. */
  readonly signal: AbortSignal;
  /** Told of what the node cannot go on after: a full disk, a broken invariant. */
  readonly onFailure: (error: unknown) => void;
}

/** A node that runs. */
export interface RunningKratos {
  readonly genesisHash: string;
  readonly peerId: string;
  readonly p2pAddresses: readonly string[];
  /** Undefined when JSON-RPC is off. */
  readonly rpcPort: number | undefined;
  /** What is being closed, while it closes. */
  readonly unfinished: readonly string[];
  /** Ends it in order: what is under way becomes durable (kratos-core 15). */
  close(): Promise<void>;
}

/**
 * Starts a whole node: data directory, network, joining where there is no chain yet, consensus, JSON-RPC, metrics, seeds.
 * @throws UserError, StorageError, P2pError or a listen error; everything that was opened is closed again
 */
export async function startKratos(options: KratosRunOptions, hooks: KratosHooks): Promise<RunningKratos> {
  const start = new Start(options, hooks);
  try {
    return await start.run();
  } catch (error) {
    // The failure is what is told; a part that does not close must not keep it back.
    await endWithin(CLOSE_MS, start.closers.close(), () => start.closers.unfinished).catch(() => undefined);
    throw error;
  }
}

class Start {
  readonly closers = new Closers();
  readonly #options: KratosRunOptions;
  readonly #hooks: KratosHooks;
  readonly #stores: StoreHooks;
  readonly #metrics = createKratosMetrics();
  readonly #link: LinkHost;
  #tree: ChainTree | undefined;
  #backend: KratosBackend | undefined;
  /** Once it has begun. */
  #runner: NodeRunner | undefined;

  constructor(options: KratosRunOptions, hooks: KratosHooks) {
    this.#options = options;
    this.#hooks = hooks;
    this.#stores = { onFailure: hooks.onFailure };
    const log = forModule(hooks.logger, "p2p");
    this.#link = new LinkHost(
      (level, message, fields) => log.log(level, message, fields),
      (peer, untilMs, code) => {
        if (this.#runner !== undefined) {
          this.#runner.banned(peer, untilMs, code);
          return;
        }
        log.log("warn", "a peer is banned", { peer, reason: code });
        this.#metrics.report({ kind: "fault", peer, code, action: "ban" });
      },
    );
  }

  async run(): Promise<RunningKratos> {
    const { closers } = this;
    makeDataDirectory(this.#options.data);
    await this.#serveMetrics();
    const local = await openLocalChain(this.#options, this.#stores);
    if (local !== undefined) closers.add("chain", () => local.storage.close());
    const network = await openNetwork(this.#options, this.#link, forModule(this.#hooks.logger, "p2p"), local?.genesis);
    closers.add("network", () => network.p2p.close());
    this.#followSeeds(network, local);
    const chain = local ?? (await this.#join());
    this.#tree = await openTree(chain);
    const runner = await this.#openNode(chain, this.#tree, network);
    const rpcPort = await this.#serveRpc(runner, network);
    runner.start();
    this.#runner = runner;
    return {
      ...{ genesisHash: chain.genesis.hash, peerId: network.p2p.id, p2pAddresses: network.p2p.addresses(), rpcPort },
      get unfinished() {
        return closers.unfinished;
      },
      close: () => closers.close(),
    };
  }

  async #join(): Promise<ChainData> {
    const { logger, signal } = this.#hooks;
    const { chainName, pin, data, sync } = this.#options;
    logger.log("info", "no chain here yet: asking peers for its genesis", {
      ...{ chain: chainName, pin: pin === undefined ? "none" : `0x${pin}` },
    });
    const { genesis, rows } = await joinChain(this.#link, this.#options, signal);
    const chain = await createChainData(data.db, genesis.record, this.#stores);
    this.closers.add("chain", () => chain.storage.close());
    if (rows.length > 0) await chain.storage.store.commit(rows);
    logger.log("info", "joined", { chain: genesis.record.chainName, genesis: `0x${genesis.hash}` });
    if (sync === "warp") await warpChain(this.#link, chain, forModule(logger, "warp"), signal);
    return chain;
  }

  async #openNode({ genesis, storage }: ChainData, tree: ChainTree, { p2p }: Network): Promise<NodeRunner> {
    const { validator, data, snapshotEvery } = this.#options;
    const { logger, onFailure } = this.#hooks;
    const producer = await openProducerStore(data, genesis.hash, validator?.account, onFailure);
    this.closers.add("producer", () => producer.close());
    const clockFile = new ClockFile(data.clockHealth, (error) =>
      logger.log("warn", "the clock record was not saved", { reason: String(error) }),
    );
    const snapshots = new SnapshotWork(tree, storage, snapshotEvery, onFailure);
    const node = new KratosNode({
      snapshots: snapshots.server,
      ...{ tree, record: genesis.record, validator, producer: producer.store, remembered: storage.store },
      ...{ clock: clockFile.read(), protocolVersion: kratosProtocol },
    });
    const figures = () => ({
      slot: slotAt(tree.rules.clock, seconds(Math.floor(Date.now() / 1_000))) ?? 0,
      height: tree.head.header.number,
      finalized: tree.final.header.number,
      peers: p2p.peers().length,
    });
    const log = createReportLog(logger, forModule(logger, "finality"), figures);
    const runner = new NodeRunner({
      ...{ node, p2p, producer, clockFile, onFailure, link: this.#link, chain: storage },
      durable: () => tree.durable,
      onReport: (report) => {
        this.#metrics.report(report);
        log(report);
        if (report.kind === "finalized") snapshots.nudge();
      },
    });
    this.closers.add("snapshots", () => snapshots.close());
    this.closers.add("node", () => runner.stop());
    return runner;
  }

  async #serveRpc(runner: NodeRunner, { p2p }: Network): Promise<number | undefined> {
    const { version, unsafe, rpc: listen, corsAll, corsOrigins, allowedHosts } = this.#options;
    const { logger } = this.#hooks;
    const backend = runner.backend({
      ...{ name: "kratos", version, unsafe },
      network: () => ({ localPeerId: p2p.id, listeningAddresses: p2p.addresses() }),
    });
    this.#backend = backend;
    this.#metrics.watch(backend);
    if (listen === undefined) return undefined;
    const rpc = await startKratosRpc({
      ...{ backend, listen, corsAll, corsOrigins, allowedHosts, run: (work) => runner.run(work) },
      ...{ logger: forModule(logger, "rpc"), metrics: this.#metrics.registry },
    });
    this.closers.add("rpc", () => rpc.close());
    return rpc.address.port;
  }

  async #serveMetrics(): Promise<void> {
    const { prometheusPort: port } = this.#options;
    if (port === 0) return;
    const server = await startKratosMetrics({ host: "127.0.0.1", port }, this.#metrics, () => this.#backend);
    this.closers.add("metrics", () => server.close());
  }

  /** Every start asks them again; while the node has no chain it looks peers up and says nothing (kratos-core 12.2, 12.4). */
  #followSeeds(network: Network, local: ChainData | undefined): void {
    const { p2p, secret } = network;
    const { seeds, seedKeys, pin, validator } = this.#options;
    const log = forModule(this.#hooks.logger, "seeds");
    const client = startSeedClient({
      ...{ seeds, seedKeys, secret, fallbackBootnodes: [] },
      genesisHash: () => this.#tree?.genesis.hash ?? local?.genesis.hash ?? pin,
      status: () => this.#tree && statusOf(this.#tree, p2p.addresses(), validator !== undefined),
      ...(validator && { validator: { secret: validator.secret, epoch: () => this.#tree?.head.header.epoch } }),
      addPeers: (addresses) => addKnownPeers(network, addresses, log),
      log: (level, message, fields) => log.log(level, message, fields as Record<string, string>),
    });
    this.closers.add("seeds", () => client.close());
  }
}

function statusOf({ head }: ChainTree, addresses: readonly string[], isValidator: boolean) {
  const { header, hash } = head;
  return { addresses, isValidator, height: header.number, bestHash: hash, protocolVersion: kratosProtocol };
}
