import type { Address, Digest } from "@polis/codec";
import * as layout from "../../assembly/layout.ts";
import type { BlockEnv } from "../seam/transaction.ts";
import type { Machine } from "./machine.ts";

/** Writes what the instructions about the block read. */
export function writeBlock({ kernel, memory }: Machine, env: BlockEnv): void {
  const at = kernel.newEnv();
  memory.setHex(at + layout.ENV_COINBASE, env.coinbase);
  memory.setHex(at + layout.ENV_PREV_RANDAO, env.prevRandao);
  memory.setWord(at + layout.ENV_NUMBER, env.number);
  memory.setWord(at + layout.ENV_TIMESTAMP, BigInt(env.timestampS));
  memory.setWord(at + layout.ENV_GAS_LIMIT, env.gasLimit);
  memory.setWord(at + layout.ENV_CHAIN_ID, env.chainId);
  memory.setWord(at + layout.ENV_BASE_FEE, env.baseFee);
  memory.setWord(at + layout.ENV_BLOB_BASE_FEE, env.blobBaseFee);
}

/** Writes what the instructions about the transaction read. */
export function writeTransaction(
  { kernel, memory }: Machine,
  origin: Address,
  gasPrice: bigint,
  blobHashes: readonly Digest[],
): void {
  const count = blobHashes.length;
  if (count > layout.MAX_BLOB_HASHES) throw new RangeError(`more than ${layout.MAX_BLOB_HASHES} blobs`);
  const at = kernel.envAt();
  memory.setHex(at + layout.ENV_ORIGIN, origin);
  memory.setWord(at + layout.ENV_GAS_PRICE, gasPrice);
  memory.setWord(at + layout.ENV_BLOB_COUNT, BigInt(count));
  for (let i = 0; i < count; i++) memory.setHex(at + layout.ENV_BLOB_HASHES + 32 * i, blobHashes[i]!);
}
