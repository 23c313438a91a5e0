import { type Address, type Digest, hexInto } from "@polis/codec";

/** Names of the tables of the world state (kairos 6.2). */
export const stateTables = { accounts: "accounts", storage: "storage", code: "code", trie: "trie" } as const;

/** Owner of the account trie in the table `trie`: 32 zero bytes. A storage trie's owner is the keccak of its address. */
export const accountTrieOwner = new Uint8Array(32);

/**
 * Key of a trie node: owner 32 ‖ path, one byte per nibble, so that a node's key is a prefix of the keys below it and
 * byte order is path order. Nodes are addressed by path, so a new version overwrites the old one.
 * @param key any key of 32 bytes below the node; its first `depth` nibbles are the path
 */
export function trieKey(owner: Uint8Array, key: Uint8Array, depth: number): Uint8Array {
  const out = new Uint8Array(32 + depth);
  for (let i = 0; i < 32; i++) out[i] = owner[i]!;
  for (let i = 0; i < depth; i++) out[32 + i] = (i & 1) === 0 ? key[i >> 1]! >> 4 : key[i >> 1]! & 15;
  return out;
}

/** Key of a storage row: address 20 ‖ slot 32. */
export function storageKey(address: Address, slot: Digest): Uint8Array {
  const out = new Uint8Array(52);
  hexInto(out, 0, address);
  hexInto(out, 20, slot);
  return out;
}

/** Key of an account row: address 20. */
export function accountKey(address: Address): Uint8Array {
  const out = new Uint8Array(20);
  hexInto(out, 0, address);
  return out;
}

/** The first key after all keys that start with `prefix`: the prefix plus one. Throws a RangeError on all 0xff. */
export function afterPrefix(prefix: Uint8Array): Uint8Array {
  const out = prefix.slice();
  for (let i = out.length - 1; i >= 0; i--) {
    if (out[i] !== 0xff) {
      out[i] = out[i]! + 1;
      return out.slice(0, i + 1);
    }
  }
  throw new RangeError("no key follows a prefix of 0xff bytes");
}
