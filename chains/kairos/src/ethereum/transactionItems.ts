import { type RlpItem, rlpUint } from "@polis/codec";
import type { EthereumFields, SignedAuthorization } from "./types.ts";

/** The RLP items of a transaction without its signature, in the order of its type. */
export function transactionItems(fields: EthereumFields): readonly RlpItem[] {
  const { type, chainId, nonce, gas, maxFeePerGas, maxPriorityFeePerGas, to, value, data } = fields;
  const call = [rlpUint(gas), to === undefined ? new Uint8Array(0) : Uint8Array.fromHex(to), rlpUint(value), data];
  if (type === 0) return [rlpUint(nonce), rlpUint(maxFeePerGas), ...call];
  const accessList = fields.accessList.map(({ address, slots }) => [
    Uint8Array.fromHex(address),
    slots.map((slot) => Uint8Array.fromHex(slot)),
  ]);
  const head = [rlpUint(chainId), rlpUint(nonce)];
  if (type === 1) return [...head, rlpUint(maxFeePerGas), ...call, accessList];
  const typed = [...head, rlpUint(maxPriorityFeePerGas), rlpUint(maxFeePerGas), ...call, accessList];
  return type === 2 ? typed : [...typed, fields.authorizations.map(authorizationItems)];
}

function authorizationItems(tuple: SignedAuthorization): RlpItem {
  const { chainId, address, nonce, yParity, signature } = tuple;
  return [
    rlpUint(chainId),
    Uint8Array.fromHex(address),
    rlpUint(nonce),
    rlpUint(yParity),
    ...signatureItems(signature),
  ];
}

/** r and s as RLP integers: without leading zeros. */
export function signatureItems(signature: Uint8Array): readonly [Uint8Array, Uint8Array] {
  return [minimal(signature.subarray(0, 32)), minimal(signature.subarray(32, 64))];
}

function minimal(bytes: Uint8Array): Uint8Array {
  let at = 0;
  while (at < bytes.length && bytes[at] === 0) at++;
  return bytes.subarray(at);
}
