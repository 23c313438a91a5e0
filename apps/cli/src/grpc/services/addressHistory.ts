import { height } from "@polis/codec";
import type { AddressPlace } from "@polis/kairos";
import { AddressRole, type GetTransactionsByAddressRequest } from "@polis/proto";
import { notKept, wrongField } from "../callError.ts";
import { placedInfo } from "../convert/transactionMessage.ts";
import { addressField, heightField } from "../fields.ts";
import type { GrpcNode } from "../grpcNode.ts";

const maxPage = 100;
/** Rows of the index that one call looks at; a page of a rare role may end before it is full. */
const maxRows = 1_000;
const highest = { height: height(Number.MAX_SAFE_INTEGER), index: 0xffff_ffff, role: 255 };

/** Roles of the index (kairos 6.2) as the interface names them. */
const roles: Readonly<Record<number, AddressRole>> = {
  1: AddressRole.SENDER,
  2: AddressRole.RECIPIENT,
  3: AddressRole.FEE_PAYER,
  4: AddressRole.TRANSFER_LOG,
};

/** GetTransactionsByAddress: one page; the cursor is the place of the last row that was looked at. */
export function addressHistory(node: GrpcNode, request: GetTransactionsByAddressRequest) {
  const address = addressField(request.address);
  if (request.limit > maxPage) throw wrongField("limit", `at most ${maxPage}`);
  const limit = request.limit || maxPage;
  const from = heightField(request.fromHeight, "from_height");
  const to = request.toHeight === 0n ? highest.height : heightField(request.toHeight, "to_height");
  // A page without the dropped blocks would say that the account had no transactions in them (G7).
  for (const at of [from, to]) {
    const earliest = node.backend.earliestHeight();
    if (at > 0 && at < earliest) throw notKept(`this node keeps the blocks from ${earliest} on`);
  }
  const isAny = request.role === AddressRole.UNSPECIFIED || request.role === AddressRole.ANY;
  const start = request.cursor === "" ? startOf(request.descending, from, to) : readCursor(request.cursor);
  const places = request.descending
    ? node.backend.addressPlaces(address, start, maxRows)
    : node.addressPlacesAfter(address, start, maxRows);
  const items = [];
  let last: AddressPlace | undefined;
  let isEnd = places.length < maxRows;
  for (const place of places) {
    if (request.descending ? place.height < from : place.height > to) {
      isEnd = true;
      break;
    }
    if (items.length === limit) {
      isEnd = false;
      break;
    }
    last = place;
    if (isAny || roles[place.role] === request.role) items.push(itemOf(node, place));
  }
  return { items, nextCursor: isEnd || last === undefined ? "" : `${last.height}-${last.index}-${last.role}` };
}

/** The place before the first row of the range, seen in the direction of reading. */
function startOf(descending: boolean, from: number, to: number): AddressPlace | undefined {
  if (!descending) return from === 0 ? undefined : { height: height(from - 1), index: 0xffff_ffff, role: 255 };
  return to >= highest.height ? highest : { height: height(to + 1), index: 0, role: 0 };
}

function readCursor(text: string): AddressPlace {
  const match = /^(\d{1,16})-(\d{1,10})-(\d{1,3})$/.exec(text);
  const [at, index, role] = [Number(match?.[1]), Number(match?.[2]), Number(match?.[3])];
  if (match === null || at > highest.height || index > highest.index || role > highest.role) {
    throw wrongField("cursor", "next_cursor of an earlier page");
  }
  return { height: height(at), index, role };
}

function itemOf(node: GrpcNode, place: AddressPlace) {
  const block = node.backend.blockByHeight(place.height)!;
  return { info: placedInfo(block, place.index, true), role: roles[place.role] ?? AddressRole.UNSPECIFIED };
}
