import type { Address, Digest, Height } from "@polis/codec";
import { addressIndexKey, addressRole, createLogTrail, eachParticipant } from "@polis/kairos";
import type { CheckedBlock } from "./checkBlock.ts";
import type { VerifyContext } from "./types.ts";

/**
 * The signatures of a block's transactions, and the indexes by account and by log that follow from them (kairos 6.2, S6).
 * @returns how many rows of the address index belong to the block
 */
export function checkIndexes(context: VerifyContext, at: Height, { digest }: CheckedBlock): number {
  const { ledger, store, found } = context;
  const transactions = ledger.transactionsOf(digest as Digest) ?? [];
  const receipts = ledger.receiptsByHeight(at) ?? [];
  const trail = createLogTrail();
  const missing = (index: number, account: Address, role: number) => {
    if (store.get("address_index", addressIndexKey(account, at, index, role)) !== undefined) return;
    found(`height ${at}: transaction ${index} is not found under 0x${account} (address_index)`);
  };
  // A recipient that is paid twice has one row.
  let rows = 0;
  for (const [index, verified] of transactions.entries()) {
    const seen = new Set<string>();
    eachParticipant(verified, (account, role) => {
      seen.add(`${account}${role}`);
      missing(index, account, role);
    });
    rows += seen.size;
    trail.add(index, verified, receipts[index]?.logs ?? []);
  }
  const { terms, indirect } = trail.finish();
  for (const [index, account] of indirect) missing(index, account, addressRole.logOnly);
  for (const term of terms ?? []) {
    const criteria =
      term.length === 40 ? { addresses: [term as Address], topics: [] } : { addresses: [], topics: [[term as Digest]] };
    if (![...ledger.heightsWithLogs(at, at, criteria)].includes(at)) {
      found(`height ${at}: its logs are not found by 0x${term} (log_index)`);
    }
  }
  return rows + indirect.length;
}
