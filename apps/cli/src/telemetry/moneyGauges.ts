import type { BlockTally } from "@polis/kairos";
import type { Metrics } from "@polis/ports";
import type { Chain } from "../node/chain.ts";

const usdcPerUnit = 1e-6;
/** Amounts inside the machine have 18 decimals; a number of USDC is exact enough for a graph. */
const usdcPerNative = 1e-18;

/** Supply after the last finalized block, and the base fee of the next one (kairos 19.1). */
export function moneyGauges(metrics: Metrics, { ledger }: Pick<Chain, "ledger">): void {
  const { minted, burned } = ledger.supply();
  metrics.gauge("usdc_supply", Number(minted - burned) * usdcPerUnit);
  metrics.gauge("base_fee", Number(ledger.nextBaseFee()));
}

/** A block has become final: what it did, once. */
export function countTally(metrics: Metrics, { gasUsed, transactions, paid, treasuryFees }: BlockTally): void {
  metrics.count("execution_gas_total", Number(gasUsed));
  metrics.count("fees_treasury_total", Number(treasuryFees) * usdcPerNative);
  metrics.count("execution_payments_usdc_total", Number(paid) * usdcPerNative);
  for (const { type, status, count } of transactions) {
    const labels = { type: `0x${type.toString(16)}`, status: status === 1 ? "success" : "reverted" };
    metrics.count("execution_transactions_total", count, labels);
  }
}
