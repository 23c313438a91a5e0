import type { Epoch } from "@polis/codec";
import type { State } from "../../state/state.ts";
import type { Account } from "../accounts/account.ts";
import { ACTIVE_EPOCHS, type ActivityBucket, economics } from "./economicsState.ts";

/** Moves a sender from the bucket of its last activity to that of this epoch (kratos-core 9.2). @param before it is charged */
export function countActivity(state: State, before: Account, at: Epoch): void {
  const isNew = before.nonce === 0;
  if (!isNew && before.lastActiveEpoch === at) return;
  state.update(economics, (entry) => {
    const left = isNew ? entry.activeUsers : changed(entry.activeUsers, before.lastActiveEpoch, -1);
    return { ...entry, activeUsers: changed(left, at, 1).slice(-ACTIVE_EPOCHS) };
  });
}

/** A bucket that has left the window is not there any more, and nothing is taken from it. */
function changed(buckets: readonly ActivityBucket[], epoch: Epoch, by: 1 | -1): readonly ActivityBucket[] {
  const found = buckets.find((bucket) => bucket.epoch === epoch);
  if (found === undefined) return by === 1 ? [...buckets, { epoch, accounts: 1 }] : buckets;
  const accounts = found.accounts + by;
  return buckets.flatMap((bucket) => (bucket !== found ? [bucket] : accounts === 0 ? [] : [{ epoch, accounts }]));
}
