import type { Height } from "@polis/codec";

/**
 * The caller asks for what this node has had and has dropped (kairos 6.4, G7). It is thrown where the block is looked for,
 * because every method goes there; servers turn it into the error of their protocol.
 */
export class PrunedHistoryError extends Error {
  override readonly name = "PrunedHistoryError";
  readonly code = "HISTORY_PRUNED";
  readonly hint = 'ask a node with storage.history = "full" or "archive"';
  readonly lowest: Height;

  /**
   * @param what that is asked for, for example `block 17`
   * @param lowest the lowest height that is kept
   */
  constructor(what: string, lowest: Height) {
    super(`${what} is no longer kept: this node keeps the blocks from ${lowest} on`);
    this.lowest = lowest;
  }
}

/** @throws PrunedHistoryError for a height above genesis that is below the lowest kept one */
export function checkKept(at: number, lowest: Height): void {
  if (at > 0 && at < lowest) throw new PrunedHistoryError(`block ${at}`, lowest);
}
