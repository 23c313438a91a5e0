import { type Address, type Digest, digestOf, type Usdc18 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { isEmptyAccount } from "./account.ts";
import { type Base, readAccount, readCode, readStorage } from "./base.ts";
import { Layer } from "./layer.ts";
import { sealLayer } from "./sealLayer.ts";
import { emptyCodeHash } from "./trie/emptyTrieRoot.ts";
import type { Account, StateOverlay, StateReader } from "./types.ts";

/** How to take back one write. */
type Undo =
  | { readonly kind: "account"; readonly address: Address; readonly before: Account | undefined }
  | {
      readonly kind: "slot";
      readonly slots: Map<Digest, bigint>;
      readonly slot: Digest;
      readonly before: bigint | undefined;
    }
  | { readonly kind: "code"; readonly hash: Digest }
  | {
      readonly kind: "clear";
      readonly address: Address;
      readonly slots: Map<Digest, bigint> | undefined;
      readonly wasCleared: boolean;
    };

/** Reads of a sealed state. Using a reader after its state left the tree is a mistake and throws. */
export class LayerReader implements StateReader {
  protected readonly base: Base;
  readonly layer: Layer;

  constructor(base: Base, layer: Layer) {
    this.base = base;
    this.layer = layer;
  }

  account(address: Address): Account | undefined {
    const account = this.entry(address);
    return isEmptyAccount(account) ? undefined : account;
  }

  storage(address: Address, slot: Digest): bigint {
    this.assertLive();
    return readStorage(this.base, this.layer, address, slot);
  }

  code(codeHash: Digest): Uint8Array | undefined {
    this.assertLive();
    return readCode(this.base, this.layer, codeHash);
  }

  protected entry(address: Address): Account {
    this.assertLive();
    return readAccount(this.base, this.layer, address);
  }

  protected assertLive(): void {
    const { layer } = this;
    if (!layer.live || (!layer.sealed && !layer.parent!.live)) throw new Error("read of a state that left the tree");
  }
}

/** The writable state of one block (kairos R29, S2); a layer with a journal for taking writes back. */
export class LayerOverlay extends LayerReader implements StateOverlay {
  #journal: Undo[] = [];
  /** Nothing is recorded before the first snapshot, because nobody can go back there. */
  #records = false;

  constructor(base: Base, parent: Layer) {
    super(base, new Layer(parent, parent.root, parent.accountTrie));
  }

  setAccount(address: Address, nonce: bigint, balance: Usdc18): void {
    const { storageRoot, codeHash } = this.entry(address);
    this.#put(address, { nonce, balance, storageRoot, codeHash });
  }

  setStorage(address: Address, slot: Digest, value: bigint): void {
    this.#assertOpen();
    let slots = this.layer.storage.get(address);
    if (slots === undefined) {
      slots = new Map();
      this.layer.storage.set(address, slots);
    }
    if (this.#records) this.#journal.push({ kind: "slot", slots, slot, before: slots.get(slot) });
    slots.set(slot, value);
  }

  setCode(address: Address, code: Uint8Array): void {
    const { nonce, balance, storageRoot } = this.entry(address);
    const codeHash = code.length === 0 ? emptyCodeHash : digestOf(keccak256(code));
    if (code.length > 0 && !this.layer.code.has(codeHash)) {
      if (this.#records) this.#journal.push({ kind: "code", hash: codeHash });
      this.layer.code.set(codeHash, code);
    }
    this.#put(address, { nonce, balance, storageRoot, codeHash });
  }

  destroy(address: Address): void {
    const { balance, storageRoot } = this.entry(address);
    const { storage, cleared } = this.layer;
    if (this.#records)
      this.#journal.push({ kind: "clear", address, slots: storage.get(address), wasCleared: cleared.has(address) });
    storage.delete(address);
    cleared.add(address);
    this.#put(address, { nonce: 0n, balance, storageRoot, codeHash: emptyCodeHash });
  }

  snapshot(): number {
    this.#records = true;
    return this.#journal.length;
  }

  revert(snapshot: number): void {
    this.#assertOpen();
    const journal = this.#journal;
    if (snapshot < 0 || snapshot > journal.length) throw new RangeError("no such snapshot");
    while (journal.length > snapshot) undo(this.layer, journal.pop()!);
  }

  seal(): Digest {
    this.#assertOpen();
    this.assertLive();
    sealLayer(this.base, this.layer);
    this.#journal = [];
    return this.layer.root;
  }

  #put(address: Address, account: Account): void {
    this.#assertOpen();
    const { accounts } = this.layer;
    if (this.#records) this.#journal.push({ kind: "account", address, before: accounts.get(address) });
    accounts.set(address, account);
  }

  #assertOpen(): void {
    if (this.layer.sealed) throw new Error("write to a sealed state");
  }
}

function undo(layer: Layer, entry: Undo): void {
  switch (entry.kind) {
    case "account":
      if (entry.before === undefined) layer.accounts.delete(entry.address);
      else layer.accounts.set(entry.address, entry.before);
      return;
    case "slot":
      if (entry.before === undefined) entry.slots.delete(entry.slot);
      else entry.slots.set(entry.slot, entry.before);
      return;
    case "code":
      layer.code.delete(entry.hash);
      return;
    case "clear":
      if (entry.slots === undefined) layer.storage.delete(entry.address);
      else layer.storage.set(entry.address, entry.slots);
      if (!entry.wasCleared) layer.cleared.delete(entry.address);
  }
}
