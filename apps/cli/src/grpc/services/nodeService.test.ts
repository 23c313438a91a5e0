import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, digestToBytes, view } from "@polis/codec";
import type { KairosBackend } from "@polis/kairos";
import { GateState } from "@polis/proto";
import type { ConsensusFacts, GrpcNode, PeerFacts } from "../grpcNode.ts";
import { nodeService } from "./nodeService.ts";

const backend = {
  validatorSet: () => ({ n: 6, f: 1 }),
  finalizedHeight: () => 7,
  pooled: () => [{ sender: "a" }, { sender: "a" }, { sender: "b" }],
  status: () => ({ peers: 1, requiredPeers: 4, mempool: { pending: 2, queued: 1, bytes: 300 } }),
} as unknown as KairosBackend;
const consensus: ConsensusFacts = {
  ...{ view: view(9), leader: 3, finalizedView: view(7), finalizedHash: digest("11".repeat(32)), backoff: 2 },
  ...{ canVote: true, highestNotarized: view(8), timerMs: 4_500, nullifyVotes: 2, isGateBlocked: true },
  votes: [
    { digest: digest("22".repeat(32)), count: 3 },
    { digest: digest("33".repeat(32)), count: 1 },
  ],
};
const peer: PeerFacts = {
  ...{ peerId: "44".repeat(32), address: "10.0.0.1:9000", isValidator: false, validatorIndex: undefined },
  ...{ latencyMs: undefined, score: 20, connected: false, clientVersion: "", finalizedHeight: 0 },
  ...{ isDialled: true, lastSeenMs: 1_800_000_000_000 },
};
const node = {
  ...{ backend, validatorIndex: 3, pool: { maxTransactions: 10, maxBytes: 1_000 } },
  ...{ consensus: () => consensus, peers: () => [peer, { ...peer, isDialled: false, lastSeenMs: undefined }] },
  ...{ rejected: () => ({ MEMPOOL_FULL: 5 }), added: () => 12, received: () => 17 },
} as unknown as GrpcNode;
const service = nodeService(node, { perSecond: () => 0, stop: () => undefined });
const context = undefined as never;
const request = {} as never;

test("the consensus status has the view's time, its votes by digest and the gate", async () => {
  const { timerMs, backoff, notarizeVotes, nullifyVotes, gate, isLeader, quorumM, quorumL } =
    await service.getConsensusStatus(request, context);
  assert.deepEqual([timerMs, backoff, nullifyVotes, gate], [4_500n, 2, 2, GateState.BLOCKED]);
  assert.deepEqual(notarizeVotes, [
    { digest: digestToBytes(digest("22".repeat(32))), count: 3 },
    { digest: digestToBytes(digest("33".repeat(32))), count: 1 },
  ]);
  assert.deepEqual([isLeader, quorumM, quorumL], [true, 3, 5]);
});

test("peers have their direction and when they were seen, the pool what came and went", async () => {
  const { peers = [] } = await service.getPeers(request, context);
  assert.deepEqual(
    peers.map(({ direction, lastSeenMs, score }) => [direction, lastSeenMs, score]),
    [
      ["outbound", 1_800_000_000_000n, 20],
      ["inbound", undefined, 20],
    ],
  );
  const { added, removed, received, rejected, senders } = await service.getMempoolStats(request, context);
  assert.deepEqual([added, removed, received, rejected, senders], [12n, 9n, 17n, { MEMPOOL_FULL: 5n }, 2]);
});
