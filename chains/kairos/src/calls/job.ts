import type { Address, Digest } from "@polis/codec";
import type { AccessListEntry } from "@polis/evm";
import type { Answer } from "../api/method.ts";
import type { SignedAuthorization } from "../ethereum/types.ts";
import type { AddressJob } from "./addressTransactions.ts";
import type { RewardsJob } from "./feeRewards.ts";
import type { LogsJob } from "./findLogs.ts";
import type { InclusionJob } from "./inclusion.ts";
import type { AccountOverride, BlockOverride } from "./overrides.ts";
import type { StateJob } from "./stateValue.ts";

/**
 * A heavy read as plain data (kairos J7): it can be cloned to another thread, and `runJob` answers it there from a
 * `CallWorld` without knowing who asked. `block` is the digest of an executed block; the job runs on the state after it.
 */
export type CallJob =
  | (OnState & { readonly kind: "call" | "estimateGas" | "createAccessList"; readonly call: CallRequest })
  | (OnState & { readonly kind: "traceCall"; readonly call: CallRequest; readonly tracer: TracerChoice })
  | { readonly kind: "traceTransaction"; readonly block: Digest; readonly index: number; readonly tracer: TracerChoice }
  | { readonly kind: "traceBlock"; readonly block: Digest; readonly tracer: TracerChoice }
  | { readonly kind: "proof"; readonly block: Digest; readonly address: Address; readonly slots: readonly ProofSlot[] }
  | { readonly kind: "block" | "receipts"; readonly block: Digest }
  | LogsJob
  | RewardsJob
  | InclusionJob
  | AddressJob
  | StateJob
  | SimulateJob;

/** What a job says: the result of its method as JSON, or the error for the caller. */
export type JobResult = Answer;

interface OnState {
  readonly block: Digest;
  readonly accounts: readonly AccountOverride[];
  readonly environment: BlockOverride;
  /** Most gas of this job (kairos 16.3 `call_gas_cap`). */
  readonly gasCap: bigint;
}

/** A call as a client describes it: absent members get defaults. Prices in 10^-18 USDC per gas. */
export interface CallRequest {
  readonly from: Address | undefined;
  readonly to: Address | undefined;
  readonly gas: bigint | undefined;
  readonly gasPrice: bigint | undefined;
  readonly maxFeePerGas: bigint | undefined;
  readonly maxPriorityFeePerGas: bigint | undefined;
  readonly value: bigint | undefined;
  readonly nonce: bigint | undefined;
  readonly data: Uint8Array | undefined;
  readonly accessList: readonly AccessListEntry[] | undefined;
  readonly authorizations: readonly SignedAuthorization[] | undefined;
}

/** Which tracer watches, with its options; members that a tracer does not know are ignored by it. */
export interface TracerChoice {
  readonly name: "callTracer" | "prestateTracer" | "structLogger" | "4byteTracer" | "noopTracer";
  readonly onlyTopCall: boolean;
  readonly withLog: boolean;
  readonly diffMode: boolean;
  readonly disableStack: boolean;
  readonly disableStorage: boolean;
  readonly enableMemory: boolean;
  readonly enableReturnData: boolean;
  /** Steps of the opcode logger at most; 0 is the node's own limit. */
  readonly limit: number;
  /** What the caller gives the trace; never more than the node's own limit. */
  readonly timeoutMs: number | undefined;
}

/** A slot of `eth_getProof` with the key as the caller wrote it, which the answer repeats. */
export interface ProofSlot {
  readonly slot: Digest;
  readonly key: string;
}

/** `eth_simulateV1`: blocks of calls after `block`, each seeing what those before it did. */
export interface SimulateJob {
  readonly kind: "simulate";
  readonly block: Digest;
  readonly blocks: readonly SimulatedBlock[];
  /** Check nonces, balances and base fee as a real block does. */
  readonly validation: boolean;
  readonly returnFullTransactions: boolean;
  readonly traceTransfers: boolean;
  /** Most gas of all calls together. */
  readonly gasCap: bigint;
}

/** One block of `eth_simulateV1`. */
export interface SimulatedBlock {
  readonly environment: BlockOverride;
  readonly accounts: readonly AccountOverride[];
  readonly calls: readonly CallRequest[];
}
