import { type Krat12, krat12 } from "@polis/codec";

const EXACT = /^(0|[1-9]\d{0,14})(?:\.(\d{1,12}))?$/;

/**
 * An amount in KRAT as base units, exact: no floating point (kratos-core 1.1, 14.4).
 * @returns undefined for any other text
 * @example parseKrat("1.5") // 1_500_000_000_000n
 */
export function parseKrat(text: string): Krat12 | undefined {
  const match = EXACT.exec(text);
  if (match === null) return undefined;
  const [, whole = "", decimals = ""] = match;
  return krat12(BigInt(whole + decimals.padEnd(12, "0")));
}
