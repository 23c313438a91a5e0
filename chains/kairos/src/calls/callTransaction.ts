import { ethereumAddress, secp256k1 } from "@polis/crypto";
import type { Authorization, BlockEnv, EvmTransaction } from "@polis/evm";
import { zeroAddress } from "../addresses.ts";
import { authorizationDigest } from "../ethereum/signingDigest.ts";
import type { SignedAuthorization } from "../ethereum/types.ts";
import { smaller } from "../smaller.ts";
import type { CallRequest } from "./job.ts";

const none = new Uint8Array(0);

/**
 * A client's call as the EVM takes it. The sender defaults to the zero address and the price to 0, as in Ethereum's
 * clients.
 * @param nonce of the sender in the state that the call runs on
 */
export function callTransaction(request: CallRequest, env: BlockEnv, nonce: bigint, gasLimit: bigint): EvmTransaction {
  const { from, to, value, data, accessList, authorizations } = request;
  const call: EvmTransaction = {
    from: from ?? zeroAddress,
    to,
    nonce: request.nonce ?? nonce,
    gasLimit,
    gasPrice: priceOf(request, env.baseFee),
    maxFeePerGas: feeCapOf(request),
    value: value ?? 0n,
    data: data ?? none,
    accessList: accessList ?? [],
  };
  return authorizations === undefined ? call : { ...call, authorizations: authorizations.map(recover) };
}

/** Most that the call offers per gas; 0 when it names no price. */
export function feeCapOf({ gasPrice, maxFeePerGas }: CallRequest): bigint {
  return gasPrice ?? maxFeePerGas ?? 0n;
}

function priceOf({ gasPrice, maxFeePerGas, maxPriorityFeePerGas }: CallRequest, baseFee: bigint): bigint {
  if (gasPrice !== undefined) return gasPrice;
  if (maxFeePerGas === undefined) return 0n;
  return smaller(maxFeePerGas, baseFee + (maxPriorityFeePerGas ?? 0n));
}

function recover({ chainId, address, nonce, yParity, signature }: SignedAuthorization): Authorization {
  const key = secp256k1.recover(authorizationDigest({ chainId, address, nonce }), signature, yParity);
  return { chainId, address, nonce, authority: key === undefined ? undefined : ethereumAddress(key) };
}
