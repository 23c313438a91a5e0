import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Digest, digestOf, digestToBytes, type View } from "@polis/codec";
import { type Certificate, decodeCertificate, encodeCertificate } from "@polis/crypto";
import { notarizationKey, u64Key, type ViewTallies } from "@polis/minimmit";
import type { GetViewDebugInfoResponseSchema } from "@polis/proto";
import { callError } from "../grpc/callError.ts";
import type { AdminNode } from "./adminNode.ts";

type ViewInfo = MessageInitShape<typeof GetViewDebugInfoResponseSchema>;

/** Labels of the view index (kairos 4.9, 6.2). */
const labels: Readonly<Record<number, string>> = {
  1: "L-notarized",
  2: "L-notarized as ancestor",
  3: "nullified",
  4: "cascade",
};

/**
 * Everything that this node knows of a view: who leads it, whose votes count, what is certified, how it ended.
 * @throws NOT_FOUND for a view that is not known here
 */
export function viewDebug(node: AdminNode, asked: View): ViewInfo {
  const { chain, replica } = node;
  const view = asked === 0 ? replica.view : asked;
  const row = chain.storage.store.get("view_index", u64Key(view));
  const tallies = replica.tallies(view);
  if (row === undefined && tallies === undefined && view > replica.view) {
    throw callError("NOT_FOUND", `view ${view} is not known here: the current view is ${replica.view}`);
  }
  const certificates = certificatesOf(node, view, row);
  const leader = leaderOf(node, view, tallies);
  const none = new Uint8Array(0);
  const bytes = (digest: Digest | undefined) => (digest === undefined ? none : digestToBytes(digest));
  return {
    view: BigInt(view),
    label: labels[row?.[0] ?? 0] ?? openLabel(certificates),
    ...(leader === undefined ? {} : { leaderIndex: leader }),
    digests: digestsOf(node, view, tallies, certificates),
    nullifySigners: [...(tallies?.nullifies ?? [])],
    certificates: certificates.map((certificate) => ({
      kind: certificate.kind,
      digest: bytes(certificate.digest),
      signers: [...(chain.voting.scheme.signers(certificate) ?? [])],
      raw: encodeCertificate(certificate, chain.genesis.n),
    })),
    ownProposal: bytes(replica.proposed(view)),
    ownNotarize: bytes(replica.notarized(view)),
    ownNullify: replica.nullified(view),
    votesKept: tallies !== undefined,
  };
}

/** A view that finality has not passed yet. */
function openLabel(certificates: readonly Certificate[]): string {
  const has = (kind: Certificate["kind"]) => certificates.some((certificate) => certificate.kind === kind);
  if (has("finalization")) return "L-notarized";
  if (has("notarization")) return "M-notarized";
  return has("nullification") ? "nullified" : "in progress";
}

/** Those in memory; of a view that is pruned, the finalization that is kept with its block. */
function certificatesOf({ chain, replica }: AdminNode, view: View, row: Uint8Array | undefined) {
  const held = replica.proofs(view);
  if (held.length > 0 || row?.[0] !== 1) return held;
  const key = notarizationKey(view, digestOf(row.subarray(1, 33)), "finalization");
  const stored = chain.storage.store.get("notarizations", key);
  const decoded = stored && decodeCertificate(stored, chain.voting.shape);
  return decoded?.ok ? [decoded.value] : [];
}

/** A random leader is known only while the seed before the view is (R5). */
function leaderOf({ chain }: AdminNode, view: View, tallies: ViewTallies | undefined): number | undefined {
  if (tallies?.leader !== undefined) return tallies.leader;
  return chain.genesis.leader === "round-robin" ? view % chain.genesis.n : undefined;
}

function digestsOf(
  { chain, replica }: AdminNode,
  view: View,
  tallies: ViewTallies | undefined,
  certificates: readonly Certificate[],
) {
  const signers = new Map<Digest, readonly number[]>();
  for (const { digest, signers: voters } of tallies?.notarizes ?? []) signers.set(digest, voters);
  const row = chain.storage.store.get("view_index", u64Key(view));
  const indexed = row === undefined || row[0] === 3 ? undefined : digestOf(row.subarray(1, 33));
  const named = [indexed, replica.proposed(view), ...certificates.map(({ digest }) => digest)];
  for (const digest of named) if (digest !== undefined && !signers.has(digest)) signers.set(digest, []);
  return [...signers].map(([digest, voters]) => ({ digest: digestToBytes(digest), signers: [...voters] }));
}
