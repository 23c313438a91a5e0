import { counter, each, gauge, histogram, type MetricSpec } from "./spec.ts";

/** Kinds of transactions by their EIP-2718 byte (kairos 7). */
const transactionTypes = ["0x0", "0x1", "0x2", "0x4", "0x4b"];

/** Metrics of mempool, execution, storage and money (kairos 19.1). */
export const ledgerMetrics = {
  tx_finality_latency_seconds: histogram("From the admission of a transaction of this node's clients to its finality."),
  mempool_pending_count: gauge("Transactions that the next blocks may take."),
  mempool_queued_count: gauge("Transactions that wait for an earlier one of their sender."),
  mempool_bytes: gauge("Bytes of all transactions in the pool."),
  mempool_capacity_count: gauge("Transactions that the pool holds at the most."),
  mempool_transactions_received_total: counter(
    "Transactions that came to the pool's door.",
    ["source"],
    each("source", ["rpc", "peer"]),
  ),
  mempool_transactions_rejected_total: counter("Transactions that were refused, by code (kairos 7.6).", ["reason"]),
  execution_gas_total: counter("Gas of finalized blocks."),
  execution_transactions_total: counter(
    "Transactions of finalized blocks.",
    ["type", "status"],
    transactionTypes.flatMap((type) => ["success", "reverted"].map((status) => ({ type, status }))),
  ),
  execution_payments_usdc_total: counter("USDC that finalized payments (type 0x4b) moved."),
  execution_block_duration_seconds: histogram("Time to execute a block of another validator."),
  execution_root_mismatch_total: counter("Certified blocks whose roots differ from this node's own execution."),
  usdc_supply_mismatch_total: counter("Blocks after which balances and supply disagreed (U5)."),
  trie_commit_duration_seconds: histogram("Time to compute the rows of blocks that become final."),
  storage_commit_duration_seconds: histogram("Time until finalized blocks are on disk."),
  storage_free_bytes: gauge("Free space of the file system of storage.path."),
  storage_size_bytes: gauge("Size of the file system of storage.path."),
  usdc_supply: gauge("USDC issued less USDC redeemed, after the last finalized block."),
  fees_treasury_total: counter("USDC of fees that finalized blocks gave to the treasury (F4)."),
  base_fee: gauge("Base fee of the next block, in 10^-18 USDC per gas."),
} as const satisfies Record<string, MetricSpec>;
