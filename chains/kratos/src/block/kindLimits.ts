import type { SignedTransaction } from "../transaction/transaction.ts";

/** How many transactions of a kind a block may have (kratos-core 3.2). */
export const MAX_OF_KIND: ReadonlyMap<string, number> = new Map([
  ["SubmitEvidence", 16],
  ["ClockAttest", 16],
  ["RecordFinality", 1],
]);

/** True when no limited kind is there too often. That RecordFinality is first is its own admission rule. */
export function isWithinKindLimits(transactions: readonly SignedTransaction[]): boolean {
  const counts = new Map<string, number>();
  for (const { transaction } of transactions) {
    const { name, fields } = transaction.call;
    const kind = name === "WithTip" ? (fields as { readonly call: { readonly name: string } }).call.name : name;
    const count = (counts.get(kind) ?? 0) + 1;
    if (count > (MAX_OF_KIND.get(kind) ?? Number.POSITIVE_INFINITY)) return false;
    counts.set(kind, count);
  }
  return true;
}
