import type { Address, Digest } from "@polis/codec";
import type { Row, Store } from "@polis/ports";
import { isEmptyAccount } from "./account.ts";
import { absentAccount, Base, defaultStateLimits, type StateLimits } from "./base.ts";
import { finalizedRows } from "./finalizedRows.ts";
import { Layer } from "./layer.ts";
import { LayerOverlay, LayerReader } from "./overlay.ts";
import { proveAccountIn, proveStorageIn } from "./proofs.ts";
import { sweepNodes, unsettledLayers } from "./sweep.ts";
import { emptyRoot } from "./trie/emptyTrieRoot.ts";
import { stubNode } from "./trie/node.ts";
import type { AccountProof, ProvableStateTree, StateOverlay, StateReader, StateUndo, StorageProof } from "./types.ts";
import { undoOf } from "./undo.ts";

/** Where a state tree starts: the last finalized block and its state root, already in the store. */
export interface StateTreeStart {
  readonly store: Store;
  readonly finalized: Digest;
  readonly root: Digest;
  readonly limits?: Partial<StateLimits>;
}

/**
 * The live states of a chain (kairos R29). `finalize` hands out the rows of one state; the caller commits them, in
 * order, before it finalizes eight more states. Reads are right before and after that commit.
 * @example
 * const tree = createStateTree({ store, finalized: genesisDigest, root: genesisRoot });
 * const overlay = tree.fork(genesisDigest);
 * overlay.setAccount(alice, 1n, usdc18(5n));
 * const root = overlay.seal();
 * tree.adopt(blockDigest, overlay);
 * void store.commit(tree.finalize(blockDigest));
 */
export function createStateTree(start: StateTreeStart): ProvableStateTree {
  return new LayeredStateTree(start);
}

class LayeredStateTree implements ProvableStateTree {
  readonly #base: Base;
  readonly #layers = new Map<Digest, Layer>();
  #final: Layer;

  constructor(start: StateTreeStart) {
    this.#base = new Base(start.store, { ...defaultStateLimits, ...start.limits });
    const trie = start.root === emptyRoot ? null : stubNode(Uint8Array.fromHex(start.root));
    this.#final = new Layer(undefined, start.root, trie);
    this.#final.sealed = true;
    this.#final.final = true;
    this.#layers.set(start.finalized, this.#final);
  }

  fork(parent: Digest): StateOverlay {
    const layer = this.#layers.get(parent);
    if (layer === undefined) throw new Error(`no state of block ${parent} to build on`);
    return new LayerOverlay(this.#base, layer);
  }

  adopt(block: Digest, overlay: StateOverlay): void {
    if (!(overlay instanceof LayerOverlay) || !overlay.layer.sealed) throw new Error("adopt takes a sealed overlay");
    const { layer } = overlay;
    if (!layer.parent!.live) throw new Error("the parent's state left the tree");
    // The same block executed twice has the same state; the first stays, because others may be built on it.
    const known = this.#layers.get(block);
    if (known !== undefined) {
      if (known.root !== layer.root) throw new Error(`two different states of block ${block}`);
      return;
    }
    if (this.#layers.size > this.#base.limits.maxOverlays) throw new Error("too many unfinalized states");
    this.#layers.set(block, layer);
  }

  at(block: Digest): StateReader | undefined {
    const layer = this.#layers.get(block);
    return layer === undefined ? undefined : new LayerReader(this.#base, layer);
  }

  rootAt(block: Digest): Digest | undefined {
    return this.#layers.get(block)?.root;
  }

  proveAccount(block: Digest, address: Address): AccountProof | undefined {
    const layer = this.#layers.get(block);
    return layer === undefined ? undefined : proveAccountIn(this.#base, layer, address);
  }

  proveStorage(block: Digest, address: Address, slot: Digest): StorageProof | undefined {
    const layer = this.#layers.get(block);
    return layer === undefined ? undefined : proveStorageIn(this.#base, layer, address, slot);
  }

  undo(block: Digest): StateUndo | undefined {
    const layer = this.#layers.get(block);
    return layer === undefined ? undefined : undoOf(this.#base, layer);
  }

  proofsIn(overlay: StateOverlay) {
    if (!(overlay instanceof LayerOverlay) || !overlay.layer.sealed) throw new Error("proofs need a sealed overlay");
    const { layer } = overlay;
    return {
      account: (address: Address) => proveAccountIn(this.#base, layer, address),
      storage: (address: Address, slot: Digest) => proveStorageIn(this.#base, layer, address, slot),
    };
  }

  finalize(block: Digest): readonly Row[] {
    const layer = this.#layers.get(block);
    if (layer === undefined) throw new Error(`no state of block ${block} to finalize`);
    if (layer.parent !== this.#final) throw new Error(`block ${block} is not a child of the last finalized state`);
    const rows = finalizedRows(this.#base, layer);
    this.#dropOthers(layer);
    this.#remember(layer);
    this.#final.live = false;
    this.#final = layer;
    layer.final = true;
    forgetSettled(layer);
    sweepNodes(this.#base, layer);
    return rows;
  }

  /** Removes every state that does not descend from `kept`. */
  #dropOthers(kept: Layer): void {
    for (const [block, layer] of this.#layers) {
      let ancestor: Layer | undefined = layer;
      while (ancestor !== undefined && ancestor.number > kept.number) ancestor = ancestor.parent;
      if (ancestor === kept) continue;
      layer.live = false;
      this.#layers.delete(block);
    }
  }

  /** Brings the caches from the last finalized state to the next one. */
  #remember(layer: Layer): void {
    const { accounts, slots, code, tries } = this.#base;
    for (const [address, account] of layer.accounts) {
      accounts.set(address, isEmptyAccount(account) ? absentAccount : account);
    }
    // A removed account has any number of slots, and removals with storage are rare.
    if (layer.cleared.size > 0) slots.clear();
    for (const [address, written] of layer.storage) {
      for (const [slot, value] of written) slots.set(address + slot, value);
    }
    for (const [hash, bytes] of layer.code) code.set(hash, bytes);
    for (const [address, root] of layer.storageTries) tries.set(address, { root });
  }
}

/** Cuts the chain of old finalized layers where the rows are surely in the store. */
function forgetSettled(final: Layer): void {
  let layer = final;
  for (let i = 0; i < unsettledLayers && layer.parent !== undefined; i++) layer = layer.parent;
  layer.parent = undefined;
}
