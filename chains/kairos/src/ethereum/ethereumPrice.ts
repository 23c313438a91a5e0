import { smaller } from "../smaller.ts";
import type { EthereumTransaction } from "./types.ts";

/**
 * What an Ethereum transaction pays per gas at a base fee (EIP-1559), 10^-18 USDC: the base fee and as much of its tip as
 * its maximum leaves. At most the maximum; the caller has checked that it covers the base fee.
 */
export function ethereumPrice(
  { maxFeePerGas, maxPriorityFeePerGas }: Pick<EthereumTransaction, "maxFeePerGas" | "maxPriorityFeePerGas">,
  baseFee: bigint,
): bigint {
  return smaller(maxFeePerGas, baseFee + maxPriorityFeePerGas);
}
