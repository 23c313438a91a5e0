import { type Address, type Digest, digestOf, type Usdc18 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { type Account, isEmptyAccount, type StateOverlay, type StateReader } from "@polis/state";
import { emptyTrieRoot } from "../block/header.ts";
import { emptyCodeHash } from "../transaction/checkSender.ts";

/** A state for trying things out: writes stay in memory and have no root. */
export interface ScratchState extends StateOverlay {
  /** Makes every slot of an account 0 that is not written afterwards. */
  clearStorage(address: Address): void;
  /** Writes all that was written here into another view of the same state below. */
  writeTo(target: StateOverlay): void;
}

const nobody: Account = { nonce: 0n, balance: 0n as Usdc18, storageRoot: emptyTrieRoot, codeHash: emptyCodeHash };

const none = new Uint8Array(0);

/**
 * Makes a writable view of a state. The state below never changes, so a call can be simulated, replayed and thrown away
 * (kairos 16.2). Its size is bounded by the gas of what runs on it.
 */
export function createScratchState(below: StateReader): ScratchState {
  const accounts = new Map<Address, Account>();
  const storage = new Map<string, bigint>();
  const cleared = new Set<Address>();
  const codes = new Map<Digest, Uint8Array>();
  const undo: (() => void)[] = [];
  const entry = (address: Address) => accounts.get(address) ?? below.account(address) ?? nobody;

  function put<K, V>(map: Map<K, V>, key: K, value: V): void {
    const before = map.get(key);
    undo.push(() => (before === undefined ? map.delete(key) : map.set(key, before)));
    map.set(key, value);
  }
  function clear(address: Address): void {
    const slots = [...storage].filter(([key]) => key.startsWith(address));
    const known = cleared.has(address);
    undo.push(() => {
      if (!known) cleared.delete(address);
      for (const [key, value] of slots) storage.set(key, value);
    });
    for (const [key] of slots) storage.delete(key);
    cleared.add(address);
  }
  return {
    account(address) {
      const account = entry(address);
      return isEmptyAccount(account) ? undefined : account;
    },
    storage: (address, slot) =>
      storage.get(address + slot) ?? (cleared.has(address) ? 0n : below.storage(address, slot)),
    code: (codeHash) => codes.get(codeHash) ?? below.code(codeHash),
    setAccount: (address, nonce, balance) => put(accounts, address, { ...entry(address), nonce, balance }),
    setStorage: (address, slot, value) => put(storage, address + slot, value),
    setCode(address, code) {
      const codeHash = code.length === 0 ? emptyCodeHash : digestOf(keccak256(code));
      codes.set(codeHash, code);
      put(accounts, address, { ...entry(address), codeHash });
    },
    destroy(address) {
      clear(address);
      put(accounts, address, { ...nobody, balance: entry(address).balance });
    },
    clearStorage(address) {
      clear(address);
      put(accounts, address, { ...entry(address), storageRoot: emptyTrieRoot });
    },
    writeTo(target) {
      for (const address of cleared) target.destroy(address);
      for (const [address, { nonce, balance, codeHash }] of accounts) {
        target.setAccount(address, nonce, balance);
        const now = target.account(address)?.codeHash ?? emptyCodeHash;
        if (now !== codeHash) target.setCode(address, codes.get(codeHash) ?? below.code(codeHash) ?? none);
      }
      for (const [key, value] of storage)
        target.setStorage(key.slice(0, 40) as Address, key.slice(40) as Digest, value);
    },
    snapshot: () => undo.length,
    revert(snapshot) {
      while (undo.length > snapshot) undo.pop()!();
    },
    seal() {
      throw new Error("a scratch state has no root");
    },
  };
}
