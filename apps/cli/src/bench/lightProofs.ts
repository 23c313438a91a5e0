import { type Digest, digestOf, epoch, height, type ValidatorIndex, view } from "@polis/codec";
import {
  bls,
  createMultisigKeys,
  createMultisigScheme,
  createThresholdKeys,
  createThresholdScheme,
  dealThreshold,
  encodeCertificate,
  keccak256,
  type VoteKeys,
  type VoteScheme,
} from "@polis/crypto";
import { encodeHeader, type Header, zeroAddress } from "@polis/kairos";
import type { FinalityProof, TrustAnchor } from "@polis/sdk";
import { emptyRoot } from "@polis/state";

/** A proof that a light client checks, and what it trusts. */
export interface LightProof {
  readonly name: "threshold" | "multisig";
  readonly anchor: TrustAnchor;
  readonly proof: FinalityProof;
}

const n = 6;
const f = 1;
const first = epoch(0);
const genesisHash = "9e".repeat(32) as Digest;

/** One finality proof of two headers for each certificate scheme, of six validators of which five signed. */
export function lightProofs(): readonly LightProof[] {
  const secrets = Array.from({ length: n }, (_, index) => bls.keygen(new Uint8Array(32).fill(index + 1)));
  const publicKeys = secrets.map((secret) => bls.publicKey(secret)!);
  const common = { chainId: 52_470n, genesisHash, epoch: first, n, f, publicKeys, randomness: "hash" as const };
  const options = { f, genesisHash, epoch: first, publicKeys };
  const { m, l } = dealThreshold(n, f, new Uint8Array(32).fill(9));
  const thresholdKeys = secrets.map((secret, i) =>
    createThresholdKeys({
      ...{ index: i as ValidatorIndex, genesisHash, secret, randomness: "hash" },
      ...{ shareM: m.shares[i]!, shareL: l.shares[i]! },
    }),
  );
  const multisigKeys = secrets.map((secret, i) =>
    createMultisigKeys({ index: i as ValidatorIndex, genesisHash, secret }),
  );
  const threshold = createThresholdScheme({ ...options, m, l, randomness: "hash" });
  return [
    {
      name: "threshold",
      anchor: { ...common, scheme: "threshold", groupKeyL: l.groupKey },
      proof: proofOf(threshold, thresholdKeys),
    },
    {
      name: "multisig",
      anchor: { ...common, scheme: "multisig", groupKeyL: undefined },
      proof: proofOf(createMultisigScheme(options), multisigKeys),
    },
  ];
}

function proofOf(scheme: VoteScheme, keys: readonly VoteKeys[]): FinalityProof {
  const headers = [encodeHeader(headerOf(7, "11".repeat(32) as Digest))];
  headers.push(encodeHeader(headerOf(8, digestOf(keccak256(headers[0]!)))));
  const digest = digestOf(keccak256(headers[1]!));
  const at = view(8);
  const votes = keys.slice(0, n - f).map((key) => ({
    ...{ kind: "notarize" as const, epoch: first, view: at, digest, signer: key.index },
    sig: key.signNotarize(first, at, digest),
  }));
  const assembled = scheme.assemble("finalization", votes);
  if (!assembled.ok) throw new Error("the benchmark's votes do not hold");
  return { certificate: encodeCertificate(assembled.certificate, n), headers };
}

function headerOf(number: number, parentHash: Digest): Header {
  return {
    ...{ parentHash, beneficiary: zeroAddress, stateRoot: emptyRoot, transactionsRoot: emptyRoot },
    ...{ receiptsRoot: emptyRoot, logsBloom: new Uint8Array(256), number: height(number), gasLimit: 60_000_000n },
    ...{ gasUsed: 0n, timestampS: 1_700_000_000, mixHash: "00".repeat(32) as Digest, baseFeePerGas: 47_619_047_620n },
    extra: { millisecond: 0, view: view(number), parentView: view(number - 1), smoothedGas: 30_000_000n, epoch: first },
  };
}
