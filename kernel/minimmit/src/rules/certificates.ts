import type { Certificate } from "@polis/crypto";
import type { Peer } from "../seam/events.ts";
import { type ReplicaState, report } from "../state.ts";
import { heldProof, storeProof } from "./proofs.ts";

/**
 * R22: a certificate that was received or assembled. What is held already is dropped before verification; what is new is
 * verified, stored and forwarded once. There is no upper window (R31). One of a finalized view is ignored.
 * @param source "fetch" for answers to our own requests: the others hold those, so they are forwarded only when they
 *   bring this replica into a new view.
 */
export function onCertificate(
  s: ReplicaState,
  certificate: Certificate,
  from: Peer,
  source: "own" | "link" | "fetch",
): boolean {
  if (certificate.epoch !== s.config.epoch || certificate.view <= s.lastFinalized.view) return true;
  const held = heldProof(s, certificate);
  if (held !== undefined) {
    held.knownBy.add(from);
    return true;
  }
  if (source !== "own" && !isWellFormed(s, certificate)) {
    report(s, from, "CONSENSUS_BAD_CERTIFICATE");
    return false;
  }
  storeProof(s, certificate, from, source !== "fetch" || certificate.view >= s.view);
  return true;
}

/** I6: the kind fits the digest, the scheme is ours, enough distinct signers of this epoch, a valid signature. */
function isWellFormed(s: ReplicaState, certificate: Certificate): boolean {
  if (certificate.scheme !== s.scheme.name) return false;
  if ((certificate.kind === "nullification") !== (certificate.digest === undefined)) return false;
  if ((certificate.seed !== undefined) !== (s.config.randomness === "seed")) return false;
  return s.scheme.verifyCertificate(certificate);
}
