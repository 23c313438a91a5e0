import { millis } from "@polis/codec";
import { addressPlacesAfter, type KairosBackend, transactionErrors } from "@polis/kairos";
import { timeoutAfter } from "@polis/minimmit";
import type { PeerInfo } from "@polis/net";
import { versionInfo } from "../commands/version.ts";
import type { ComponentFacts, ConsensusFacts, GrpcNode, PeerFacts } from "../grpc/grpcNode.ts";
import type { MetricsRegistry } from "../telemetry/metrics.ts";
import type { InterfacesOptions } from "./interfaces.ts";

/** The running node as the gRPC services ask it. */
export function grpcNode(options: InterfacesOptions, backend: KairosBackend): GrpcNode {
  const { chain, network, config, metrics, events } = options;
  const { genesis } = chain;
  const gitCommit = versionInfo().commit ?? "";
  let leader: number | undefined;
  let added = 0;
  let finalAtMs = performance.now();
  events.subscribe((event) => {
    if (event.what === "entered") leader = event.leader;
    if (event.what === "final") finalAtMs = performance.now();
    if (event.what === "pooled") added++;
  });
  return {
    backend,
    gitCommit,
    peerId: network.peerId,
    validatorIndex: chain.voting.keys?.index,
    pool: { maxTransactions: config.mempool.maxTransactions, maxBytes: config.mempool.maxBytes },
    peers: () => network.peers().map((peer) => peerFacts(peer, genesis.validators)),
    consensus: () => consensusFacts(options, leader),
    isReady: () => options.readiness().ready,
    health: () => components(options, backend, Math.floor(performance.now() - finalAtMs)),
    addressPlacesAfter: (address, after, limit) => addressPlacesAfter(chain.storage.store, address, after, limit),
    rejected: () => rejected(metrics),
    added: () => added,
    received: () => {
      const from = (source: string) => metrics.value("mempool_transactions_received_total", { source }) ?? 0;
      return from("rpc") + from("peer");
    },
  };
}

function consensusFacts({ replica, config, metrics }: InterfacesOptions, leader: number | undefined): ConsensusFacts {
  const { viewTimeout, maxViewTimeout } = config.consensus;
  const tallies = replica.tallies(replica.view);
  return {
    view: replica.view,
    leader,
    finalizedView: replica.lastFinalized.view,
    finalizedHash: replica.lastFinalized.digest,
    backoff: replica.backoff,
    canVote: replica.canVote,
    highestNotarized: replica.highestNotarized,
    timerMs: timeoutAfter(replica.backoff, millis(viewTimeout), millis(maxViewTimeout)),
    votes: (tallies?.notarizes ?? []).map(({ digest, signers }) => ({ digest, count: signers.length })),
    nullifyVotes: tallies?.nullifies.length ?? 0,
    isGateBlocked: metrics.value("consensus_gate_blocked") === 1,
  };
}

function peerFacts(peer: PeerInfo, validators: readonly { readonly address: string | undefined }[]): PeerFacts {
  const known = peer.isValidator ? validators[peer.peer]?.address : undefined;
  return {
    peerId: peer.peerId,
    address: peer.hello?.listenAddresses[0] ?? known ?? "",
    isValidator: peer.isValidator,
    validatorIndex: peer.isValidator ? peer.peer : undefined,
    latencyMs: peer.rttMs,
    score: peer.score,
    connected: peer.up,
    isDialled: peer.isUpstream,
    lastSeenMs: peer.idleMs === undefined ? undefined : Math.floor(Date.now() - peer.idleMs),
    clientVersion: peer.hello?.clientVersion ?? "",
    finalizedHeight: peer.hello?.lastFinalized.height ?? 0,
  };
}

function rejected(metrics: MetricsRegistry): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const reason of Object.keys(transactionErrors)) {
    const count = metrics.value("mempool_transactions_rejected_total", { reason });
    if (count !== undefined) counts[reason] = count;
  }
  return counts;
}

/** The parts of GetHealth (kairos 15.2), each with what it is judged by. */
function components(
  options: InterfacesOptions,
  backend: KairosBackend,
  silentMs: number,
): Readonly<Record<string, ComponentFacts>> {
  const { chain, config } = options;
  const { requiredPeers, syncingTo, mempool } = backend.status();
  // Who has come to be served does not help this node.
  const peers = options.network.peers().filter(({ up, isValidator, isUpstream }) => up && (isValidator || isUpstream));
  const { ready, details } = options.readiness();
  const { failure } = chain.storage;
  const stopped = options.failure();
  const space = chain.storage.freeSpace();
  const stallMs = config.health.stallAfter + config.consensus.emptyBlockInterval;
  const part = (healthy: boolean, reason: string): ComponentFacts => ({ healthy, reason });
  return {
    p2p: part(peers.length >= requiredPeers, `${peers.length} of ${requiredPeers} required peers are connected`),
    storage: part(failure === undefined && !space.low, failure?.message ?? (space.low ? "the disk is full" : "ok")),
    consensus: part(silentMs < stallMs, `last finalization ${silentMs} ms ago`),
    mempool: part(
      mempool.pending + mempool.queued < config.mempool.maxTransactions && mempool.bytes < config.mempool.maxBytes,
      `${mempool.pending} pending, ${mempool.queued} queued`,
    ),
    execution: part(
      stopped === undefined && failure === undefined,
      stopped === undefined
        ? `executed up to height ${backend.pendingBlock().header.number}`
        : `stopped: ${stopped instanceof Error ? stopped.message : String(stopped)}`,
    ),
    sync: part(syncingTo === undefined, syncingTo === undefined ? "synced" : `catching up to ${syncingTo}`),
    node: part(ready, details.join("; ")),
  };
}
