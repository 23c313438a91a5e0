import { type Krat12, krat12 } from "@polis/codec";
import { walletError } from "../errors.ts";

const DECIMALS = 12;
const MAX_AMOUNT = 2n ** 128n;
const FORM = /^(0|[1-9][0-9]{0,26})(?:\.([0-9]{1,12}))?$/;

/**
 * Reads an amount of KRAT exactly: decimal digits, at most 12 of them after the point, no floating point (kratos-core 14.4).
 * @returns base units
 * @throws UserError AMOUNT
 * @example parseKrat("1.5") // 1_500_000_000_000n
 */
export function parseKrat(text: string): Krat12 {
  const [, whole, fraction = ""] = FORM.exec(text.trim()) ?? [];
  const amount = whole === undefined ? MAX_AMOUNT : BigInt(whole + fraction.padEnd(DECIMALS, "0"));
  if (amount < MAX_AMOUNT) return krat12(amount);
  const hint = "write it as 12 or 12.5: digits, a point, and at most 12 digits after it";
  throw walletError("input", "AMOUNT", `${text} is not an amount of KRAT`, hint);
}

/** An amount with all of its digits and with thousands separators: `1,234.5 KRAT`. */
export function formatKrat(amount: bigint): string {
  return `${formatDecimal(amount)} KRAT`;
}

/** The same without the unit and without separators, which `parseKrat` reads back. */
export function plainKrat(amount: bigint): string {
  return formatDecimal(amount).replaceAll(",", "");
}

function formatDecimal(amount: bigint): string {
  const digits = amount.toString().padStart(DECIMALS + 1, "0");
  const whole = groups(digits.slice(0, -DECIMALS));
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}

/** Digits in groups of three. */
export function groups(digits: string | number): string {
  return String(digits).replace(/\B(?=(\d{3})+$)/g, ",");
}
