import type { Store } from "@polis/ports";
import { decodeSlimAccount } from "@polis/state";

/**
 * Sum of all native balances in the table `accounts`, by a scan: for tests and `kairos db verify` (U5). Throws on a
 * damaged row.
 * @returns 10^-18 USDC
 */
export function recount(store: Store): bigint {
  let sum = 0n;
  for (const [, row] of store.range("accounts", { limit: Number.MAX_SAFE_INTEGER })) {
    const account = decodeSlimAccount(row);
    if (account === undefined) throw new Error("an account row is damaged");
    sum += account.balance;
  }
  return sum;
}
