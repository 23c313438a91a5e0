import { lowSafeView } from "./lowSafeView.ts";
import { missingProof } from "./missingProof.ts";
import { skippedParent } from "./skippedParent.ts";

/**
 * Schedules that random seeds do not find, by name: each says what went wrong, or nothing. Planted bugs may name one as
 * their killer.
 */
export const DIRECTED: Readonly<Record<string, () => string | undefined>> = {
  "low-safe-view": lowSafeView,
  "missing-proof": missingProof,
  "skipped-parent": skippedParent,
};
