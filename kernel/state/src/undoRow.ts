import { type Address, addressOf, type Digest, digestOf, hexInto, readU32, writeU32 } from "@polis/codec";
import { decodeSlimAccount, encodeSlimAccount } from "./account.ts";
import { storageBytes, storageValue } from "./storageValue.ts";
import type { Account, StateUndo } from "./types.ts";

/**
 * The bytes of an undo: number of accounts u32, then each as address 20 ‖ length u8 ‖ slim account (length 0: absent),
 * then number of slots u32, then each as address 20 ‖ slot 32 ‖ length u8 ‖ minimal big-endian value (length 0: zero).
 */
export function encodeUndo({ accounts, slots }: StateUndo): Uint8Array {
  const none = new Uint8Array(0);
  const slim = accounts.map(([, account]) => (account === undefined ? none : encodeSlimAccount(account)));
  const values = slots.map(([, , value]) => (value === 0n ? none : storageBytes(value)));
  let size = 8 + 21 * accounts.length + 53 * slots.length;
  for (const bytes of slim) size += bytes.length;
  for (const bytes of values) size += bytes.length;
  const out = new Uint8Array(size);
  let at = 0;
  const put = (bytes: Uint8Array) => {
    out[at] = bytes.length;
    out.set(bytes, at + 1);
    at += 1 + bytes.length;
  };
  writeU32(out, 0, accounts.length);
  at = 4;
  for (let i = 0; i < accounts.length; i++) {
    hexInto(out, at, accounts[i]![0]);
    at += 20;
    put(slim[i]!);
  }
  writeU32(out, at, slots.length);
  at += 4;
  for (let i = 0; i < slots.length; i++) {
    const [address, slot] = slots[i]!;
    hexInto(out, at, address);
    hexInto(out, at + 20, slot);
    at += 52;
    put(values[i]!);
  }
  return out;
}

/** Reads what `encodeUndo` made. Throws on anything else: such rows come from our own storage only. */
export function decodeUndo(bytes: Uint8Array): StateUndo {
  let at = 0;
  const take = (length: number) => {
    const part = bytes.subarray(at, at + length);
    if (part.length !== length) throw new Error("a row of state history is cut off");
    at += length;
    return part;
  };
  const count = () => readU32(take(4), 0);
  const sized = () => take(take(1)[0]!);
  const accounts: [Address, Account | undefined][] = [];
  for (let left = count(); left > 0; left--) accounts.push([addressOf(take(20)), readAccount(sized())]);
  const slots: [Address, Digest, bigint][] = [];
  for (let left = count(); left > 0; left--) {
    const [address, slot] = [addressOf(take(20)), digestOf(take(32))];
    const value = sized();
    slots.push([address, slot, value.length === 0 ? 0n : storageValue(value)]);
  }
  if (at !== bytes.length) throw new Error("a row of state history has bytes behind its end");
  return { accounts, slots };
}

function readAccount(bytes: Uint8Array): Account | undefined {
  if (bytes.length === 0) return undefined;
  const account = decodeSlimAccount(bytes);
  if (account === undefined) throw new Error("an account of state history is damaged");
  return account;
}
