import type { PoolIndex } from "./poolIndex.ts";
import type { Entry } from "./senderQueue.ts";

/**
 * Brings the pool back within its limits after a newcomer came in, in the order of kairos M6 (expired ones are gone
 * already): queued transactions, then pending ones; of a sender always the highest nonce, so that no gap appears.
 * @returns true if the newcomer itself had to leave; then everything is as it was before it came
 */
export function makeRoom(index: PoolIndex, newcomer: Entry, replaced: Entry | undefined): boolean {
  const evicted: Entry[] = [];
  while (index.byHash.size > index.config.maxTransactions || index.bytes > index.config.maxBytes) {
    const worst = index.worstQueued.top?.lastQueued ?? index.worstPending.top!.lastPending!;
    evicted.push(worst);
    index.remove(worst);
    index.reclassify(worst.queue);
    if (!newcomer.held) break;
  }
  if (newcomer.held) return false;
  if (replaced !== undefined) evicted.push(replaced);
  for (const entry of evicted) {
    if (entry === newcomer) continue;
    index.insert(entry, entry.queue.indexOf(entry.transaction.nonce));
  }
  for (const entry of evicted) index.reclassify(entry.queue);
  return true;
}
