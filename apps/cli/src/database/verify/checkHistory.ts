import { height, readU64Number } from "@polis/codec";
import { heightKey } from "@polis/kairos";
import { readJournalRow } from "@polis/minimmit";
import { decodeUndo } from "@polis/state";
import type { VerifyContext } from "./types.ts";

/** The kept past has no gap up to the tip and can be read (kairos 6.4), and so can the journal (R25). */
export function checkHistory({ store, ledger, found }: VerifyContext): void {
  let next: number | undefined;
  for (const [key, row] of store.range("history", { limit: Number.MAX_SAFE_INTEGER })) {
    const at = readU64Number(key, 0);
    if (at === undefined || (next !== undefined && at !== next)) {
      found(`the state history has a gap at ${next ?? 0}`);
      return;
    }
    next = at + 1;
    try {
      decodeUndo(row.subarray(8));
    } catch (error) {
      found(`height ${at}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const tip = ledger.lastFinalized.height;
  if (next !== undefined && next !== tip + 1) found(`the state history ends at ${next - 1}, the chain at ${tip}`);
  for (const [key, value] of store.range("journal", { limit: Number.MAX_SAFE_INTEGER })) {
    if (readJournalRow(key, value) === undefined) found(`a record of the journal is malformed: 0x${key.toHex()}`);
  }
  if (store.get("headers", heightKey(height(tip + 1))) !== undefined) found(`there is a header above the tip ${tip}`);
}
