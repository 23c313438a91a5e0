import type { Address, Digest } from "@polis/codec";
import { isEmptyAccount } from "./account.ts";
import { type Base, readAccount, readStorage } from "./base.ts";
import type { Layer } from "./layer.ts";
import { accountKey, afterPrefix, stateTables } from "./tables.ts";
import type { Account, StateUndo } from "./types.ts";

/** Rows read at once while the storage of a removed account is listed. */
const pageRows = 1024;

/** What a sealed layer changed, with the values that its parent has. */
export function undoOf(base: Base, layer: Layer): StateUndo {
  const parent = layer.parent;
  if (parent === undefined) throw new Error("the parent of this state is no longer known");
  const accounts: [Address, Account | undefined][] = [];
  for (const address of layer.accounts.keys()) {
    const before = readAccount(base, parent, address);
    accounts.push([address, isEmptyAccount(before) ? undefined : before]);
  }
  const slots: [Address, Digest, bigint][] = [];
  for (const [address, written] of layer.storage) {
    for (const slot of written.keys()) slots.push([address, slot, readStorage(base, parent, address, slot)]);
  }
  for (const address of layer.cleared) {
    for (const slot of slotsBelow(base, parent, address)) {
      if (layer.storage.get(address)?.has(slot)) continue;
      const before = readStorage(base, parent, address, slot);
      if (before !== 0n) slots.push([address, slot, before]);
    }
  }
  return { accounts, slots };
}

/** Slots of an account that any state from `from` down has written, zeros included. */
function slotsBelow(base: Base, from: Layer, address: Address): ReadonlySet<Digest> {
  const found = new Set<Digest>();
  for (let layer: Layer | undefined = from; layer !== undefined; layer = layer.parent) {
    for (const slot of layer.storage.get(address)?.keys() ?? []) found.add(slot);
  }
  const to = afterPrefix(accountKey(address));
  let next: Uint8Array | undefined = accountKey(address);
  while (next !== undefined) {
    let last: Uint8Array | undefined;
    let read = 0;
    for (const [key] of base.store.range(stateTables.storage, { from: next, to, limit: pageRows })) {
      read++;
      last = key;
      found.add(key.subarray(20).toHex() as Digest);
    }
    next = read < pageRows || last === undefined ? undefined : Uint8Array.of(...last, 0);
  }
  return found;
}
