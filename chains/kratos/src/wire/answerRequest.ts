import type { Digest, Epoch } from "@polis/codec";
import type { FinalityVote } from "@polis/finality";
import type { ChainReader } from "../chain/chainReader.ts";
import type { GenesisAnswer, NodeRequest, NodeResponse, Status } from "./messages.ts";

/** Snapshots of the state for peers that warp (kratos-core 12.12), encoded. Undefined: there is none. */
export interface SnapshotSource {
  header(): Uint8Array | undefined;
  handoffs(fromSet: Epoch): Uint8Array | undefined;
  chunk(block: Digest, index: number): Uint8Array | undefined;
}

/** Where answers come from: committed data, and what only the node knows. */
export interface AnswerSources {
  readonly reader: ChainReader;
  readonly genesis: GenesisAnswer;
  /** What this node says of itself now. */
  status(): Status;
  peerCount(): number;
  /** Votes of a remembered round, from the gadget; empty for any other. */
  votes(set: Epoch, round: number): readonly FinalityVote[];
  readonly snapshots?: SnapshotSource | undefined;
}

/** Answers a request from what is committed (kratos-core 12.8). Total: a request that is out of bounds gets an error text. */
export function answerRequest(_sources: AnswerSources, _request: NodeRequest): NodeResponse {
  throw new Error("not written yet");
}
