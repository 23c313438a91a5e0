import { addressOf, type RlpItem, readRlpUint } from "@polis/codec";
import { readSignature } from "./readSignature.ts";
import { maxAuthorizations, type SignedAuthorization } from "./types.ts";

/**
 * The tuples `[chainId, address, nonce, yParity, r, s]` of EIP-7702 with the ranges that the EIP asks of them, or a text
 * that says what is wrong. Signatures are not checked: a wrong one makes its tuple void, not the transaction.
 */
export function readAuthorizations(item: RlpItem): readonly SignedAuthorization[] | string {
  if (item instanceof Uint8Array) return "the authorization list must be a list";
  if (item.length === 0) return "a set code transaction needs at least one authorization";
  if (item.length > maxAuthorizations) return `at most ${maxAuthorizations} authorizations`;
  const tuples: SignedAuthorization[] = [];
  for (const tuple of item) {
    const read = tuple instanceof Uint8Array || tuple.length !== 6 ? undefined : readTuple(tuple);
    if (read === undefined) return "an authorization is [chainId, address, nonce, yParity, r, s]";
    tuples.push(read);
  }
  return tuples;
}

function readTuple(tuple: readonly RlpItem[]): SignedAuthorization | undefined {
  const chainId = readRlpUint(tuple[0]!, 32);
  const account = tuple[1];
  const nonce = readRlpUint(tuple[2]!, 8);
  const yParity = readRlpUint(tuple[3]!, 1);
  const signature = readSignature(tuple[4]!, tuple[5]!);
  if (!(account instanceof Uint8Array) || account.length !== 20) return undefined;
  if (!(chainId.ok && nonce.ok && yParity.ok) || signature === undefined) return undefined;
  return {
    chainId: chainId.value,
    address: addressOf(account),
    nonce: nonce.value,
    yParity: Number(yParity.value),
    signature,
  };
}
