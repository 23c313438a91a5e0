import { type CertificateShape, quorumsOf, type VoteScheme } from "@polis/crypto";

/** What the codec of certificates needs to know of an epoch (kairos 3.4). */
export function certificateShape(scheme: VoteScheme, randomness: "hash" | "seed"): CertificateShape {
  return { n: scheme.n, scheme: scheme.name, randomness, quorums: quorumsOf(scheme.n, scheme.f) };
}
