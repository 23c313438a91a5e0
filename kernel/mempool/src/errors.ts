/** Refusals of the pool, named as kairos 7.6 names them, with texts that wallets recognise. */
export const mempoolFaults = {
  ALREADY_KNOWN: "already known",
  NONCE_TOO_LOW: "nonce too low",
  NONCE_TOO_HIGH: "nonce too high: more than the allowed gap above the next nonce",
  FEE_TOO_LOW: "transaction underpriced: fee cap below the pool's minimum",
  INSUFFICIENT_BALANCE: "insufficient funds for gas * price + value, earlier pending transactions included",
  EXPIRED: "the transaction's validBefore has passed",
  LIMIT_EXCEEDED: "too many transactions of this sender or fee payer in the pool",
  REPLACEMENT_UNDERPRICED: "replacement transaction underpriced",
  MEMPOOL_FULL: "the pool is full of better paying transactions",
} as const;

/** One of the codes above. */
export type MempoolFaultCode = keyof typeof mempoolFaults;
