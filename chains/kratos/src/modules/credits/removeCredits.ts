import { type CreditKind, type CreditRecord, creditKinds, totalCredits } from "./creditRecord.ts";

/**
 * Takes credits away in proportion (kratos-core 5.5): the floor of each share first, then one at a time in the order of the
 * original sizes, ties in the order of the kinds.
 * @param amount at most the total
 * @throws RangeError beyond the total
 */
export function removeCredits(record: CreditRecord, amount: number): CreditRecord {
  const total = totalCredits(record);
  if (amount < 0 || amount > total) throw new RangeError(`${amount} of ${total} credits`);
  if (amount === 0) return record;
  const left = new Map<CreditKind, number>();
  let rest = amount;
  for (const kind of creditKinds) {
    const share = Number((BigInt(record[kind]) * BigInt(amount)) / BigInt(total));
    left.set(kind, record[kind] - share);
    rest -= share;
  }
  const order = creditKinds.toSorted(
    (a, b) => record[b] - record[a] || creditKinds.indexOf(a) - creditKinds.indexOf(b),
  );
  for (let i = 0; rest > 0; i = (i + 1) % order.length) {
    const kind = order[i]!;
    const has = left.get(kind)!;
    if (has === 0) continue;
    left.set(kind, has - 1);
    rest--;
  }
  return {
    ...record,
    vote: left.get("vote")!,
    uptime: left.get("uptime")!,
    arbitration: left.get("arbitration")!,
    seniority: left.get("seniority")!,
  };
}
