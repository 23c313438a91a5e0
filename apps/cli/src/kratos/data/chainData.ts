import { rmSync } from "node:fs";
import {
  type ChainRules,
  ChainTree,
  chainTableNames,
  type Genesis,
  type GenesisRecord,
  kratosRuntime,
  nodeTableNames,
  readGenesisRecord,
  realSignatures,
  transactionCodec,
} from "@polis/kratos";
import { openStorage, readIdentity, type Storage, type StorageOptions } from "@polis/storage";
import { UserError } from "../../errors.ts";
import { genesisOf } from "../genesis/recordFile.ts";

/** Version of the layout of the tables. */
const SCHEMA = 1;

/** The encodings of the root chain. */
export const kratosCodec = transactionCodec(kratosRuntime.call);

/** A chain and the store that holds it. */
export interface ChainData {
  readonly genesis: Genesis;
  readonly storage: Storage;
}

/** What a caller may set of a store. */
export type StoreHooks = Pick<StorageOptions, "onFailure" | "readOnly">;

/**
 * Opens the chain of a data directory, if there is one. What an interrupted beginning left is removed.
 * @param path `db` of the data directory
 * @returns undefined when there is no chain
 * @throws StorageError; UserError CHAIN_DAMAGED when the record is not that of the store
 */
export async function openChainData(path: string, hooks: StoreHooks = {}): Promise<ChainData | undefined> {
  const found = await readIdentity(path);
  if (found === undefined) return undefined;
  const storage = await openStorage(storageOptions(path, found.identity, hooks));
  try {
    const record = readGenesisRecord(storage.store);
    if (record === undefined) {
      await storage.close();
      // Genesis, state and record are one commit, so there is nothing here yet that could be lost.
      if (hooks.readOnly !== true) rmSync(path, { recursive: true, force: true });
      return undefined;
    }
    const genesis = genesisOf(record);
    if (genesis.hash !== found.identity) {
      const hint = "delete it with `kratos purge` and join again; signed slots are kept";
      throw new UserError("CHAIN_DAMAGED", `the record in ${path} is not that of its chain`, hint, { exitCode: 75 });
    }
    return { genesis, storage };
  } catch (error) {
    await storage.close();
    throw error;
  }
}

/** Makes an empty store for a chain; `openTree` begins the chain there. @throws StorageError */
export async function createChainData(path: string, record: GenesisRecord, hooks: StoreHooks = {}): Promise<ChainData> {
  const genesis = genesisOf(record);
  return { genesis, storage: await openStorage(storageOptions(path, genesis.hash, hooks)) };
}

/** Opens the tree of blocks of a chain, or begins it in one commit that is durable when this resolves (kratos-core 12.10). */
export async function openTree({ genesis, storage }: ChainData): Promise<ChainTree> {
  const tree = new ChainTree({ store: storage.store, genesis, rules: rulesOf(genesis), codec: kratosCodec });
  if (tree.head.header.number === 0) await storage.store.commit([]);
  return tree;
}

/** The rules of a chain. */
export function rulesOf({ params, hash, header }: Genesis): ChainRules {
  return {
    ...{ runtime: kratosRuntime, params, chainIdentity: Uint8Array.fromHex(hash) },
    signatures: realSignatures(kratosCodec),
    clock: { genesis: header.timestamp, slotSeconds: params.slotSeconds, slotsPerEpoch: params.slotsPerEpoch },
  };
}

function storageOptions(path: string, identity: string, hooks: StoreHooks): StorageOptions {
  return { path, tables: [...chainTableNames, ...nodeTableNames], schema: SCHEMA, identity, ...hooks };
}
