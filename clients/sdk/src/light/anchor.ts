import { type Digest, type Epoch, epoch } from "@polis/codec";
import { type CertificateShape, quorumsOf, type SchemeName } from "@polis/crypto";
import { GenesisError, genesisBlock, parseGenesis, verifyGenesisKeys } from "@polis/kairos";

/** What a light client trusts without proof (kairos L3, L5): the network's identity and the keys of one epoch. */
export interface TrustAnchor {
  readonly chainId: bigint;
  /** The network identity inside every consensus signature. */
  readonly genesisHash: Digest;
  readonly epoch: Epoch;
  readonly scheme: SchemeName;
  readonly randomness: "hash" | "seed";
  readonly n: number;
  readonly f: number;
  /** 48 bytes each, in the order of the validator list; they sign in the multisig scheme. */
  readonly publicKeys: readonly Uint8Array[];
  /** 48 bytes; the key of finalizations in the threshold scheme (kairos K13). */
  readonly groupKeyL: Uint8Array | undefined;
}

/** How a genesis document is taken. */
export interface GenesisOptions {
  /** Checks proofs of possession and sharings (kairos K8), some ten milliseconds per validator. Default true. */
  readonly checkKeys?: boolean;
}

/**
 * The anchor of a genesis document that came from a trusted place (kairos L5). Its hash commits to every field, so two
 * documents of one network give the same anchor.
 * @param document JSON text, or the parsed object
 * @throws GenesisError with every problem of the document
 * @example anchorFromGenesis(genesisText).n; // => 1
 */
export function anchorFromGenesis(document: unknown, { checkKeys = true }: GenesisOptions = {}): TrustAnchor {
  const genesis = parseGenesis(document);
  const problems = checkKeys ? verifyGenesisKeys(genesis) : [];
  if (problems.length > 0) throw new GenesisError(problems);
  return {
    chainId: genesis.params.chainId,
    genesisHash: genesisBlock(genesis).digest,
    epoch: epoch(genesis.params.epoch),
    scheme: genesis.scheme,
    randomness: genesis.params.randomness,
    n: genesis.n,
    f: genesis.f,
    publicKeys: genesis.validators.map(({ blsPublicKey }) => blsPublicKey),
    groupKeyL: genesis.groupKeyL,
  };
}

/**
 * The form of this epoch's certificates (kairos 3.4).
 * @example shapeOf(light.anchor).quorums; // => { m: 1, l: 1 }
 */
export function shapeOf({ n, f, scheme, randomness }: TrustAnchor): CertificateShape {
  return { n, scheme, randomness, quorums: quorumsOf(n, f) };
}
