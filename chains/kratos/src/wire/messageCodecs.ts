import {
  type Kce,
  kceBool,
  kceBytes,
  kceCounter,
  kceDigest,
  kceList,
  kceMap,
  kceRecord,
  kceText,
  kceU32,
  kceVariant,
  type Millis,
  millis,
} from "@polis/codec";
import { kceJustification, kceVote } from "@polis/finality";
import { kceBlock } from "../block/block.ts";
import { kceHeader } from "../block/header.ts";
import { kceGenesis } from "../genesis/genesisRecord.ts";
import { kceEpoch, kceHeight } from "../kce.ts";
import type { TransactionCodec } from "../transaction/transaction.ts";
import { wireLimits } from "./limits.ts";
import type { GenesisAnswer, NodeRequest, NodeResponse, Status } from "./messages.ts";

const kceMillis: Kce<Millis> = kceMap(kceCounter, millis, (value) => value);

/** A status on the wire (kratos-core 12.8). */
export const kceStatus: Kce<Status> = kceRecord({
  bestBlock: kceHeight,
  bestHash: kceDigest,
  genesisHash: kceDigest,
  finalizedNumber: kceHeight,
  finalizedHash: kceDigest,
  protocolVersion: kceU32,
  unixTimeMs: kceMillis,
});

const nothing = kceRecord({});

/** A request on the wire. Tags count in the order of kratos-core 12.8. */
export const kceRequest: Kce<NodeRequest> = kceVariant({
  blockByHash: kceRecord({ hash: kceDigest }),
  blockByNumber: kceRecord({ number: kceHeight }),
  headerByNumber: kceRecord({ number: kceHeight }),
  sync: kceRecord({ fromBlock: kceHeight, maxBlocks: kceU32, includeBodies: kceBool }),
  status: kceRecord({ status: kceStatus }),
  genesis: kceRecord({ protocolVersion: kceU32 }),
  snapshotHeader: nothing,
  snapshotHandoffs: kceRecord({ fromSet: kceEpoch }),
  snapshotChunk: kceRecord({ block: kceDigest, index: kceU32 }),
  votes: kceRecord({ set: kceEpoch, round: kceU32 }),
  catchUp: kceRecord({ finalized: kceHeight }),
});

/** What joins a node to a chain, on the wire (kratos-core 12.10). */
export function kceGenesisAnswer(codec: TransactionCodec): Kce<GenesisAnswer> {
  return kceRecord({
    genesisHash: kceDigest,
    genesisBlock: kceBlock(codec),
    chainName: kceText(64),
    protocolVersion: kceU32,
    record: kceGenesis,
  });
}

/** An answer on the wire. @param codec the encodings of the transactions in its blocks */
export function kceResponse(codec: TransactionCodec): Kce<NodeResponse> {
  const block = kceBlock(codec);
  const snapshot = kceRecord({ bytes: kceBytes(wireLimits.snapshotBytes) });
  return kceVariant({
    block: kceRecord({ block }),
    header: kceRecord({ header: kceHeader }),
    notFound: nothing,
    error: kceRecord({ text: kceText(wireLimits.errorBytes) }),
    sync: kceRecord({ blocks: kceList(block, wireLimits.syncBlocks), hasMore: kceBool, bestHeight: kceHeight }),
    status: kceRecord({ status: kceStatus, peerCount: kceU32 }),
    genesis: kceRecord({ genesis: kceGenesisAnswer(codec) }),
    snapshotHeader: snapshot,
    snapshotHandoffs: snapshot,
    snapshotChunk: snapshot,
    votes: kceRecord({ votes: kceList(kceVote, wireLimits.votes) }),
    justifications: kceRecord({ justifications: kceList(kceJustification, wireLimits.justifications) }),
  });
}
