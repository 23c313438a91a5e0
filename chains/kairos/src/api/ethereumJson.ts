import { bytesToHex0x, quantityOf } from "@polis/codec";
import type { AccessListEntry } from "@polis/evm";
import type { EthereumTransaction, SignedAuthorization } from "../ethereum/types.ts";
import type { Json } from "./method.ts";
import { signatureWords } from "./signatureWords.ts";

/** The fields of an Ethereum transaction that its type has: Ethereum's published schema (kairos J1). */
export function ethereumJson(transaction: EthereumTransaction): Record<string, Json> {
  const { type, chainId, to, value, data, yParity, signature } = transaction;
  const parity = quantityOf(yParity);
  const common: Record<string, Json> = {
    to: to === undefined ? null : `0x${to}`,
    value: quantityOf(value),
    input: bytesToHex0x(data),
    ...signatureWords(signature),
  };
  if (type === 0) {
    // EIP-155; a transaction without replay protection names no chain.
    if (chainId === 0n) return { ...common, v: quantityOf(27 + yParity) };
    return { ...common, chainId: quantityOf(chainId), v: quantityOf(35n + 2n * chainId + BigInt(yParity)) };
  }
  const typed = {
    ...common,
    chainId: quantityOf(chainId),
    v: parity,
    yParity: parity,
    accessList: accessListJson(transaction.accessList),
  };
  if (type === 1) return typed;
  const priced = {
    ...typed,
    maxFeePerGas: quantityOf(transaction.maxFeePerGas),
    maxPriorityFeePerGas: quantityOf(transaction.maxPriorityFeePerGas),
  };
  if (type === 2) return priced;
  return { ...priced, authorizationList: transaction.authorizations.map(authorizationJson) };
}

/** An access list (EIP-2930). */
export function accessListJson(list: readonly AccessListEntry[]): Json {
  return list.map(({ address, slots }) => ({
    address: `0x${address}`,
    storageKeys: slots.map((slot) => `0x${slot}`),
  }));
}

function authorizationJson({ chainId, address, nonce, yParity, signature }: SignedAuthorization): Json {
  return {
    chainId: quantityOf(chainId),
    address: `0x${address}`,
    nonce: quantityOf(nonce),
    yParity: quantityOf(yParity),
    ...signatureWords(signature),
  };
}
