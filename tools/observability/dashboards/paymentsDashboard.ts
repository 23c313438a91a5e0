import { type Dashboard, lines, logs, one, quantile, rate, stat } from "./panel.ts";

/** How many payments, how much USDC, what fees? (kairos 19.3) */
export const paymentsDashboard: Dashboard = {
  uid: "kairos-payments",
  title: "Kairos Payments",
  description: "Volume, fees, base fee and supply. Every node counts the same: choose one.",
  panels: [
    stat("USDC supply", "Issued less redeemed, after the last finalized block.", "currencyUSD", one("usdc_supply")),
    stat("Base fee", "Of the next block, in 10^-18 USDC per gas.", "short", one("base_fee")),
    stat(
      "Transactions",
      "That became final in the last five minutes.",
      "short",
      `sum by (instance) (increase(${one("execution_transactions_total")}[5m]))`,
    ),
    stat(
      "Paid",
      "USDC moved by payments in the last five minutes.",
      "currencyUSD",
      `increase(${one("execution_payments_usdc_total")}[5m])`,
    ),
    stat(
      "Fees to the treasury",
      "USDC in the last five minutes.",
      "currencyUSD",
      `increase(${one("fees_treasury_total")}[5m])`,
    ),
    stat("Waiting", "Transactions that the next blocks may take.", "short", one("mempool_pending_count")),
    lines("Transactions", "In a second, by type and status.", "ops", [
      `sum by (type, status) (${rate("execution_transactions_total")})`,
      "{{type}} {{status}}",
    ]),
    lines("Volume", "USDC moved by payments in a second.", "currencyUSD", [
      rate("execution_payments_usdc_total"),
      "{{instance}}",
    ]),
    lines(
      "Time to finality of this node's clients",
      "From admission to finality.",
      "s",
      [quantile(0.5, "tx_finality_latency_seconds"), "{{instance}} p50"],
      [quantile(0.99, "tx_finality_latency_seconds"), "{{instance}} p99"],
    ),
    lines("Base fee", "In 10^-18 USDC per gas.", "short", [one("base_fee"), "{{instance}}"]),
    lines("Fees to the treasury", "USDC in a second.", "currencyUSD", [rate("fees_treasury_total"), "{{instance}}"]),
    lines("USDC supply", "Issued less redeemed.", "currencyUSD", [one("usdc_supply"), "{{instance}}"]),
    lines("Gas", "Gas of finalized blocks in a second.", "short", [rate("execution_gas_total"), "{{instance}}"]),
    lines(
      "Received and refused",
      "Transactions at the door of the pool in a second.",
      "ops",
      [`sum by (source) (${rate("mempool_transactions_received_total")})`, "from {{source}}"],
      [`sum by (reason) (${rate("mempool_transactions_rejected_total")})`, "refused {{reason}}"],
    ),
    lines("Pool", "Bytes of all transactions that wait.", "bytes", [one("mempool_bytes"), "{{instance}}"]),
    logs("Log", '{job="kairos", instance=~"$instance", level=~"info|warn|error"} | json'),
  ],
};
