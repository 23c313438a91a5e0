import type { P2pLimits } from "./types.ts";

/**
 * The limits of kratos-core 12.1, 12.2 and 12.8, for slots of six seconds. A chain with shorter slots has more votes and
 * blocks in ten seconds; multiply `gossipPerPeerPer10S` and `gossipTotalPerPeerPer10S` accordingly.
 */
export const defaultP2pLimits: P2pLimits = {
  maxPeers: 50,
  minPeers: 3,
  connectionsPerIp: 5,
  connectionsPerPeer: 3,
  outboundPerSubnet: 4,
  handshakeTimeoutMs: 10_000,
  idleTimeoutMs: 60_000,
  gossipMessageBytes: 1_048_576,
  gossipPerPeerPer10S: 100,
  gossipTotalPerPeerPer10S: 2_000,
  bytesPerPeerPer10S: 10 * 1_048_576,
  requestsPerPeerPer10S: 1_000,
  violationsBeforeBan: 5,
  banMs: 3_600_000,
  requestTimeoutMs: 30_000,
  streams: 128,
  streamsPerPeer: 32,
  requestBytes: 1_048_576,
  responseBytes: 10 * 1_048_576,
};

/** Peers the dialer works towards; between them and `maxPeers` only others dial (kratos-core 12.8: twice the mesh target). */
export const targetPeers = 16;

/** Numbers of gossip (kratos-core 12.8). */
export const gossipNumbers = {
  heartbeatMs: 1_000,
  meshTarget: 8,
  meshLow: 6,
  meshHigh: 12,
  meshOutbound: 4,
  lazy: 6,
  history: 5,
  historyGossip: 3,
  messagesPerRpc: 100,
  /** How long the id of a message is remembered, and how many are at most. */
  seenMs: 60_000,
  seenMessages: 200_000,
  /** What a frame of gossip may hold besides one message of the greatest size: ids, signatures, control. */
  frameOverheadBytes: 262_144,
  /** A slow reader's queue; when it is full the link is ended. */
  outboundBufferBytes: 16 * 1_048_576,
} as const;

/**
 * Answers of the greatest length that lie in memory until they are taken, of one peer and of all: a node that synchronises has
 * three requests under way (kratos-core 12.11), and whoever asks for more reads too slowly.
 */
export const heldAnswers = { perPeer: 4, total: 16 } as const;
