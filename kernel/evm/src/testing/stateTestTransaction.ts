import { addressToBytes, encodeRlp, rlpUint } from "@polis/codec";
import { ethereumAddress, keccak256, secp256k1 } from "@polis/crypto";
import type { Fork } from "../seam/rules.ts";
import type { Authorization, BlockEnv, EvmTransaction } from "../seam/transaction.ts";
import { addressIn, bytesOf, digestIn, type JsonAuthorization, numberOf, type StateTestCase } from "./stateTestFile.ts";

const WORD = 1n << 256n;
const MAX_BLOBS: Readonly<Record<Fork, number>> = { cancun: 6, prague: 9, osaka: 6 };

/**
 * The transaction of a case with its prices resolved, or why it may not be in a block at all: what a chain checks when
 * it decodes a transaction, blobs and block limits included, because the EVM never sees such a transaction.
 */
export function transactionOf({ test, expected, fork }: StateTestCase, env: BlockEnv): EvmTransaction | string {
  const { transaction: json } = test;
  const { data, gas, value } = expected.indexes;
  const maxFeePerGas = numberOf(json.maxFeePerGas ?? json.gasPrice);
  const maxTip = json.maxFeePerGas === undefined ? maxFeePerGas : numberOf(json.maxPriorityFeePerGas);
  const transaction: EvmTransaction = {
    from: addressIn(json.sender ?? senderOf(json.secretKey!)),
    to: json.to === "" || json.to === "0x" ? undefined : addressIn(json.to),
    nonce: numberOf(json.nonce),
    gasLimit: numberOf(json.gasLimit[gas]),
    gasPrice: min(maxFeePerGas, env.baseFee + maxTip),
    maxFeePerGas,
    value: numberOf(json.value[value]),
    data: bytesOf(json.data[data]!),
    accessList: (json.accessLists?.[data] ?? []).map(({ address, storageKeys }) => ({
      address: addressIn(address),
      slots: storageKeys.map(digestIn),
    })),
    ...(json.authorizationList === undefined ? {} : { authorizations: json.authorizationList.map(authorizationOf) }),
    ...(json.blobVersionedHashes === undefined ? {} : { blobHashes: json.blobVersionedHashes.map(digestIn) }),
  };
  const refused =
    refuse(transaction, maxTip, env) ?? refuseType(transaction, numberOf(json.maxFeePerBlobGas), env, fork);
  return refused ?? transaction;
}

function refuse({ maxFeePerGas, gasLimit, value }: EvmTransaction, maxTip: bigint, env: BlockEnv): string | undefined {
  if (maxFeePerGas < env.baseFee) return "maximum fee below the base fee";
  if (maxTip > maxFeePerGas) return "tip above the maximum fee";
  if (gasLimit > env.gasLimit) return "more gas than the block has";
  if (value >= WORD || gasLimit * maxFeePerGas >= WORD) return "a number beyond 256 bits";
  return undefined;
}

function refuseType(tx: EvmTransaction, maxBlobFee: bigint, env: BlockEnv, fork: Fork): string | undefined {
  const { blobHashes, authorizations, to } = tx;
  if (authorizations !== undefined) {
    if (fork === "cancun") return "type 4 before prague";
    if (to === undefined) return "type 4 creates a contract";
  }
  if (blobHashes === undefined) return undefined;
  if (to === undefined) return "type 3 creates a contract";
  if (blobHashes.length === 0) return "type 3 without blobs";
  if (blobHashes.length > MAX_BLOBS[fork]) return "too many blobs";
  if (blobHashes.some((hash) => !hash.startsWith("01"))) return "unknown version of a blob hash";
  if (maxBlobFee < env.blobBaseFee) return "maximum blob fee below the blob base fee";
  return undefined;
}

/** What a sender of blobs must own beyond the checks of the EVM: the maximum instead of the current blob fee. */
export function mostBlobFee({ test }: StateTestCase): bigint {
  const { maxFeePerBlobGas, blobVersionedHashes } = test.transaction;
  return numberOf(maxFeePerBlobGas) * BigInt(blobVersionedHashes?.length ?? 0) * 131_072n;
}

function authorizationOf(json: JsonAuthorization): Authorization {
  const tuple = { chainId: numberOf(json.chainId), address: addressIn(json.address), nonce: numberOf(json.nonce) };
  const message = encodeRlp([rlpUint(tuple.chainId), addressToBytes(tuple.address), rlpUint(tuple.nonce)]);
  const digest = keccak256(Uint8Array.of(5, ...message));
  const parity = numberOf(json.yParity ?? json.v);
  const signature = Uint8Array.fromHex(digestIn(json.r) + digestIn(json.s));
  const key = parity <= 1n ? secp256k1.recover(digest, signature, Number(parity)) : undefined;
  return { ...tuple, authority: key === undefined ? undefined : ethereumAddress(key) };
}

function senderOf(secret: string): string {
  const key = secp256k1.publicKey(Uint8Array.fromHex(digestIn(secret)));
  if (key === undefined) throw new Error("the test's secret key is not one");
  return `0x${ethereumAddress(key)}`;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
