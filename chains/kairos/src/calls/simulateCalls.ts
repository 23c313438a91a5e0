import { type Address, type Digest, digestOf, usdc18 } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { BlockEnv, EvmTransaction, Execution, Invalid } from "@polis/evm";
import { zeroAddress } from "../addresses.ts";
import { type ApiError, refusal } from "../api/method.ts";
import type { Header } from "../block/header.ts";
import { encodeEthereum } from "../ethereum/encodeEthereum.ts";
import type { EthereumTransaction } from "../ethereum/types.ts";
import { smaller } from "../smaller.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { callTransaction } from "./callTransaction.ts";
import { hashesBelow } from "./environment.ts";
import { invalidCall } from "./executionError.ts";
import type { CallRequest, SimulatedBlock, SimulateJob } from "./job.ts";
import type { ScratchState } from "./scratchState.ts";
import type { CallWorld } from "./world.ts";

/** What all blocks of one simulation share. */
export interface Simulation {
  readonly world: CallWorld;
  readonly job: SimulateJob;
  readonly state: ScratchState;
  /** Of the node's cap for all calls together. */
  gasLeft: bigint;
  /** Hashes of the simulated blocks. */
  readonly hashes: Map<bigint, Digest>;
}

/** A call that was executed, and the unsigned transaction that stands for it. */
export interface SimulatedCall {
  readonly verified: VerifiedTransaction<EthereumTransaction>;
  readonly execution: Execution;
}

type Simulated =
  | { readonly ok: true; readonly value: readonly SimulatedCall[] }
  | { readonly ok: false; readonly error: ApiError };

/** Executes the calls of one block and keeps their changes. A call that fails is a result; one that is invalid is an error. */
export function simulateCalls(
  simulation: Simulation,
  header: Header,
  { calls, environment }: SimulatedBlock,
): Simulated {
  const { world, job, state } = simulation;
  const env = environmentOf(simulation, header, environment.blobBaseFee);
  const done: SimulatedCall[] = [];
  let blockGas = header.gasLimit;
  for (const [index, request] of calls.entries()) {
    if (world.expired()) return refusal(-32005, "the simulation took too long");
    const most = smaller(blockGas, simulation.gasLeft);
    if (request.gas !== undefined && request.gas > blockGas) {
      return refusal(-38015, `call ${index}: block gas limit reached: ${request.gas} > ${blockGas}`);
    }
    const account = state.account(request.from ?? zeroAddress);
    const call = callTransaction(request, env, account?.nonce ?? 0n, smaller(request.gas ?? most, most));
    if (job.validation && call.maxFeePerGas < header.baseFeePerGas) {
      const price = `max fee per gas ${call.maxFeePerGas}, base fee ${header.baseFeePerGas}`;
      return refusal(-38012, `call ${index}: fee cap is lower than the block's base fee: ${price}`);
    }
    const executed = world.evm.execute(state, env, call, job.validation ? {} : { simulated: true });
    if (!executed.ok) return invalid(index, executed.invalid, call);
    world.evm.commit(state);
    blockGas -= executed.value.gasUsed;
    simulation.gasLeft -= executed.value.gasUsed;
    done.push({ verified: transactionOf(request, call, world.params.chainId), execution: executed.value });
  }
  creditFees(simulation, header, done);
  return { ok: true, value: done };
}

function environmentOf({ world, job, hashes }: Simulation, header: Header, blobBaseFee: bigint | undefined): BlockEnv {
  const number = BigInt(header.number);
  const real = hashesBelow(world, job.block, number);
  return {
    chainId: world.params.chainId,
    number,
    timestampS: header.timestampS,
    coinbase: header.beneficiary,
    prevRandao: header.mixHash,
    baseFee: header.baseFeePerGas,
    gasLimit: header.gasLimit,
    blobBaseFee: blobBaseFee ?? 1n,
    blockHash: (wanted) => (wanted < number ? (hashes.get(wanted) ?? real(wanted)) : undefined),
  };
}

/** Codes of `eth_simulateV1` for calls that could not be in a block. */
const invalidCodes: Readonly<Record<Invalid["why"], number>> = {
  nonceTooLow: -38010,
  nonceTooHigh: -38011,
  nonceOverflow: -38011,
  intrinsicGas: -38013,
  insufficientFunds: -38014,
  senderHasCode: -38024,
  initCodeTooLarge: -38025,
  gasLimitTooHigh: -38013,
  noAuthorizations: -32602,
};

function invalid(index: number, why: Invalid, call: EvmTransaction): { readonly ok: false; readonly error: ApiError } {
  return refusal(invalidCodes[why.why], `call ${index}: ${invalidCall(why, call.from, call.gasLimit).message}`);
}

/** The unsigned transaction that stands for a call: type 2, or 4 with authorizations, with a signature of zeros. */
function transactionOf(
  request: CallRequest,
  call: EvmTransaction,
  chainId: bigint,
): VerifiedTransaction<EthereumTransaction> {
  const fields = {
    type: request.authorizations === undefined ? 2 : 4,
    chainId,
    nonce: call.nonce,
    gas: call.gasLimit,
    maxFeePerGas: call.maxFeePerGas,
    maxPriorityFeePerGas: request.maxPriorityFeePerGas ?? request.gasPrice ?? 0n,
    to: call.to,
    value: call.value,
    data: call.data,
    accessList: call.accessList,
    authorizations: request.authorizations ?? [],
  } as const;
  const signature = new Uint8Array(64);
  const envelope = encodeEthereum(fields, 0, signature);
  const hash = digestOf(keccak256(envelope));
  return { transaction: { ...fields, hash, envelope, intrinsicGas: 0n, yParity: 0, signature }, sender: call.from };
}

/** F3, F4: with validation calls pay fees, which are credited at the end of the block. */
function creditFees({ world, job, state }: Simulation, header: Header, calls: readonly SimulatedCall[]): void {
  if (!job.validation) return;
  for (const { execution, verified } of calls) {
    const { maxFeePerGas, maxPriorityFeePerGas } = verified.transaction;
    const price = smaller(maxFeePerGas, header.baseFeePerGas + maxPriorityFeePerGas);
    credit(state, world.params.treasury, header.baseFeePerGas * execution.gasUsed);
    credit(state, header.beneficiary, (price - header.baseFeePerGas) * execution.gasUsed);
  }
}

function credit(state: ScratchState, account: Address, amount: bigint): void {
  const before = state.account(account);
  if (amount > 0n) state.setAccount(account, before?.nonce ?? 0n, usdc18((before?.balance ?? 0n) + amount));
}
