import { type Address, height, hexInto, readU32, readU64Number } from "@polis/codec";
import type { Store } from "@polis/ports";
import { addressIndexKey } from "../tables.ts";
import { readKeptBlocks } from "./keptBlocks.ts";
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
  // The index may reach further down than the blocks that are kept (kairos 6.4).
  const { lowest } = readKeptBlocks(store);
  const start = after === undefined || after.height < lowest ? { height: lowest, index: 0, role: 0 } : after;
  const from = addressIndexKey(account, start.height, start.index, start.role);
  const places: AddressPlace[] = [];
  // The row of `after` itself may be there or not, so one more is read.
  for (const [key] of store.range("address_index", { from, to, limit: limit + 1 })) {
    const place = { height: height(readU64Number(key, 20)!), index: readU32(key, 28), role: key[32]! };
    const isSame = after?.height === place.height && after.index === place.index && after.role === place.role;
    if (!isSame && places.length < limit) places.push(place);
  }
  return places;
}
