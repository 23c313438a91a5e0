import { type GossipSub, gossipsub, type Message, StrictSign, type TopicValidatorResult } from "@libp2p/gossipsub";
import type { PeerId } from "@libp2p/interface";
import { gossipNumbers } from "./limits.ts";
import type { P2pOptions } from "./types.ts";

/** The parts of a raw message that this package reads. */
export interface RawMessage {
  readonly from?: Uint8Array;
  readonly seqno?: Uint8Array;
  readonly topic: string;
  readonly data?: Uint8Array;
}

/**
 * Gossipsub under the numbers of kratos-core 12.8: signed messages only, known topics only, no flood publishing, no peer
 * exchange. Scores count invalid messages; they do not count silence, because these topics may be silent for long.
 */
export function gossipService(options: P2pOptions): ReturnType<typeof gossipsub> {
  const numbers = gossipNumbers;
  return gossipsub({
    D: numbers.meshTarget,
    Dlo: numbers.meshLow,
    Dhi: numbers.meshHigh,
    Dout: numbers.meshOutbound,
    Dlazy: numbers.lazy,
    heartbeatInterval: numbers.heartbeatMs,
    mcacheLength: numbers.history,
    mcacheGossip: numbers.historyGossip,
    seenTTL: numbers.seenMs,
    fastMsgIdFn: fastId,
    globalSignaturePolicy: StrictSign,
    floodPublish: false,
    fallbackToFloodsub: false,
    doPX: false,
    emitSelf: false,
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    allowedTopics: [...options.topics],
    maxInboundStreams: 2,
    maxOutboundStreams: 2,
    maxInboundDataLength: options.limits.gossipMessageBytes + numbers.frameOverheadBytes,
    maxOutboundBufferSize: numbers.outboundBufferBytes,
    decodeRpcLimits: {
      maxSubscriptions: 64,
      maxMessages: numbers.messagesPerRpc,
      maxIhaveMessageIDs: 5_000,
      maxIwantMessageIDs: 5_000,
      maxIdontwantMessageIDs: 512,
      maxControlMessages: 64,
      maxPeerInfos: 16,
    },
    scoreParams: {
      topics: Object.fromEntries(options.topics.map((topic) => [topic, topicScore])),
      topicScoreCap: 10,
      IPColocationFactorWeight: 0,
      behaviourPenaltyThreshold: 6,
    },
  });
}

/** Nine invalid messages within seconds cost a peer the gossip; after minutes they are forgotten. */
const topicScore = {
  topicWeight: 1,
  timeInMeshWeight: 0,
  timeInMeshQuantum: 1,
  timeInMeshCap: 1,
  firstMessageDeliveriesWeight: 0.5,
  firstMessageDeliveriesDecay: 0.97,
  firstMessageDeliveriesCap: 20,
  meshMessageDeliveriesWeight: 0,
  meshMessageDeliveriesDecay: 0.5,
  meshMessageDeliveriesCap: 1,
  meshMessageDeliveriesThreshold: 1,
  meshMessageDeliveriesWindow: 10,
  meshMessageDeliveriesActivation: 5_000,
  meshFailurePenaltyWeight: 0,
  meshFailurePenaltyDecay: 0.5,
  invalidMessageDeliveriesWeight: -1,
  invalidMessageDeliveriesDecay: 0.97,
};

/** The id that a repeated message is known by before its signature is looked at again: author and sequence number. */
function fastId({ from, seqno }: RawMessage): string {
  return `${latin(from)}/${latin(seqno)}`;
}

function latin(bytes: Uint8Array | undefined): string {
  return bytes === undefined ? "" : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Judges a new message: returns at once. */
export type GossipJudge = (topic: string, from: string, bytes: Uint8Array) => "accept" | "ignore" | "reject";

/** Subscribes to the topics and lets the judge decide what is passed on. */
export function subscribeTopics(gossip: GossipSub, topics: readonly string[], judge: GossipJudge): void {
  for (const topic of topics) {
    gossip.topicValidators.set(topic, (from: PeerId, message: Message) => {
      // The bytes are a part of a frame; a copy does not keep the frame alive.
      return judge(topic, from.toString(), new Uint8Array(message.data)) as TopicValidatorResult;
    });
    gossip.subscribe(topic);
  }
}
