import { UserError } from "../../errors.ts";
import { type ChainData, createChainData, openChainData, type StoreHooks } from "../data/chainData.ts";
import type { KratosRunOptions } from "./runOptions.ts";

/**
 * The chain that a node has without asking anybody: the stored one, or with `--genesis` the one of its record
 * (kratos-core 12.10).
 * @returns undefined when it has to join
 * @throws UserError CHAIN_EXISTS, GENESIS_PIN or CHAIN_OTHER; StorageError
 */
export async function openLocalChain(options: KratosRunOptions, hooks: StoreHooks): Promise<ChainData | undefined> {
  const { data, begin } = options;
  const stored = await openChainData(data.db, hooks);
  if (stored === undefined) return begin && createChainData(data.db, begin, hooks);
  try {
    check(stored, options);
    return stored;
  } catch (error) {
    await stored.storage.close();
    throw error;
  }
}

function check({ genesis }: ChainData, { data, begin, pin, chainName }: KratosRunOptions): void {
  const name = genesis.record.chainName;
  if (begin !== undefined) {
    const hint = "leave --genesis out to go on with that chain, or choose another --base-path";
    throw new UserError("CHAIN_EXISTS", `${data.path} holds a chain already: ${name}`, hint, { exitCode: 2 });
  }
  if (pin !== undefined && pin !== genesis.hash) {
    const hint = "choose the right --base-path or --genesis-hash";
    throw new UserError("GENESIS_PIN", `${data.path} holds the chain with genesis 0x${genesis.hash}`, hint, {
      exitCode: 2,
    });
  }
  if (name.toLowerCase() !== chainName.toLowerCase()) {
    const hint = `add --chain ${name}, or choose another --base-path`;
    throw new UserError("CHAIN_OTHER", `${data.path} holds the chain ${name}, not ${chainName}`, hint, { exitCode: 2 });
  }
}
