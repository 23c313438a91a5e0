import type { Address, Digest, Height } from "@polis/codec";
import type { BlockEnv, Evm, Leniency } from "@polis/evm";
import type { StateOverlay } from "@polis/state";
import { predeploys } from "../addresses.ts";
import type { KairosParams } from "../params.ts";
import type { BlockContext } from "../transaction/execution.ts";
import type { FaceRules } from "../usdc/faceRules.ts";
import { createMoney } from "../usdc/money.ts";

/** What a block's transactions are executed in. */
export interface BlockParts {
  readonly params: KairosParams;
  readonly evm: Evm;
  /** The state after the parent, forked. */
  readonly state: StateOverlay;
  readonly face: FaceRules;
  readonly number: Height;
  readonly timestampS: number;
  readonly baseFee: bigint;
  readonly beneficiary: Address;
  readonly prevRandao: Digest;
  readonly parentHash: Digest;
  /** Hash of an ancestor among the last 256. */
  readonly blockHash: BlockEnv["blockHash"];
  readonly leniency?: Leniency;
}

/** The one way to a context: blocks that are built, imported, replayed and simulated cannot differ in it. */
export function createBlockContext(parts: BlockParts): BlockContext {
  const { params, number, timestampS, baseFee, beneficiary, prevRandao, blockHash } = parts;
  return {
    ...parts,
    leniency: parts.leniency ?? {},
    money: createMoney(parts.state),
    touched: new Set(),
    env: {
      chainId: params.chainId,
      number: BigInt(number),
      timestampS,
      coinbase: beneficiary,
      prevRandao,
      baseFee,
      gasLimit: params.block.gasLimit,
      blobBaseFee: 1n,
      blockHash,
    },
  };
}

/** What happens before the first transaction: the parent's hash goes into the history contract (kairos E2, EIP-2935). */
export function beginBlock({ evm, env, state, parentHash }: BlockContext): void {
  const input = Uint8Array.fromHex(parentHash);
  if (evm.systemCall(state, env, predeploys.blockHashHistory!, input) !== undefined) evm.commit(state);
}
