import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Genesis, genesisBlock, genesisDocument, KAIROS_TABLES, parseGenesis, schemaVersion } from "@polis/kairos";
import type { Store } from "@polis/ports";
import { createMemoryStorage, openStorage } from "@polis/storage";
import { UserError } from "../../errors.ts";
import { type DevGenesisOptions, devGenesis } from "./devGenesis.ts";

/** A development chain's genesis and where it is kept. */
export interface OpenDevStore {
  readonly genesis: Genesis;
  readonly store: Store;
  /** Makes an empty store; undefined for one on disk. */
  readonly freshStore: (() => Store) | undefined;
  close(): Promise<void>;
}

/** The genesis of a new development chain and where it is kept. A kept chain goes on with its own genesis. */
export interface DevStoreOptions extends Omit<DevGenesisOptions, "chainId"> {
  readonly chainId: number | undefined;
  /** In memory when undefined. */
  readonly dataDir: string | undefined;
}

/** The chain id that Hardhat's and Foundry's own nodes have. */
export const devChainId = 31_337;

/**
 * Opens the store of a development chain. A data directory keeps the genesis of its first start; a directory of any other
 * network is refused, because the keys here are known to everybody (kairos K6).
 * @throws UserError, and the storage errors with their hints
 */
export async function openDevStore(options: DevStoreOptions): Promise<OpenDevStore> {
  const { dataDir } = options;
  if (dataDir === undefined) {
    const fresh = (): Store => createMemoryStorage({ tables: KAIROS_TABLES }).store;
    const genesis = devGenesis({ ...options, chainId: options.chainId ?? devChainId });
    return { genesis, store: fresh(), freshStore: fresh, close: async () => undefined };
  }
  const genesis = keptGenesis(dataDir, options);
  const storage = await openStorage({
    path: join(dataDir, "chain"),
    tables: KAIROS_TABLES,
    schema: schemaVersion,
    identity: genesisBlock(genesis).digest,
    sync: false,
  });
  return { genesis, store: storage.store, freshStore: undefined, close: () => storage.close() };
}

function keptGenesis(dataDir: string, options: DevStoreOptions): Genesis {
  const path = join(dataDir, "genesis.json");
  if (!existsSync(path)) {
    const genesis = devGenesis({ ...options, chainId: options.chainId ?? devChainId });
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(path, `${JSON.stringify(genesisDocument(genesis), undefined, 2)}\n`);
    return genesis;
  }
  const genesis = parseGenesis(readFileSync(path, "utf8"));
  if (genesis.network !== "local" || genesis.n !== 1) {
    const hint = "choose another --data-dir; the keys of a development chain are public (K6)";
    throw new UserError(
      "DEV_NETWORK",
      `${path} is of the network ${genesis.network} with ${genesis.n} validators`,
      hint,
    );
  }
  if (options.chainId !== undefined && BigInt(options.chainId) !== genesis.params.chainId) {
    const hint = "leave --chain-id out, or choose another --data-dir";
    throw new UserError("DEV_CHAIN_ID", `${dataDir} holds a chain with id ${genesis.params.chainId}`, hint);
  }
  return genesis;
}
