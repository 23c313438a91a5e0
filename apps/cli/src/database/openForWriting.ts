import { createKairosLedger, type Genesis, type KairosLedger } from "@polis/kairos";
import { openStorage, type Storage } from "@polis/storage";
import { historyOf, storageOptions } from "../node/chain.ts";
import { createNodeEvm } from "../node/createNodeEvm.ts";
import { createVoting, type Voting } from "../node/voting.ts";
import type { NodeFiles } from "./nodeFiles.ts";

/** A node's chain without the node: nobody else writes to it. */
export interface OpenedChain {
  readonly genesis: Genesis;
  readonly storage: Storage;
  readonly ledger: KairosLedger;
  readonly voting: Voting;
}

/**
 * Opens store and ledger of a node that does not run; a new store gets the genesis state.
 * @throws StorageError STORAGE_LOCKED while it runs, and as `openStorage`
 */
export async function openForWriting({ config, genesis, genesisHash }: NodeFiles): Promise<OpenedChain> {
  const storage = await openStorage({ ...storageOptions(config, genesisHash), sync: true });
  try {
    const { store } = storage;
    const ledger = createKairosLedger({
      genesis,
      store,
      evm: createNodeEvm(genesis.params),
      history: historyOf(config),
    });
    await ledger.ready;
    return { genesis, storage, ledger, voting: createVoting(genesis, ledger.genesisInfo.digest, undefined) };
  } catch (error) {
    await storage.close();
    throw error;
  }
}
