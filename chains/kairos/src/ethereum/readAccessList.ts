import { addressOf, digestOf, type RlpItem } from "@polis/codec";
import type { AccessListEntry } from "@polis/evm";
import { maxAccessListEntries } from "./types.ts";

/** The entries of an EIP-2930 list `[[address, [slot, ...]], ...]`, or a text that says what is wrong. */
export function readAccessList(item: RlpItem): readonly AccessListEntry[] | string {
  if (item instanceof Uint8Array) return "the access list must be a list";
  const entries: AccessListEntry[] = [];
  let left = maxAccessListEntries - item.length;
  for (const entry of item) {
    if (entry instanceof Uint8Array || entry.length !== 2) return "an access list entry is [address, slots]";
    const [account, slots] = entry;
    if (!(account instanceof Uint8Array) || account.length !== 20) return "an address of the access list has 20 bytes";
    if (slots === undefined || slots instanceof Uint8Array) return "slots of the access list must be a list";
    left -= slots.length;
    if (left < 0) break;
    if (slots.some((slot) => !(slot instanceof Uint8Array) || slot.length !== 32)) {
      return "a slot of the access list has 32 bytes";
    }
    entries.push({ address: addressOf(account), slots: slots.map((slot) => digestOf(slot as Uint8Array)) });
  }
  return left < 0 ? `an access list has at most ${maxAccessListEntries} addresses and slots` : entries;
}
