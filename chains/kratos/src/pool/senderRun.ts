import type { PoolEntry } from "./types.ts";

/** The transactions of one account by nonce. */
export type Sender = Map<number, PoolEntry>;

/** The account's nonce advanced over the transactions that follow it without a gap (kratos-core 2.7 (4)). */
export function expectedNonce(sender: Sender | undefined, accountNonce: number): number {
  let expected = accountNonce;
  while (sender?.has(expected) === true) expected++;
  return expected;
}

/** How many of an account's transactions wait behind a gap. */
export function waitingOf(sender: Sender, accountNonce: number): number {
  const expected = expectedNonce(sender, accountNonce);
  return [...sender.keys()].filter((nonce) => nonce > expected).length;
}
