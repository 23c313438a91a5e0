import type { Digest, Epoch, Height, Millis } from "@polis/codec";
import type { FinalityVote, Justification } from "@polis/finality";
import type { Block } from "../block/block.ts";
import type { Header } from "../block/header.ts";
import type { GenesisRecord } from "../genesis/genesisRecord.ts";
import type { Evidence } from "../modules/slashing/submitEvidence.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";

/** What is gossiped, by topic (kratos-core 12.8, 7.8). */
export type GossipMessage =
  | { readonly topic: "blocks"; readonly block: Block }
  | { readonly topic: "transactions"; readonly signed: SignedTransaction }
  | { readonly topic: "consensus"; readonly evidence: Evidence }
  | { readonly topic: "finality"; readonly vote: FinalityVote }
  | { readonly topic: "finality"; readonly justification: Justification };

/** What a node says of itself (kratos-core 12.8). */
export interface Status {
  readonly bestBlock: Height;
  readonly bestHash: Digest;
  /** All zeros from a node that has no chain yet: it may only use Genesis and Status. */
  readonly genesisHash: Digest;
  readonly finalizedNumber: Height;
  readonly finalizedHash: Digest;
  readonly protocolVersion: number;
  readonly unixTimeMs: Millis;
}

/** A request of `kratos/req/1.0.0`; on `kratos/genesis/1.0.0` only `genesis`. */
export type NodeRequest =
  | { readonly kind: "blockByHash"; readonly hash: Digest }
  | { readonly kind: "blockByNumber"; readonly number: Height }
  | { readonly kind: "headerByNumber"; readonly number: Height }
  /** At most 100 blocks; without bodies the blocks have no transactions. */
  | { readonly kind: "sync"; readonly fromBlock: Height; readonly maxBlocks: number; readonly includeBodies: boolean }
  | { readonly kind: "status"; readonly status: Status }
  | { readonly kind: "genesis"; readonly protocolVersion: number }
  | { readonly kind: "snapshotHeader" }
  /** Handoffs from a voter set on, for a proof that does not fit one answer (kratos-core 12.12). */
  | { readonly kind: "snapshotHandoffs"; readonly fromSet: Epoch }
  | { readonly kind: "snapshotChunk"; readonly block: Digest; readonly index: number }
  | { readonly kind: "votes"; readonly set: Epoch; readonly round: number }
  | { readonly kind: "catchUp"; readonly finalized: Height };

/** What joins a node to a chain (kratos-core 12.10). */
export interface GenesisAnswer {
  readonly genesisHash: Digest;
  readonly genesisBlock: Block;
  readonly chainName: string;
  readonly protocolVersion: number;
  readonly record: GenesisRecord;
}

/** The answer to a request, one form for each. */
export type NodeResponse =
  | { readonly kind: "block"; readonly block: Block }
  | { readonly kind: "header"; readonly header: Header }
  | { readonly kind: "notFound" }
  /** At most 256 bytes of text. */
  | { readonly kind: "error"; readonly text: string }
  | {
      readonly kind: "sync";
      readonly blocks: readonly Block[];
      readonly hasMore: boolean;
      readonly bestHeight: Height;
    }
  | { readonly kind: "status"; readonly status: Status; readonly peerCount: number }
  | { readonly kind: "genesis"; readonly genesis: GenesisAnswer }
  /** Encoded by `warp/`; opaque to the envelope, at most 8 MiB each. */
  | { readonly kind: "snapshotHeader"; readonly bytes: Uint8Array }
  | { readonly kind: "snapshotHandoffs"; readonly bytes: Uint8Array }
  | { readonly kind: "snapshotChunk"; readonly bytes: Uint8Array }
  | { readonly kind: "votes"; readonly votes: readonly FinalityVote[] }
  /** At most 20, oldest first, every set handoff among them. */
  | { readonly kind: "justifications"; readonly justifications: readonly Justification[] };
