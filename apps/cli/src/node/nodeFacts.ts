import type { View } from "@polis/codec";
import { encodeCertificate } from "@polis/crypto";
import { type EvidenceEntry, type NodeFacts, PrunedHistoryError, type ViewFacts } from "@polis/kairos";
import { decodeEvidence, type Replica, u64Key } from "@polis/minimmit";
import type { Store } from "@polis/ports";
import { isInsecure } from "../keys/developmentKeys.ts";
import type { Readiness } from "../telemetry/healthServer.ts";
import type { Chain } from "./chain.ts";

/** Labels of `view_index` (kairos 6.2) by their first byte. */
const labels: Readonly<Record<number, ViewFacts["label"]>> = {
  1: "finalDirect",
  2: "finalAncestor",
  3: "nullified",
  4: "skipped",
};

/** What only a running node knows and the `kairos` namespace shows (kairos 16.4). */
export function nodeFacts(chain: Chain, replica: Replica, readiness: () => Readiness): NodeFacts {
  const { store } = chain.storage;
  const { keys } = chain.voting;
  return {
    view: (view) => viewFacts(chain, replica, view),
    evidence: (from, limit) => evidenceFrom(store, from, limit),
    info: () => ({
      validatorIndex: keys?.index ?? null,
      scheme: chain.genesis.scheme,
      insecure: isInsecure(chain.genesis),
    }),
    consensus: () => ({
      canVote: replica.canVote,
      backoff: replica.backoff,
      highestNotarized: replica.highestNotarized,
    }),
    health: () => {
      const { ready, details } = readiness();
      return { healthy: ready, components: { node: { ok: ready, reason: details.join("; ") } } };
    },
  };
}

function viewFacts({ genesis, storage, ledger }: Chain, replica: Replica, view: View): ViewFacts | undefined {
  const row = storage.store.get("view_index", u64Key(view));
  if (row === undefined && view > replica.view) return undefined;
  if (row === undefined) checkKept(ledger, view);
  const certificates = replica.proofs(view).map((certificate) => ({
    kind: certificate.kind,
    bytes: encodeCertificate(certificate, genesis.n),
  }));
  const digests = [replica.proposed(view), replica.notarized(view)].filter((digest) => digest !== undefined);
  return {
    label: labels[row?.[0] ?? 0] ?? (replica.nullified(view) ? "nullified" : "open"),
    leader: genesis.leader === "round-robin" ? view % genesis.n : undefined,
    digests: [...new Set(digests)],
    certificates,
  };
}

/** Labels of views are dropped with the blocks of these views (kairos 6.4). */
function checkKept(ledger: Chain["ledger"], view: View): void {
  const lowest = ledger.lowestHeight();
  const block = lowest === 0 ? undefined : ledger.headerByHeight(lowest);
  if (block !== undefined && view < block.header.extra.view) throw new PrunedHistoryError(`view ${view}`, lowest);
}

/** Entries from a number on; the numbers are the places in the order of the keys. */
function evidenceFrom(store: Store, from: number, limit: number): readonly EvidenceEntry[] {
  const entries: EvidenceEntry[] = [];
  let at = 0;
  for (const [, value] of store.range("evidence", { limit: from + limit })) {
    if (at++ < from) continue;
    const decoded = decodeEvidence(value);
    if (!decoded.ok) throw new Error(`an evidence row is damaged: ${decoded.fault.code}`);
    entries.push(decoded.value);
  }
  return entries;
}
