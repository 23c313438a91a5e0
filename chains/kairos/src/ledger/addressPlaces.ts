import { type Address, type Height, height, hexInto, readU32, readU64Number } from "@polis/codec";
import type { Store } from "@polis/ports";
import { addressIndexKey } from "../tables.ts";
import type { AddressPlace } from "./types.ts";

/**
 * Finalized transactions of an account from the address index (kairos 6.2), newest first. A transaction with two roles
 * has two rows.
 * @param lowest lowest height whose blocks are kept (kairos 6.4); the index may reach further down
 * @param below only rows before this one; undefined begins with the newest
 */
export function addressPlaces(
  store: Store,
  account: Address,
  lowest: Height,
  below: AddressPlace | undefined,
  limit: number,
): readonly AddressPlace[] {
  const from = addressIndexKey(account, lowest, 0, 0);
  const end = new Uint8Array(33).fill(0xff);
  hexInto(end, 0, account);
  const to = below === undefined ? end : addressIndexKey(account, below.height, below.index, below.role);
  const places: AddressPlace[] = [];
  for (const [key] of store.range("address_index", { from, to, reverse: true, limit })) {
    places.push({ height: height(readU64Number(key, 20)!), index: readU32(key, 28), role: key[32]! });
  }
  return places;
}
