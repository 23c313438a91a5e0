import type { Address, Digest } from "@polis/codec";
import type { TrieNode } from "./trie/node.ts";
import type { Account } from "./types.ts";

/**
 * The write set of one block over its parent's state (kairos R29). The bottom layer of a tree is the last finalized
 * one; below it hang a few older ones whose rows may not have reached the store yet.
 */
export class Layer {
  parent: Layer | undefined;
  /** Position in the chain of layers; ages of trie nodes are such numbers. */
  readonly number: number;
  readonly accounts = new Map<Address, Account>();
  readonly storage = new Map<Address, Map<Digest, bigint>>();
  /** Accounts whose storage of all earlier layers is void. */
  readonly cleared = new Set<Address>();
  readonly code = new Map<Digest, Uint8Array>();
  sealed = false;
  /** False once another branch was finalized, or a child of this state: its readers must not be used any more. */
  live = true;
  final = false;
  root: Digest;
  accountTrie: TrieNode | null;
  readonly storageTries = new Map<Address, TrieNode | null>();
  /** Keys of trie rows that this state leaves empty unless one of its new nodes is there. */
  readonly vacated: Uint8Array[] = [];

  constructor(parent: Layer | undefined, root: Digest, accountTrie: TrieNode | null) {
    this.parent = parent;
    this.number = parent === undefined ? 0 : parent.number + 1;
    this.root = root;
    this.accountTrie = accountTrie;
  }
}
