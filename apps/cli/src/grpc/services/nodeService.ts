import type { ServiceImpl } from "@connectrpc/connect";
import { digestToBytes } from "@polis/codec";
import { GateState, type NodeService } from "@polis/proto";
import type { GrpcNode } from "../grpcNode.ts";
import type { BlockRate } from "../streams/blockRate.ts";

/** The node itself (kairos 15.2). */
export function nodeService(node: GrpcNode, rate: BlockRate): ServiceImpl<typeof NodeService> {
  const { backend } = node;
  return {
    getStatus: () => status(node),
    getHealth: () => ({ healthy: node.isReady(), components: node.health() }),
    getPeers: () => peers(node),
    getSyncStatus() {
      const { currentView, finalizedView, syncingTo } = backend.status();
      const height = backend.finalizedHeight();
      return {
        currentView: BigInt(currentView),
        finalizedView: BigInt(finalizedView),
        finalizedHeight: BigInt(height),
        bestKnownHeight: BigInt(Math.max(height, syncingTo ?? 0)),
        isSynced: syncingTo === undefined,
        blocksPerSecond: rate.perSecond(),
      };
    },
    getMempoolStats() {
      const { pending, queued, bytes } = backend.status().mempool;
      const senders = new Set<string>();
      for (const { sender } of backend.pooled()) senders.add(sender);
      const { maxTransactions, maxBytes } = node.pool;
      const added = node.added();
      const rejected = Object.entries(node.rejected()).map(([reason, count]) => [reason, BigInt(count)]);
      return {
        ...{ pending, queued, bytes: BigInt(bytes), senders: senders.size },
        ...{ capacity: maxTransactions, capacityBytes: BigInt(maxBytes), received: BigInt(node.received()) },
        rejected: Object.fromEntries(rejected),
        added: BigInt(added),
        removed: BigInt(Math.max(0, added - pending - queued)),
      };
    },
    getConsensusStatus: () => consensusStatus(node),
    getNodeInfo: () => nodeInfo(node),
  };
}

function status({ backend }: GrpcNode) {
  const now = backend.status();
  const tip = backend.blockByHeight(backend.finalizedHeight());
  const { pending, queued, bytes } = now.mempool;
  return {
    network: now.network,
    chainId: BigInt(backend.params.chainId),
    genesisHash: digestToBytes(backend.genesisHash),
    version: backend.clientVersion,
    role: now.role,
    currentView: BigInt(now.currentView),
    finalizedView: BigInt(now.finalizedView),
    finalizedHeight: BigInt(backend.finalizedHeight()),
    finalizedHash: tip === undefined ? new Uint8Array(0) : digestToBytes(tip.digest),
    syncing: now.syncingTo !== undefined,
    peers: now.peers,
    mempool: { pending, queued, bytes: BigInt(bytes) },
    uptimeMs: BigInt(now.uptimeMs),
  };
}

function peers(node: GrpcNode) {
  const { peers: connected, requiredPeers: required } = node.backend.status();
  const shown = node.peers().map((peer) => ({
    peerId: Uint8Array.fromHex(peer.peerId),
    address: peer.address,
    role: peer.isValidator ? "validator" : "follower",
    ...(peer.validatorIndex === undefined ? {} : { validatorIndex: peer.validatorIndex }),
    ...(peer.latencyMs === undefined ? {} : { latencyMs: peer.latencyMs }),
    score: peer.score,
    connected: peer.connected,
    direction: peer.isDialled ? "outbound" : "inbound",
    ...(peer.lastSeenMs === undefined ? {} : { lastSeenMs: BigInt(peer.lastSeenMs) }),
    clientVersion: peer.clientVersion,
    finalizedHeight: BigInt(peer.finalizedHeight),
  }));
  return { connected, required, peers: shown };
}

function consensusStatus(node: GrpcNode) {
  const now = node.consensus();
  const { n = 0, f = 0 } = node.backend.validatorSet(undefined) ?? {};
  return {
    view: BigInt(now.view),
    ...(now.leader === undefined ? {} : { leaderIndex: now.leader }),
    isLeader: now.leader !== undefined && now.leader === node.validatorIndex,
    finalizedView: BigInt(now.finalizedView),
    finalizedHeight: BigInt(node.backend.finalizedHeight()),
    finalizedHash: digestToBytes(now.finalizedHash),
    ...{ n, f, quorumM: 2 * f + 1, quorumL: n - f },
    backoff: now.backoff,
    canVote: now.canVote,
    highestNotarizedView: BigInt(now.highestNotarized),
    timerMs: BigInt(now.timerMs),
    notarizeVotes: now.votes.map(({ digest, count }) => ({ digest: digestToBytes(digest), count })),
    nullifyVotes: now.nullifyVotes,
    gate: now.isGateBlocked ? GateState.BLOCKED : GateState.OPEN,
  };
}

function nodeInfo(node: GrpcNode) {
  const { backend, validatorIndex } = node;
  const own = validatorIndex === undefined ? undefined : backend.validatorSet(undefined)?.validators[validatorIndex];
  const peerId = Uint8Array.fromHex(node.peerId);
  return {
    version: backend.clientVersion,
    gitCommit: node.gitCommit,
    network: backend.status().network,
    peerId,
    ...(validatorIndex === undefined ? {} : { validatorIndex }),
    blsPublicKey: own?.blsPublicKey ?? new Uint8Array(0),
    p2pPublicKey: peerId,
    insecure: backend.facts.info?.().insecure === true,
  };
}
