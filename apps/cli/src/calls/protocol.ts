import type { ApiError, CallJob, Genesis } from "@polis/kairos";

/** What a call thread is started with. */
export interface CallThreadSetup {
  readonly genesis: Genesis;
  /** Directory of the store, which the thread opens for reading. */
  readonly path: string;
  readonly mapSizeBytes: number;
  /** Longest result, in characters of JSON. */
  readonly maxResultLength: number;
  readonly history: "full" | "archive" | "none";
}

/** A block that is executed here and may not be on disk yet: the thread executes it for itself. */
export interface UnsettledBlock {
  readonly digest: string;
  readonly block: Uint8Array;
  /** Any validator with the block's fee address: that is all the rules ask of a leader. */
  readonly leader: number;
}

/** One job for a call thread. Answers carry its `id` and come in the order of the requests. */
export interface CallRequestMessage {
  readonly id: number;
  readonly job: CallJob;
  /** Ancestors first; the last one is the job's block. */
  readonly unsettled: readonly UnsettledBlock[];
  readonly timeoutMs: number;
}

/** The result as JSON text, or the error of the answer. */
export type CallAnswerMessage =
  | { readonly id: number; readonly text: string }
  | { readonly id: number; readonly error: ApiError };
