import { bytesToHex0x, quantityOf, view } from "@polis/codec";
import type { EvidenceEntry, KairosBackend, ViewFacts } from "./backend.ts";
import { type Answer, type Json, type Method, method, refusal, result } from "./method.ts";

const maxEvidence = 100;

/** Methods of the `kairos` namespace about the node and its consensus (kairos 16.4). */
export const kairosNodeMethods: Readonly<Record<string, Method>> = {
  kairos_getView: method([{ name: "view", type: "quantity", maxBits: 53 }], (node, [wanted]) => {
    if (node.facts.view === undefined) return notKnown;
    const facts = node.facts.view(view(Number(wanted)));
    return result(facts === undefined ? null : viewJson(wanted, facts));
  }),
  kairos_getEvidence: method(
    [
      { name: "from", type: "number", maxBits: 31, optional: true },
      { name: "limit", type: "number", maxBits: 31, optional: true },
    ],
    (node, [from = 0n, limit = BigInt(maxEvidence)]) => {
      if (node.facts.evidence === undefined) return notKnown;
      const wanted = Math.min(Number(limit), maxEvidence);
      const entries = node.facts.evidence(Number(from), wanted);
      const next = entries.length === wanted && wanted > 0 ? quantityOf(Number(from) + wanted) : null;
      return result({ entries: entries.map(evidenceJson), next });
    },
    5,
  ),
  kairos_nodeInfo: method([], (node) => result({ ...facts(node), ...node.facts.info?.() })),
  kairos_consensusStatus: method([], consensusStatus),
  kairos_health: method([], (node) => {
    const health = node.facts.health?.();
    if (health !== undefined) return result({ ...health });
    const { peers, requiredPeers, syncingTo } = node.status();
    const components = {
      p2p: component(peers >= requiredPeers, `${peers} of ${requiredPeers} required peers`),
      sync: component(syncingTo === undefined, syncingTo === undefined ? "synced" : `catching up to ${syncingTo}`),
    };
    return result({ healthy: Object.values(components).every(({ ok }) => ok), components });
  }),
};

const notKnown = refusal(-32000, "this node does not keep what the method shows");

function component(ok: boolean, reason: string) {
  return { ok, reason };
}

function facts(node: KairosBackend): Record<string, Json> {
  const { network, role, uptimeMs } = node.status();
  return {
    version: node.clientVersion,
    network,
    chainId: quantityOf(node.params.chainId),
    genesisHash: `0x${node.genesisHash}`,
    role,
    uptimeMs,
    insecure: false,
  };
}

function consensusStatus(node: KairosBackend): Answer {
  const { currentView, finalizedView, peers, requiredPeers } = node.status();
  const set = node.validatorSet(undefined);
  return result({
    currentView: quantityOf(currentView),
    finalizedView: quantityOf(finalizedView),
    finalizedHeight: quantityOf(node.finalizedHeight()),
    n: set?.n ?? null,
    f: set?.f ?? null,
    quorumM: set === undefined ? null : 2 * set.f + 1,
    quorumL: set === undefined ? null : set.n - set.f,
    peers,
    requiredPeers,
    ...node.facts.consensus?.(),
  });
}

function viewJson(wanted: bigint, { label, leader, digests, certificates }: ViewFacts): Json {
  return {
    view: quantityOf(wanted),
    label,
    leader: leader ?? null,
    digests: digests.map((digest) => `0x${digest}`),
    certificates: certificates.map(({ kind, bytes }) => ({ kind, raw: bytesToHex0x(bytes) })),
  };
}

function evidenceJson(entry: EvidenceEntry): Json {
  return {
    kind: entry.kind,
    epoch: quantityOf(entry.epoch),
    view: quantityOf(entry.view),
    signer: entry.signer,
    payloadA: bytesToHex0x(entry.payloadA),
    sigA: bytesToHex0x(entry.sigA),
    payloadB: bytesToHex0x(entry.payloadB),
    sigB: bytesToHex0x(entry.sigB),
  };
}
