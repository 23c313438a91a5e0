import type { Fork } from "../seam/rules.ts";
import type { EvmTransaction } from "../seam/transaction.ts";
import { gasPrices } from "./gasPrices.ts";

/** What a transaction costs before its first instruction, and the least that it costs altogether. */
export interface IntrinsicGas {
  readonly gas: bigint;
  /** EIP-7623's price of the calldata, from prague on; 0 before. */
  readonly floor: bigint;
}

/**
 * Intrinsic gas: 21,000, calldata (EIP-2028), creation (EIP-2, EIP-3860), access list (EIP-2930) and authorizations
 * (EIP-7702), with the calldata floor of EIP-7623.
 * @example intrinsicGas(transfer, "prague") // { gas: 21000n, floor: 21000n }
 */
export function intrinsicGas(
  transaction: Pick<EvmTransaction, "to" | "data" | "accessList" | "authorizations">,
  fork: Fork,
): IntrinsicGas {
  const { to, data, accessList, authorizations } = transaction;
  const tokens = BigInt(tokensOf(data));
  let gas = gasPrices.transaction + gasPrices.token * tokens;
  if (to === undefined) {
    gas += gasPrices.create + gasPrices.initCodeWord * BigInt(Math.ceil(data.length / 32));
  }
  for (const { slots } of accessList) gas += gasPrices.listedAddress + gasPrices.listedSlot * BigInt(slots.length);
  if (authorizations !== undefined) gas += gasPrices.authorization * BigInt(authorizations.length);
  return { gas, floor: fork === "cancun" ? 0n : gasPrices.transaction + gasPrices.floorToken * tokens };
}

function tokensOf(data: Uint8Array): number {
  let zeros = 0;
  for (let i = 0; i < data.length; i++) if (data[i] === 0) zeros++;
  return gasPrices.tokensPerByte * (data.length - zeros) + zeros;
}
