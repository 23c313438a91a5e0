import type { Digest, Epoch } from "@polis/codec";
import type { FinalityVote } from "@polis/finality";
import type { ChainReader } from "../chain/chainReader.ts";
import { answerBlocks } from "./answerBlocks.ts";
import { answerCatchUp } from "./answerCatchUp.ts";
import { wireLimits } from "./limits.ts";
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

const notFound: NodeResponse = { kind: "notFound" };
/** Of 48 bytes each: more do not fit an answer, and such a chain hands its record out by other ways. */
const MAX_BALANCES = 200_000;

/** Answers a request from what is committed (kratos-core 12.8). Total: a request that is out of bounds gets an error text. */
export function answerRequest(sources: AnswerSources, request: NodeRequest): NodeResponse {
  const { reader, genesis, snapshots } = sources;
  switch (request.kind) {
    case "blockByHash":
    case "blockByNumber": {
      const block = request.kind === "blockByHash" ? reader.block(request.hash) : reader.blockAt(request.number);
      return block === undefined ? notFound : { kind: "block", block };
    }
    case "headerByNumber": {
      const hash = reader.hashAt(request.number);
      const header = hash && reader.tree.readHeader(hash);
      return header === undefined ? notFound : { kind: "header", header };
    }
    case "sync":
      return answerBlocks(reader, request);
    case "status":
      return { kind: "status", status: sources.status(), peerCount: sources.peerCount() };
    case "genesis":
      return genesis.record.balances.length > MAX_BALANCES
        ? { kind: "error", text: "the genesis record does not fit an answer" }
        : { kind: "genesis", genesis };
    case "snapshotHeader":
      return snapshot("snapshotHeader", snapshots?.header());
    case "snapshotHandoffs":
      return snapshot("snapshotHandoffs", snapshots?.handoffs(request.fromSet));
    case "snapshotChunk":
      return snapshot("snapshotChunk", snapshots?.chunk(request.block, request.index));
    case "votes": {
      const votes = sources.votes(request.set, request.round).slice(0, wireLimits.votes);
      return { kind: "votes", votes };
    }
    case "catchUp":
      return { kind: "justifications", justifications: answerCatchUp(reader, request.finalized) };
  }
}

function snapshot(
  kind: "snapshotHeader" | "snapshotHandoffs" | "snapshotChunk",
  bytes: Uint8Array | undefined,
): NodeResponse {
  return bytes === undefined ? notFound : { kind, bytes };
}
