import type { Address, Digest, Usdc18 } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { createStateTree } from "./stateTree.ts";
import { emptyRoot } from "./trie/emptyTrieRoot.ts";

/** One account of the genesis state. */
export interface GenesisAccount {
  readonly address: Address;
  readonly balance: Usdc18;
  readonly nonce?: bigint;
  readonly code?: Uint8Array;
  readonly storage?: readonly (readonly [slot: Digest, value: bigint])[];
}

/**
 * The state of height 0: its root, and its rows for the first commit of a new chain database.
 * @param alloc each address once; the order does not matter for the root. Throws on a repeated address.
 */
export function createGenesisState(alloc: Iterable<GenesisAccount>): { root: Digest; rows: readonly Row[] } {
  const before = "0".repeat(64) as Digest;
  const genesis = "f".repeat(64) as Digest;
  const tree = createStateTree({ store: emptyStore, finalized: before, root: emptyRoot });
  const overlay = tree.fork(before);
  const seen = new Set<Address>();
  for (const { address, balance, nonce, code, storage } of alloc) {
    if (seen.has(address)) throw new RangeError(`address ${address} is twice in the genesis state`);
    seen.add(address);
    overlay.setAccount(address, nonce ?? 0n, balance);
    if (code !== undefined) overlay.setCode(address, code);
    for (const [slot, value] of storage ?? []) overlay.setStorage(address, slot, value);
  }
  const root = overlay.seal();
  tree.adopt(genesis, overlay);
  return { root, rows: tree.finalize(genesis) };
}

/** A database before its first commit: genesis only reads from it. */
const emptyStore: Store = {
  get: () => undefined,
  range: () => [],
  commit: () => {
    throw new Error("the genesis state is committed by its caller");
  },
};
