import type { Address, Digest } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { Store } from "@polis/ports";
import { decodeSlimAccount, isEmptyAccount } from "./account.ts";
import type { Layer } from "./layer.ts";
import { RecentCache } from "./recentCache.ts";
import { storageValue } from "./storageValue.ts";
import { accountKey, stateTables, storageKey } from "./tables.ts";
import { emptyCodeHash, emptyRoot } from "./trie/emptyTrieRoot.ts";
import type { TrieNode } from "./trie/node.ts";
import type { Account } from "./types.ts";

/** Sizes of the caches of one state tree. */
export interface StateLimits {
  /** Accounts, absent ones included; about 300 bytes each. */
  readonly maxCachedAccounts: number;
  /** Storage slots, zeros included; about 350 bytes each. */
  readonly maxCachedSlots: number;
  /** Hashed keys; about 150 bytes each. */
  readonly maxCachedKeys: number;
  readonly maxCachedCodeBytes: number;
  /** Trie nodes in memory; at most 1 KiB each. */
  readonly maxCachedNodes: number;
  /** Roots of storage tries in memory; their nodes count as trie nodes. */
  readonly maxCachedTries: number;
  /** Sealed states above the last finalized one. The protocol keeps far fewer (kairos R4). */
  readonly maxOverlays: number;
}

/** About 230 MB when all caches are full. */
export const defaultStateLimits: StateLimits = {
  maxCachedAccounts: 200_000,
  maxCachedSlots: 100_000,
  maxCachedKeys: 200_000,
  maxCachedCodeBytes: 32 * 1024 * 1024,
  maxCachedNodes: 300_000,
  maxCachedTries: 10_000,
  maxOverlays: 4096,
};

/** An account that is not in the state: what reads below an overlay return, so that absence can be cached too. */
export const absentAccount: Account = {
  nonce: 0n,
  balance: 0n as Account["balance"],
  storageRoot: emptyRoot,
  codeHash: emptyCodeHash,
};

/** The store below all layers, and what is remembered of it. */
export class Base {
  readonly store: Store;
  readonly limits: StateLimits;
  readonly accounts: RecentCache<Address, Account>;
  /** Slots of the last finalized state, by address and slot. */
  readonly slots: RecentCache<string, bigint>;
  readonly code: RecentCache<Digest, Uint8Array>;
  /** Finalized storage tries by account; null for one that is empty. */
  readonly tries: RecentCache<Address, { readonly root: TrieNode | null }>;
  readonly #keys: RecentCache<string, Uint8Array>;
  /** Trie nodes made or loaded since the last sweep, plus those that it kept. */
  nodes = 0;

  constructor(store: Store, limits: StateLimits) {
    this.store = store;
    this.limits = limits;
    this.accounts = new RecentCache(limits.maxCachedAccounts);
    this.slots = new RecentCache(limits.maxCachedSlots);
    this.code = new RecentCache(limits.maxCachedCodeBytes, (code) => code.length + 64);
    this.tries = new RecentCache(limits.maxCachedTries);
    this.#keys = new RecentCache(limits.maxCachedKeys);
  }

  /** The secure trie's key of an address or slot: keccak of its bytes. */
  hashedKey(hex: string): Uint8Array {
    const known = this.#keys.get(hex);
    if (known !== undefined) return known;
    const key = keccak256(Uint8Array.fromHex(hex));
    this.#keys.set(hex, key);
    return key;
  }
}

/** The account as seen from a layer: its own writes, then its ancestors', then the flat table (kairos S2). */
export function readAccount(base: Base, from: Layer, address: Address): Account {
  let layer: Layer | undefined = from;
  // The cache always shows the last finalized state, so it may answer as soon as all layers above that were asked.
  for (; layer !== undefined && !layer.final; layer = layer.parent) {
    const found = layer.accounts.get(address);
    if (found !== undefined) return found;
  }
  const cached = base.accounts.get(address);
  if (cached !== undefined) return cached;
  let account: Account | undefined;
  for (; layer !== undefined && account === undefined; layer = layer.parent) account = layer.accounts.get(address);
  account ??= storedAccount(base, address);
  if (isEmptyAccount(account)) account = absentAccount;
  base.accounts.set(address, account);
  return account;
}

/** A storage slot as seen from a layer. */
export function readStorage(base: Base, from: Layer, address: Address, slot: Digest): bigint {
  let layer: Layer | undefined = from;
  for (; layer !== undefined && !layer.final; layer = layer.parent) {
    const found = layer.storage.get(address)?.get(slot);
    if (found !== undefined) return found;
    if (layer.cleared.has(address)) return 0n;
  }
  // As for accounts: the cache shows the last finalized state.
  const key = address + slot;
  const cached = base.slots.get(key);
  if (cached !== undefined) return cached;
  const value = finalizedSlot(base, layer, address, slot);
  base.slots.set(key, value);
  return value;
}

function finalizedSlot(base: Base, from: Layer | undefined, address: Address, slot: Digest): bigint {
  for (let layer = from; layer !== undefined; layer = layer.parent) {
    const found = layer.storage.get(address)?.get(slot);
    if (found !== undefined) return found;
    if (layer.cleared.has(address)) return 0n;
  }
  return storageValue(base.store.get(stateTables.storage, storageKey(address, slot)));
}

/** Code by its hash, wherever it was set. */
export function readCode(base: Base, from: Layer, codeHash: Digest): Uint8Array | undefined {
  if (codeHash === emptyCodeHash) return new Uint8Array(0);
  for (let layer: Layer | undefined = from; layer !== undefined; layer = layer.parent) {
    const found = layer.code.get(codeHash);
    if (found !== undefined) return found;
  }
  const cached = base.code.get(codeHash);
  if (cached !== undefined) return cached;
  const stored = base.store.get(stateTables.code, Uint8Array.fromHex(codeHash));
  if (stored !== undefined) base.code.set(codeHash, stored);
  return stored;
}

function storedAccount(base: Base, address: Address): Account {
  const row = base.store.get(stateTables.accounts, accountKey(address));
  if (row === undefined) return absentAccount;
  const account = decodeSlimAccount(row);
  if (account === undefined) throw new Error(`account row of ${address} is damaged`);
  return account;
}
