import { addressToBytes, encodeRlp, rlpUint } from "@polis/codec";
import { ethereumAddress, keccak256, secp256k1 } from "@polis/crypto";
import type { Fork } from "../seam/rules.ts";
import type { Authorization, BlockEnv, EvmTransaction } from "../seam/transaction.ts";
import {
  addressIn,
  bytesOf,
  digestIn,
  type JsonAuthorization,
  type JsonStateTest,
  numberOf,
  type StateTestCase,
} from "./stateTestFile.ts";

const WORD = 1n << 256n;
const LIMB = 1n << 64n;
const MAX_BLOBS: Readonly<Record<Fork, number>> = { cancun: 6, prague: 9, osaka: 9 };

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
    to: isCreation(json.to) ? undefined : addressIn(json.to!),
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
    refuse(transaction, maxTip, env) ??
    refuseDelegations(transaction, json.authorizationList, fork) ??
    refuseBlobs(transaction, numberOf(json.maxFeePerBlobGas), env, maxBlobs(test, fork));
  return refused ?? transaction;
}

function refuse(transaction: EvmTransaction, maxTip: bigint, env: BlockEnv): string | undefined {
  const { maxFeePerGas, gasLimit, value, nonce } = transaction;
  if (maxFeePerGas < env.baseFee) return "maximum fee below the base fee";
  if (maxTip > maxFeePerGas) return "tip above the maximum fee";
  if (value >= WORD || gasLimit * maxFeePerGas >= WORD || nonce >= LIMB) return "a number out of range";
  if (gasLimit > env.gasLimit) return "more gas than the block has";
  return undefined;
}

function refuseDelegations(
  { to, authorizations }: EvmTransaction,
  list: readonly JsonAuthorization[] | undefined,
  fork: Fork,
): string | undefined {
  if (authorizations === undefined) return undefined;
  if (fork === "cancun") return "type 4 before prague";
  if (to === undefined) return "type 4 creates a contract";
  const tooLarge = list?.some(
    ({ chainId, nonce, r, s, v, yParity }) =>
      [chainId, r, s].some((text) => numberOf(text) >= WORD) ||
      numberOf(nonce) >= LIMB ||
      numberOf(yParity ?? v) >= 256n,
  );
  return tooLarge ? "an authorization with a number out of range" : undefined;
}

function refuseBlobs(
  { to, blobHashes }: EvmTransaction,
  maxBlobFee: bigint,
  env: BlockEnv,
  most: number,
): string | undefined {
  if (blobHashes === undefined) return undefined;
  if (to === undefined) return "type 3 creates a contract";
  if (blobHashes.length === 0) return "type 3 without blobs";
  if (blobHashes.length > most) return "too many blobs";
  if (blobHashes.some((hash) => !hash.startsWith("01"))) return "unknown version of a blob hash";
  if (maxBlobFee < env.blobBaseFee) return "maximum blob fee below the blob base fee";
  return undefined;
}

/** Blobs that a transaction may have: the block's, from osaka on at most six (EIP-7594). */
function maxBlobs({ config }: JsonStateTest, fork: Fork): number {
  const name = fork.slice(0, 1).toUpperCase() + fork.slice(1);
  const scheduled = Number(numberOf(config?.blobSchedule?.[name]?.max)) || MAX_BLOBS[fork];
  return fork === "osaka" ? Math.min(6, scheduled) : scheduled;
}

function isCreation(to: string | null | undefined): boolean {
  return to === undefined || to === null || to === "" || to === "0x";
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
  const isReadable = parity <= 1n && signature.length === 64;
  const key = isReadable ? secp256k1.recover(digest, signature, Number(parity)) : undefined;
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
