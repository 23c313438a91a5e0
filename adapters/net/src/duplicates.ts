import type { Connection } from "./connection.ts";

/**
 * Which of two connections of one identity and ALPN name must go (kairos N2). Two that crossed were dialled by different
 * sides, and the new one was begun before the old one was up: of these the one dialled by the smaller id stays.
 * Otherwise the newest stays: the peer has restarted and the old one is dead.
 *
 * Both sides use the answer to choose where to send; only the side with the smaller id closes (`decidesDuplicate`),
 * because the two may judge `crossed` differently and must not close one each.
 */
export function chooseDuplicate(
  ownId: string,
  newer: Pick<Connection, "peerId" | "dialled">,
  older: Pick<Connection, "peerId" | "dialled">,
  crossed: boolean,
): "newer" | "older" {
  if (!crossed || newer.dialled === older.dialled) return "older";
  const newerIsBySmaller = newer.dialled === ownId < newer.peerId;
  return newerIsBySmaller ? "older" : "newer";
}

/** @returns true when we are the side that closes a duplicate. */
export function decidesDuplicate(ownId: string, peerId: string): boolean {
  return ownId < peerId;
}
