import type { Digest } from "@polis/codec";
import type { BlockEnv } from "@polis/evm";
import type { Header } from "../block/header.ts";
import type { BlockOverride } from "./overrides.ts";
import type { CallWorld } from "./world.ts";

/** Blocks whose hash a contract may ask (kairos E2). */
const hashDepth = 256n;

/**
 * The block that a simulated call sees (kairos E2): the one it is made on, with what the caller pretends of it.
 * @param block digest of the executed block whose state is used; its ancestors answer BLOCKHASH
 */
export function callEnvironment(world: CallWorld, block: Digest, header: Header, override: BlockOverride): BlockEnv {
  const number = override.number ?? BigInt(header.number);
  return {
    chainId: world.params.chainId,
    number,
    timestampS: override.timestampS ?? header.timestampS,
    coinbase: override.feeRecipient ?? header.beneficiary,
    prevRandao: override.prevRandao ?? header.mixHash,
    baseFee: override.baseFeePerGas ?? header.baseFeePerGas,
    gasLimit: override.gasLimit ?? header.gasLimit,
    blobBaseFee: override.blobBaseFee ?? 1n,
    blockHash: hashesBelow(world, block, number),
  };
}

/** BLOCKHASH in a block of this number on the branch of `block`. */
export function hashesBelow(world: CallWorld, block: Digest, number: bigint): BlockEnv["blockHash"] {
  return (wanted) => (wanted >= number || number - wanted > hashDepth ? undefined : world.ancestor(block, wanted));
}
