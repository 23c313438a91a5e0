import { type Address, type Height, height, hexInto, readU64Number, writeU64 } from "@polis/codec";
import type { Store } from "@polis/ports";
import { faceAddress } from "../addresses.ts";
import type { LogCriteria } from "../api/logCriteria.ts";
import { transferTopic } from "../receipt/log.ts";

/** Rows of the address index that are read for one answer. */
const maxRows = 20_000;
/** Bytes of a topic before the address in it. */
const padding = "0".repeat(24);

/**
 * Heights of USDC transfers from or to given accounts, ascending, from the address index, which names both sides of every
 * Transfer of the face. The question of every wallet and indexer, and one that blooms of full blocks cannot answer.
 * @returns undefined when the criteria ask for something else, or for more rows than are read at once
 */
export function transferHeights(
  store: Store,
  from: Height,
  to: Height,
  { addresses, topics }: LogCriteria,
): readonly Height[] | undefined {
  const [first = [], senders = [], receivers = []] = topics;
  const isTransfer = first.length === 1 && first[0] === transferTopic;
  if (!isTransfer || addresses.length !== 1 || addresses[0] !== faceAddress) return undefined;
  const wanted =
    senders.length === 0 || (receivers.length > 0 && receivers.length < senders.length) ? receivers : senders;
  if (wanted.length === 0) return undefined;
  const found = new Set<Height>();
  let left = maxRows;
  for (const topic of wanted) {
    if (!topic.startsWith(padding)) continue;
    const account = topic.slice(24) as Address;
    const bounds = { from: prefix(account, from), to: prefix(account, height(to + 1)), limit: left };
    for (const [key] of store.range("address_index", bounds)) {
      left--;
      found.add(height(readU64Number(key, 20)!));
    }
    if (left <= 0) return undefined;
  }
  return [...found].sort((a, b) => a - b);
}

function prefix(account: Address, at: Height): Uint8Array {
  const key = new Uint8Array(28);
  hexInto(key, 0, account);
  writeU64(key, 20, at);
  return key;
}
