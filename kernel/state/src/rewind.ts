import type { Address, Digest } from "@polis/codec";
import { emptyCodeHash } from "./trie/emptyTrieRoot.ts";
import type { Account, StateOverlay, StateUndo } from "./types.ts";

/** Values of an earlier state, for everything that changed since. */
export interface EarlierValues {
  readonly accounts: ReadonlyMap<Address, Account | undefined>;
  readonly storage: ReadonlyMap<Address, ReadonlyMap<Digest, bigint>>;
}

/**
 * Puts undos together.
 * @param undos of successive blocks, the newest first
 */
export function earlierValues(undos: Iterable<StateUndo>): EarlierValues {
  const accounts = new Map<Address, Account | undefined>();
  const storage = new Map<Address, Map<Digest, bigint>>();
  for (const undo of undos) {
    for (const [address, account] of undo.accounts) accounts.set(address, account);
    for (const [address, slot, value] of undo.slots) {
      const slots = storage.get(address) ?? new Map<Digest, bigint>();
      storage.set(address, slots.set(slot, value));
    }
  }
  return { accounts, storage };
}

/** Writes the earlier values into an overlay of the later state, so that sealing it gives the earlier root again. */
export function rewind(overlay: StateOverlay, { accounts, storage }: EarlierValues): void {
  const none = new Uint8Array(0);
  for (const [address, account] of accounts) {
    const codeHash = account?.codeHash ?? emptyCodeHash;
    overlay.setAccount(address, account?.nonce ?? 0n, account?.balance ?? (0n as Account["balance"]));
    const now = overlay.account(address)?.codeHash ?? emptyCodeHash;
    if (now !== codeHash) overlay.setCode(address, overlay.code(codeHash) ?? none);
  }
  for (const [address, slots] of storage) {
    for (const [slot, value] of slots) overlay.setStorage(address, slot, value);
  }
}
