import type { Digest } from "@polis/codec";

/** Root of a trie without entries: keccak(rlp("")), as hex. */
export const emptyRoot = "56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421" as Digest;

/** The same as bytes. */
export const emptyTrieRoot = Uint8Array.fromHex(emptyRoot);

/** Hash of no code: keccak of the empty string. */
export const emptyCodeHash = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470" as Digest;
