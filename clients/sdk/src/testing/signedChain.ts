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
import { emptyRoot } from "@polis/state";
import type { TrustAnchor } from "../light/anchor.ts";
import type { FinalityProof } from "../light/types.ts";
import { decodeHeader } from "../light/verifyFinality.ts";

const n = 6;
const f = 1;
const genesisHash = "9e".repeat(32) as Digest;
const first = epoch(0);

/** Six validators of a network that exists in a test only. */
export interface TestValidators {
  readonly anchor: TrustAnchor;
  readonly scheme: VoteScheme;
  readonly keys: readonly VoteKeys[];
}

const secrets = Array.from({ length: n }, (_, index) => bls.keygen(new Uint8Array(32).fill(index + 1)));
const publicKeys = secrets.map((secret) => bls.publicKey(secret)!);
const common = { chainId: 52_470n, genesisHash, epoch: first, n, f, publicKeys };

/** Validators of the multisig scheme. */
export function multisigValidators(): TestValidators {
  return {
    anchor: { ...common, scheme: "multisig", randomness: "hash", groupKeyL: undefined },
    scheme: createMultisigScheme({ f, genesisHash, epoch: first, publicKeys }),
    keys: secrets.map((secret, index) => createMultisigKeys({ index: index as ValidatorIndex, genesisHash, secret })),
  };
}

/** Validators of the threshold scheme with seeds. */
export function thresholdValidators(): TestValidators {
  const { m, l } = dealThreshold(n, f, new Uint8Array(32).fill(9));
  const randomness = "seed" as const;
  return {
    anchor: { ...common, scheme: "threshold", randomness, groupKeyL: l.groupKey },
    scheme: createThresholdScheme({ f, genesisHash, epoch: first, publicKeys, m, l, randomness }),
    keys: secrets.map((secret, i) =>
      createThresholdKeys({
        ...{ index: i as ValidatorIndex, genesisHash, secret, randomness },
        ...{ shareM: m.shares[i]!, shareL: l.shares[i]! },
      }),
    ),
  };
}

/** A header of height `number` in view `number + 10`. */
export function testHeader(number: number, parentHash: Digest, fields: Partial<Header> = {}): Header {
  return {
    parentHash,
    beneficiary: zeroAddress,
    stateRoot: emptyRoot,
    transactionsRoot: emptyRoot,
    receiptsRoot: emptyRoot,
    logsBloom: new Uint8Array(256),
    number: height(number),
    gasLimit: 60_000_000n,
    gasUsed: 0n,
    timestampS: 1_700_000_000 + number,
    extra: {
      ...{ millisecond: 5, smoothedGas: 30_000_000n, epoch: first },
      ...{ view: view(number + 10), parentView: view(number + 9) },
    },
    mixHash: "00".repeat(32) as Digest,
    baseFeePerGas: 47_619_047_620n,
    ...fields,
  };
}

/** Headers linked to each other, `changes[i]` applied to the i-th. */
export function testHeaders(from: number, changes: readonly Partial<Header>[]): readonly Uint8Array[] {
  const headers: Uint8Array[] = [];
  let parent = "11".repeat(32) as Digest;
  for (const [i, change] of changes.entries()) {
    headers.push(encodeHeader(testHeader(from + i, parent, change)));
    parent = digestOf(keccak256(headers.at(-1)!));
  }
  return headers;
}

/** What a test's certificate differs in. */
export interface Signing {
  readonly kind?: "notarization" | "finalization";
  readonly view?: number;
  readonly signers?: readonly number[];
}

/** The proof that the last header is final, signed by the first five validators. */
export function signProof(
  { scheme, keys }: TestValidators,
  headers: readonly Uint8Array[],
  { kind = "finalization", view: at, signers = [0, 1, 2, 3, 4] }: Signing = {},
): FinalityProof {
  const digest = digestOf(keccak256(headers.at(-1)!));
  const signed = at === undefined ? decodeHeader(headers.at(-1)!).extra.view : view(at);
  const votes = signers.map((signer) => ({
    ...{ kind: "notarize" as const, epoch: first, view: signed, digest, signer: signer as ValidatorIndex },
    sig: keys[signer]!.signNotarize(first, signed, digest),
  }));
  const assembled = scheme.assemble(kind, votes);
  if (!assembled.ok) throw new Error(`culprits ${assembled.culprits.join(" ")}`);
  return { certificate: encodeCertificate(assembled.certificate, n), headers };
}
