import type { KairosLedgerOptions } from "@polis/kairos";
import type { Config } from "../config/schema.ts";

/**
 * How a node builds its blocks (kairos 11.3, M4, M5): it stops taking transactions when the build deadline is over, and
 * keeps a share of the gas for payments.
 * @param nowMs monotonic milliseconds
 */
export function buildLimits({ mempool }: Pick<Config, "mempool">, nowMs: () => number) {
  return {
    paymentLanePercent: mempool.paymentLanePercent,
    keepGoing: () => {
      const endsAtMs = nowMs() + mempool.buildDeadline;
      return () => nowMs() < endsAtMs;
    },
  } satisfies KairosLedgerOptions["build"];
}
