import { type AccountId, producerTableNames } from "@polis/kratos";
import { createMemoryStorage, openStorage, type Storage, type StorageOptions } from "@polis/storage";
import type { DataDirectory } from "./dataDirectory.ts";

/**
 * Opens the record of what a validator signed. It is a store of its own, so that deleting the chain never forgets a signed
 * slot (I14); a node that signs nothing has one in memory.
 * @throws StorageError
 */
export async function openProducerStore(
  data: DataDirectory,
  genesisHash: string,
  account: AccountId | undefined,
  onFailure?: StorageOptions["onFailure"],
): Promise<Storage> {
  if (account === undefined) return createMemoryStorage({ tables: [...producerTableNames] });
  const path = data.producer(genesisHash, account);
  const identity = `${genesisHash}-${account}`;
  return openStorage({ path, tables: producerTableNames, schema: 1, identity, ...(onFailure && { onFailure }) });
}
