import { concatBytes, type Digest, digestToBytes, type Epoch, millis, type Result } from "@polis/codec";
import {
  createKairosLedger,
  type Genesis,
  genesisBlock,
  KAIROS_TABLES,
  type KairosLedger,
  readKeptBlocks,
  schemaVersion,
} from "@polis/kairos";
import { createArchive, type ReplicaConfig, type Restored, restore, type WireContext } from "@polis/minimmit";
import type { Archive, BlockInfo, Store } from "@polis/ports";
import { openStorage, type Storage, type StorageOptions } from "@polis/storage";
import { checkOwnId } from "../config/checkPeers.ts";
import type { Config } from "../config/schema.ts";
import { UserError } from "../errors.ts";
import { refuseDevelopmentKeys } from "../keys/developmentKeys.ts";
import type { NodeIdentity } from "../keys/identity.ts";
import { buildLimits } from "./buildLimits.ts";
import { createNodeEvm } from "./createNodeEvm.ts";
import { createVoting, type Voting } from "./voting.ts";

/** Everything of a node that exists before it talks to anybody. */
export interface Chain {
  readonly genesis: Genesis;
  readonly genesisHash: Digest;
  readonly storage: Storage;
  readonly ledger: KairosLedger;
  readonly archive: Archive;
  readonly voting: Voting;
  readonly wire: WireContext;
  /** Identity of the journal: this network and this consensus key (R27). */
  readonly journalIdentity: Uint8Array;
  readonly restored: Restored;
  readonly inspect: (block: Uint8Array) => Result<BlockInfo>;
}

export interface ChainOptions {
  readonly genesis: Genesis;
  readonly config: Config;
  readonly identity: NodeIdentity | undefined;
  /** The key is known never to have signed in this network, or the operator accepts the risk (R27). */
  readonly freshJournal: boolean;
  readonly onFailure: (error: Error) => void;
}

/**
 * Opens storage and ledger and reads where consensus resumes (R26): all of it before networking starts, so that a vote
 * can never be sent by a replica that has forgotten another (testing T1).
 */
export async function openChain(options: ChainOptions): Promise<Chain> {
  const { genesis, config, identity } = options;
  const { digest: genesisHash } = genesisBlock(genesis);
  // Before anything is opened, because what is wrong with keys is for a person to correct.
  refuseDevelopmentKeys(genesis, identity === undefined ? [] : [identity.bls.publicKey, identity.ed25519.publicKey]);
  const voting = createVoting(genesis, genesisHash, identity);
  checkOwnId(config, voting.keys?.index, identity);
  const storage = await openStorage({ ...storageOptions(config, genesisHash), onFailure: options.onFailure });
  try {
    checkKept(storage.store, config);
  } catch (error) {
    await storage.close();
    throw error;
  }
  const ledger = createKairosLedger({
    genesis,
    store: storage.store,
    evm: createNodeEvm(genesis.params),
    pool: poolLimits(config),
    build: buildLimits(config, () => performance.now()),
    history: historyOf(config),
  });
  await ledger.ready;
  const key = identity?.bls.publicKey ?? new Uint8Array(48);
  const journalIdentity = concatBytes(digestToBytes(genesisHash), key);
  const inspect = (block: Uint8Array) => ledger.inspect(block);
  const restored = restore(storage.store, {
    epoch: genesis.params.epoch as Epoch,
    genesis: ledger.genesisInfo,
    shape: voting.shape,
    inspect,
    identity: voting.keys === undefined ? undefined : journalIdentity,
    fresh: options.freshJournal,
  });
  const wire: WireContext = {
    shape: voting.shape,
    voteSigBytes: voting.scheme.voteSigBytes,
    maxBlockBytes: genesis.params.block.maxBytes,
  };
  const archive = createArchive(storage.store);
  return { genesis, genesisHash, storage, ledger, archive, voting, wire, journalIdentity, restored, inspect };
}

/** The replica's parameters from configuration and genesis (kairos 18.2). */
export function replicaConfig({ genesis, ledger }: Pick<Chain, "genesis" | "ledger">, config: Config): ReplicaConfig {
  const { consensus } = config;
  return {
    epoch: genesis.params.epoch as Epoch,
    genesis: ledger.genesisInfo,
    leaderMode: genesis.leader,
    randomness: genesis.params.randomness,
    viewTimeoutMs: millis(consensus.viewTimeout),
    maxViewTimeoutMs: millis(consensus.maxViewTimeout),
    minBlockIntervalMs: millis(consensus.minBlockInterval),
    emptyBlockIntervalMs: millis(consensus.emptyBlockInterval),
    maxViewLead: genesis.maxViewLead,
    futureWindow: consensus.futureWindow,
    skipInactiveViews: consensus.skipInactiveViews,
    maxClockDriftFutureMs: millis(consensus.maxClockDriftFuture),
    maxClockDriftPastMs: millis(consensus.maxClockDriftPast),
  };
}

/** How a node opens its store (kairos 18.2). */
export function storageOptions({ storage }: Pick<Config, "storage">, genesisHash: string) {
  return {
    path: storage.path,
    tables: KAIROS_TABLES,
    schema: schemaVersion,
    identity: genesisHash,
    mapSizeBytes: storage.mapSize,
    sync: storage.sync,
  } satisfies StorageOptions;
}

/** How many blocks stay when old ones are dropped (kairos 6.4); undefined when all stay. */
export function keepBlocksOf({ storage }: Pick<Config, "storage">): number | undefined {
  return storage.history === "pruned" ? storage.keepBlocks : undefined;
}

/**
 * A store that has dropped blocks cannot promise all of them again.
 * @throws UserError HISTORY_PRUNED
 */
function checkKept(store: Store, config: Config): void {
  const { lowest } = readKeptBlocks(store);
  if (lowest === 0 || keepBlocksOf(config) !== undefined) return;
  throw new UserError(
    "HISTORY_PRUNED",
    `storage.history = "${config.storage.history}" keeps all blocks, and the store has those from ${lowest} on`,
    'set storage.history = "pruned", or synchronize into an empty directory from a node that has all blocks',
    { exitCode: 2 },
  );
}

/** How much of the state's past is kept (kairos 6.4); of a pruned node as much as of a full one. */
export function historyOf({ storage }: Pick<Config, "storage">): "full" | "archive" {
  return storage.history === "archive" ? "archive" : "full";
}

/** The pool's limits from the section `mempool` (kairos 11.3). */
export function poolLimits({ mempool }: Pick<Config, "mempool">) {
  return {
    maxTransactions: mempool.maxTransactions,
    maxBytes: mempool.maxBytes,
    maxPendingPerSender: mempool.maxPendingPerSender,
    maxQueuedPerSender: mempool.maxQueuedPerSender,
    maxPerFeePayer: mempool.maxPerFeePayer,
    maxNonceGap: mempool.maxNonceGap,
    minReplacementBumpPercent: mempool.minReplacementBumpPercent,
    ttlMs: millis(mempool.ttl),
    ...(mempool.minFeeCap === undefined ? {} : { minFeeCap: mempool.minFeeCap }),
  };
}
