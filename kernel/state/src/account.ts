import { type Digest, decodeRlpList, hexInto, readRlpUint, usdc18 } from "@polis/codec";
import type { ByteArena } from "./arena.ts";
import { emptyCodeHash, emptyRoot } from "./trie/emptyTrieRoot.ts";
import type { Account } from "./types.ts";

/** True for an account that the state does not hold (kairos S1, EIP-161): nonce 0, balance 0 and no code. */
export function isEmptyAccount(account: Account): boolean {
  // Truth of a bigint is checked in line by the engine, a comparison with 0n is a call.
  return !account.balance && !account.nonce && account.codeHash === emptyCodeHash;
}

/** The value of an account in the trie, as Ethereum: rlp([nonce, balance, storageRoot, codeHash]). */
export function encodeAccount(arena: ByteArena, account: Account): Uint8Array {
  measure(account);
  const payload = nonceSize + balanceSize + 66;
  const out = arena.take(2 + payload);
  out[0] = 0xf8;
  out[1] = payload;
  let at = putUint(out, 2, nonceBytes, nonceSize);
  at = putUint(out, at, balanceBytes, balanceSize);
  if (account.storageRoot === emptyRoot && account.codeHash === emptyCodeHash) {
    out.set(plainTail, at);
    return out;
  }
  at = putHash(out, at, account.storageRoot);
  putHash(out, at, account.codeHash);
  return out;
}

/** The end of most accounts: no storage, no code. */
const plainTail = Uint8Array.fromHex(`a0${emptyRoot}a0${emptyCodeHash}`);

/**
 * The row of an account (kairos 6.2): slim rlp([balance, nonce, codeHash, storageRoot]), where an empty string stands
 * for no code and for no storage. Most accounts take about 20 bytes this way.
 */
export function encodeSlimAccount(account: Account): Uint8Array {
  measure(account);
  const codeSize = account.codeHash === emptyCodeHash ? 1 : 33;
  const rootSize = account.storageRoot === emptyRoot ? 1 : 33;
  const payload = balanceSize + nonceSize + codeSize + rootSize;
  const out = new Uint8Array(payload < 56 ? 1 + payload : 2 + payload);
  out[0] = payload < 56 ? 0xc0 + payload : 0xf8;
  if (payload >= 56) out[1] = payload;
  let at = putUint(out, payload < 56 ? 1 : 2, balanceBytes, balanceSize);
  at = putUint(out, at, nonceBytes, nonceSize);
  if (codeSize === 1) out[at++] = 0x80;
  else at = putHash(out, at, account.codeHash);
  if (rootSize === 1) out[at] = 0x80;
  else putHash(out, at, account.storageRoot);
  return out;
}

/**
 * Reads an account row.
 * @returns undefined for bytes that encodeSlimAccount cannot have made
 */
export function decodeSlimAccount(bytes: Uint8Array): Account | undefined {
  const list = decodeRlpList(bytes, { maxBytes: 128, maxItems: 5, maxDepth: 1 });
  if (!list.ok || list.value.length !== 4) return undefined;
  const [balanceItem, nonceItem, code, root] = list.value;
  const balance = readRlpUint(balanceItem!, 32);
  const nonce = readRlpUint(nonceItem!, 8);
  const codeHash = readHash(code, emptyCodeHash);
  const storageRoot = readHash(root, emptyRoot);
  if (!balance.ok || !nonce.ok || codeHash === undefined || storageRoot === undefined) return undefined;
  return { nonce: nonce.value, balance: usdc18(balance.value), storageRoot, codeHash };
}

function readHash(item: unknown, empty: Digest): Digest | undefined {
  if (!(item instanceof Uint8Array)) return undefined;
  if (item.length === 0) return empty;
  const hash = item.length === 32 ? (item.toHex() as Digest) : undefined;
  return hash === empty ? undefined : hash;
}

const nonceBytes = new DataView(new ArrayBuffer(32));
const balanceBytes = new DataView(new ArrayBuffer(32));
let nonceSize = 0;
let balanceSize = 0;

function measure(account: Account): void {
  nonceSize = loadUint(nonceBytes, account.nonce);
  balanceSize = loadUint(balanceBytes, account.balance);
}

/** Writes a number below 2^256 right-aligned into 32 bytes and returns the size of its RLP. */
function loadUint(view: DataView, value: bigint): number {
  if (value < 0n || value >> 256n !== 0n) throw new RangeError("nonce or balance outside 0..2^256-1");
  view.setBigUint64(24, value & word);
  let rest = value >> 64n;
  for (let at = 16; at >= 0; at -= 8) {
    view.setBigUint64(at, rest & word);
    rest >>= 64n;
  }
  let first = 0;
  while (first < 32 && view.getUint8(first) === 0) first++;
  if (first === 32 || (first === 31 && view.getUint8(31) < 0x80)) return 1;
  return 33 - first;
}

function putUint(out: Uint8Array, at: number, view: DataView, size: number): number {
  if (size === 1) {
    const byte = view.getUint8(31);
    out[at] = byte === 0 ? 0x80 : byte;
    return at + 1;
  }
  out[at] = 0x80 + size - 1;
  for (let i = 1; i < size; i++) out[at + i] = view.getUint8(32 - size + i);
  return at + size;
}

function putHash(out: Uint8Array, at: number, hash: Digest): number {
  out[at] = 0xa0;
  hexInto(out, at + 1, hash);
  return at + 33;
}

const word = 0xffff_ffff_ffff_ffffn;
