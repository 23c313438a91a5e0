import { type Address, digestOf, type Height, quantityOf } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { type Answer, type Json, result } from "../api/method.ts";
import type { AddressPlace } from "../ledger/types.ts";
import { addressRole } from "../tables.ts";
import type { CallWorld } from "./world.ts";

/** One page of an account's transactions, newest first. */
export interface AddressJob {
  readonly kind: "addressTransactions";
  readonly address: Address;
  /** Undefined for any. */
  readonly role: number | undefined;
  readonly lowest: Height;
  /** Where the page begins: below this place. */
  readonly below: AddressPlace;
  readonly limit: number;
}

const roleNames: Readonly<Record<number, string>> = {
  [addressRole.sender]: "sender",
  [addressRole.recipient]: "recipient",
  [addressRole.feePayer]: "feePayer",
  [addressRole.logOnly]: "transferLog",
};

/** Rows of the index that are read at a time, and for one page when a role leaves most of them out. */
const rowsAtATime = 100;
const maxRows = 10_000;

/**
 * Reads the address index (kairos 6.2). The cursor is the place behind which the next page begins, so pages together have
 * each entry exactly once; a page can be short, or empty, although there are more.
 */
export function addressTransactions(world: CallWorld, job: AddressJob): Answer {
  const items: Json[] = [];
  let { below } = job;
  let isEnd = false;
  for (let rows = 0; items.length < job.limit && !isEnd && rows < maxRows && !world.expired(); rows += rowsAtATime) {
    const places = world.addressPlaces(job.address, below, rowsAtATime);
    isEnd = places.length < rowsAtATime;
    for (const place of places) {
      if (place.height < job.lowest) {
        isEnd = true;
        break;
      }
      if (items.length === job.limit) {
        isEnd = false;
        break;
      }
      below = place;
      if (job.role === undefined || place.role === job.role) items.push(placeJson(world, place));
    }
  }
  return result({ items, nextCursor: isEnd ? null : `${below.height}-${below.index}-${below.role}` });
}

function placeJson(world: CallWorld, place: AddressPlace): Json {
  const block = world.headerAt(place.height);
  const envelope = block === undefined ? undefined : world.envelopes(block.digest)?.[place.index];
  return {
    hash: envelope === undefined ? null : `0x${digestOf(keccak256(envelope))}`,
    blockNumber: quantityOf(place.height),
    transactionIndex: quantityOf(place.index),
    role: roleNames[place.role] ?? "unknown",
    blockTimestamp: block === undefined ? null : quantityOf(block.header.timestampS),
  };
}
