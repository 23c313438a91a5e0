import type { Address, Digest } from "@polis/codec";
import {
  type EthereumType,
  type SignedAuthorization,
  signEthereumTransaction,
  signAuthorization as signTuple,
} from "@polis/kairos";
import { SdkError } from "../errors/sdkError.ts";
import { type SignedTransaction, signedTransaction } from "../payment/signedTransaction.ts";
import { parseAddress, parseHash } from "../text/address.ts";
import { bytesOf, type Hex } from "../text/hex.ts";
import type { Wallet } from "../wallet/wallet.ts";

/** An Ethereum transaction to sign. Prices in 10^-18 USDC per gas, value in 10^-18 USDC; absent members are zero or empty. */
export interface EthereumRequest {
  /** 0 legacy, 1 with an access list (EIP-2930), 2 (EIP-1559, the default), 4 with authorizations (EIP-7702). */
  readonly type?: EthereumType;
  readonly chainId: bigint;
  readonly nonce: bigint;
  readonly gas: bigint;
  /** The gas price of types 0 and 1. */
  readonly maxFeePerGas: bigint;
  /** Types 2 and 4. */
  readonly maxPriorityFeePerGas?: bigint;
  /** Absent creates a contract from `data`. */
  readonly to?: string;
  readonly value?: bigint;
  readonly data?: Hex;
  readonly accessList?: readonly { readonly address: string; readonly storageKeys: readonly string[] }[];
  readonly authorizations?: readonly SignedAuthorization[];
}

/**
 * Signs a transaction of Ethereum's types with a secp256k1 wallet.
 * @throws SdkError TRANSACTION for another kind of key, or members that its type does not have
 * @example
 * const fees = { gas: 21_000n, maxFeePerGas: 10n ** 11n };
 * signEthereum(carol, { chainId: 52_470n, nonce: 0n, ...fees, to: bob.address, value: toNative(usdc6(1n)) }).raw[0]; // => 2
 */
export function signEthereum(wallet: Wallet, request: EthereumRequest): SignedTransaction {
  const type = request.type ?? 2;
  mustFit(type, request);
  const envelope = signEthereumTransaction(
    {
      type,
      chainId: request.chainId,
      nonce: request.nonce,
      gas: request.gas,
      maxFeePerGas: request.maxFeePerGas,
      maxPriorityFeePerGas: type < 2 ? request.maxFeePerGas : (request.maxPriorityFeePerGas ?? 0n),
      to: request.to === undefined ? undefined : parseAddress(request.to),
      value: request.value ?? 0n,
      data: bytesOf(request.data ?? "0x"),
      accessList: (request.accessList ?? []).map(({ address, storageKeys }) => ({
        address: parseAddress(address) as Address,
        slots: storageKeys.map((key): Digest => parseHash(key)),
      })),
      authorizations: request.authorizations ?? [],
    },
    secretOf(wallet),
  );
  return signedTransaction(envelope);
}

/**
 * Lets an account take the code of a contract (EIP-7702), in a transaction of type 4 that anybody may send.
 * @param nonce the account's; one more when it sends the transaction itself
 * @example signAuthorization(carol, { chainId: 52_470n, address: bob.address, nonce: 0n }).nonce; // => 0n
 */
export function signAuthorization(
  wallet: Wallet,
  { chainId, address, nonce }: { readonly chainId: bigint; readonly address: string; readonly nonce: bigint },
): SignedAuthorization {
  return signTuple({ chainId, address: parseAddress(address), nonce }, secretOf(wallet));
}

function secretOf(wallet: Wallet): Uint8Array {
  if (wallet.kind === "secp256k1") return wallet.revealSecret();
  const hint = "use a secp256k1 wallet; the other kinds sign payments alone";
  throw new SdkError("TRANSACTION", `a ${wallet.kind} key cannot sign Ethereum's transactions`, hint);
}

function mustFit(type: EthereumType, { accessList, authorizations, maxPriorityFeePerGas, to }: EthereumRequest): void {
  const hint = "leave the member out, or choose the type that has it";
  const wrong =
    type === 0 && accessList !== undefined
      ? "a legacy transaction has no access list"
      : type < 2 && maxPriorityFeePerGas !== undefined
        ? `type ${type} has one gas price and no tip`
        : (type === 4) !== (authorizations !== undefined && authorizations.length > 0)
          ? "type 4, and no other, has at least one authorization"
          : type === 4 && to === undefined
            ? "type 4 creates no contract"
            : undefined;
  if (wrong !== undefined) throw new SdkError("TRANSACTION", wrong, hint);
}
