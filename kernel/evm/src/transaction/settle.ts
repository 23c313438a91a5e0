import type { Engine } from "../engine/types.ts";
import type { ChainRules } from "../seam/rules.ts";
import type { BlockEnv, EvmTransaction } from "../seam/transaction.ts";
import { refundQuotient } from "./gasPrices.ts";

/** Gas of a transaction after its last frame. */
export interface GasBill {
  readonly gasUsed: bigint;
  readonly gasSpent: bigint;
  readonly gasRefunded: bigint;
}

/**
 * The gas that a transaction pays for: at most a fifth of it comes back (EIP-3529), and then the calldata floor holds
 * (EIP-7623).
 */
export function billGas(gasLimit: bigint, gasLeft: bigint, refund: bigint, floor: bigint): GasBill {
  const spent = gasLimit - gasLeft;
  const cap = spent / refundQuotient;
  const gasRefunded = refund < cap ? refund : cap;
  const net = spent - gasRefunded;
  return { gasUsed: net > floor ? net : floor, gasSpent: spent > floor ? spent : floor, gasRefunded };
}

/**
 * Returns what the sender paid for gas it did not use, and pays the tip where the chain does so per transaction. A chain
 * that collects takes both parts of the fee from the result at the end of the block (kairos F3, F4).
 */
export function settleFees(
  engine: Engine,
  rules: ChainRules,
  env: BlockEnv,
  { from, gasLimit, gasPrice }: EvmTransaction,
  gasUsed: bigint,
): void {
  const back = (gasLimit - gasUsed) * gasPrice;
  if (back > 0n) engine.addBalance(from, back);
  // A tip of 0 still touches the coinbase, so that an empty one is not written (EIP-161).
  if (rules.fees === "burnAndTip") engine.addBalance(env.coinbase, (gasPrice - env.baseFee) * gasUsed);
}
