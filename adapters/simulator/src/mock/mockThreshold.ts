import type { Epoch, View } from "@polis/codec";
import type { Assembled, Certificate, CertificateKind, SchemeName, Vote } from "@polis/crypto";
import type { SchemeFactory } from "../types.ts";
import { digestWord } from "./mockDigest.ts";
import { MockScheme, matches, mockKeys, mockSecrets, pack, words } from "./mockScheme.ts";

const CODES: Readonly<Record<CertificateKind, number>> = { notarization: 11, nullification: 12, finalization: 13 };
const SEED = 14;

/**
 * Certificates that say only that a quorum voted, not who, and that carry seed(view): the mock of the threshold scheme
 * (kairos 3.6, K18). The group's secret signs for whoever shows enough good votes, and for nobody else.
 */
class MockThreshold extends MockScheme {
  override readonly name: SchemeName = "threshold";
  readonly #group: number;

  constructor(secrets: readonly number[], f: number, group: number) {
    super(secrets, f);
    this.#group = group;
  }

  override verifyCertificate({ kind, scheme, epoch, view, digest, bitmap, signature, seed }: Certificate): boolean {
    if (scheme !== "threshold" || bitmap.length > 0 || (digest === undefined) !== (kind === "nullification"))
      return false;
    if (seed === undefined || !this.verifySeed(view, seed)) return false;
    return matches(signature, words(this.#group, CODES[kind], epoch, view, digestWord(digest)));
  }

  verifySeed(view: View, seed: Uint8Array): boolean {
    return matches(seed, words(this.#group, SEED, 0 as Epoch, view, 0));
  }

  override signers(): undefined {
    return undefined;
  }

  override assemble(kind: CertificateKind, votes: readonly Vote[]): Assembled {
    const culprits = votes.filter((vote) => !this.verifyVote(vote)).map((vote) => vote.signer);
    const quorum = kind === "finalization" ? this.quorumL : this.quorumM;
    const first = votes[0];
    const isEnough = new Set(votes.map((vote) => vote.signer)).size >= quorum;
    if (culprits.length > 0 || first === undefined || !isEnough) return { ok: false, culprits };
    const { epoch, view } = first;
    const digest = first.kind === "notarize" ? first.digest : undefined;
    const signature = pack(...words(this.#group, CODES[kind], epoch, view, digestWord(digest)));
    const seed = pack(...words(this.#group, SEED, 0 as Epoch, view, 0));
    const bitmap = new Uint8Array(0);
    return { ok: true, certificate: { kind, scheme: "threshold", epoch, view, digest, bitmap, signature, seed } };
  }
}

/**
 * Cheap threshold signatures with seeds, for `randomness: "seed"` and random leaders.
 * @example runSeed(4, { schemes: mockThreshold, consensus: RANDOM_LEADERS })
 */
export const mockThreshold: SchemeFactory = (n, f, genesis, seed) => {
  const secrets = mockSecrets(n + 1, genesis, seed);
  const scheme = new MockThreshold(secrets.slice(0, n), f, secrets[n]!);
  return { scheme, keysOf: (index) => mockKeys(index, secrets[index]!) };
};
