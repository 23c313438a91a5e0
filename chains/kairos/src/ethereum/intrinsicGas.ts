import type { EthereumFields } from "./types.ts";

/**
 * The least gas limit that a transaction may have (kairos T6): its intrinsic gas (21,000, calldata at 4 and 16 per byte,
 * creation and its words by EIP-3860, access list by EIP-2930, tuples by EIP-7702), or the calldata floor of EIP-7623 when
 * that is higher.
 */
export function intrinsicGas(fields: Pick<EthereumFields, "to" | "data" | "accessList" | "authorizations">): bigint {
  const { to, data, accessList, authorizations } = fields;
  if (data.length === 0 && accessList.length === 0 && authorizations.length === 0 && to !== undefined) return 21_000n;
  let zeros = 0;
  for (let i = 0; i < data.length; i++) if (data[i] === 0) zeros++;
  const tokens = zeros + 4 * (data.length - zeros);
  let gas = 21_000 + 4 * tokens + 25_000 * authorizations.length;
  if (to === undefined) gas += 32_000 + 2 * Math.ceil(data.length / 32);
  for (const { slots } of accessList) gas += 2_400 + 1_900 * slots.length;
  return BigInt(Math.max(gas, 21_000 + 10 * tokens));
}
