import type { RecorderLimits } from "./types.ts";

/** Counts what a recorder keeps. */
export interface Budget {
  /** Takes one item of so many bytes; false once a limit is reached, and ever after. */
  take(bytes: number): boolean;
  /** True when something was refused. */
  readonly isSpent: boolean;
}

/** A budget with nothing taken. */
export function createBudget({ maxItems, maxBytes }: RecorderLimits): Budget {
  let items = 0;
  let used = 0;
  let isSpent = false;
  return {
    take(bytes) {
      if (isSpent || items >= maxItems || used + bytes > maxBytes) {
        isSpent = true;
        return false;
      }
      items++;
      used += bytes;
      return true;
    },
    get isSpent() {
      return isSpent;
    },
  };
}
