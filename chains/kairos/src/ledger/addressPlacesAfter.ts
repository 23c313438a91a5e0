import { type Address, height, hexInto, readU32, readU64Number } from "@polis/codec";
import type { Store } from "@polis/ports";
import { addressIndexKey } from "../tables.ts";
import type { AddressPlace } from "./types.ts";

/**
 * Finalized transactions of an account from the address index (kairos 6.2), oldest first; `addressPlaces` the other way
 * round.
 * @param after only rows behind this one; undefined begins with the oldest
 * @param limit rows at most
 */
export function addressPlacesAfter(
  store: Store,
  account: Address,
  after: AddressPlace | undefined,
  limit: number,
): readonly AddressPlace[] {
  const to = new Uint8Array(33).fill(0xff);
  hexInto(to, 0, account);
  const from = new Uint8Array(33);
  hexInto(from, 0, account);
  if (after !== undefined) from.set(addressIndexKey(account, after.height, after.index, after.role));
  const places: AddressPlace[] = [];
  // The row of `after` itself may be there or not, so one more is read.
  for (const [key] of store.range("address_index", { from, to, limit: limit + 1 })) {
    const place = { height: height(readU64Number(key, 20)!), index: readU32(key, 28), role: key[32]! };
    const isSame = after?.height === place.height && after.index === place.index && after.role === place.role;
    if (!isSame && places.length < limit) places.push(place);
  }
  return places;
}
