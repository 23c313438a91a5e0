import type { Digest, Epoch, View } from "@polis/codec";
import { bls } from "../../native/primitives.ts";
import type { BlsPublicKey } from "../../primitives/types.ts";
import { BoundedMap } from "../boundedMap.ts";
import type { CertificateShape } from "../certificate.ts";
import { parseKeys } from "../identity.ts";
import { encodeNotarizePayload, encodeNullifyPayload, encodeSeedPayload } from "../payloads.ts";
import { quorumsOf } from "../quorums.ts";

/** The public keys of one sharing, 48 bytes each. */
export interface SharingKeys {
  readonly groupKey: Uint8Array;
  readonly shareKeys: readonly Uint8Array[];
}

/** The public side of one epoch of the threshold scheme. */
export interface ThresholdOptions {
  readonly f: number;
  readonly genesisHash: Digest;
  readonly epoch: Epoch;
  /** Individual BLS keys, 48 bytes each, in the order of the validator list. */
  readonly publicKeys: readonly Uint8Array[];
  readonly m: SharingKeys;
  readonly l: SharingKeys;
  readonly randomness: "hash" | "seed";
}

interface ParsedSharing {
  readonly threshold: number;
  readonly group: BlsPublicKey;
  readonly shares: readonly BlsPublicKey[];
}

/** Seeds and certificates seen valid are remembered: each arrives from several peers. About 300 bytes an entry. */
const maxKnown = 1024;

/** What the operations of one threshold scheme share: parsed keys, messages and what is known to be valid. */
export type ThresholdContext = ReturnType<typeof createThresholdContext>;

/** Parses every key once. Throws a RangeError when the options cannot be of a validator list (kairos K8). */
export function createThresholdContext(options: ThresholdOptions) {
  const { genesisHash, epoch, randomness, publicKeys } = options;
  const n = publicKeys.length;
  const quorums = quorumsOf(n, options.f);
  const parse = (keys: SharingKeys, threshold: number): ParsedSharing => {
    if (keys.shareKeys.length !== n) throw new RangeError(`${keys.shareKeys.length} share keys for ${n} validators`);
    return { threshold, group: parseKeys([keys.groupKey])[0]!, shares: parseKeys(keys.shareKeys) };
  };
  const shape: CertificateShape = { n, scheme: "threshold", randomness, quorums };
  return {
    n,
    epoch,
    genesisHash,
    quorums,
    shape,
    seeded: randomness === "seed",
    keys: parseKeys(publicKeys),
    m: parse(options.m, quorums.m),
    l: parse(options.l, quorums.l),
    /** Valid seeds by view. */
    seeds: new BoundedMap<View, string>(maxKnown),
    /** Valid group signatures by what they sign. */
    known: new BoundedMap<string, string>(maxKnown),
    message: (view: View, digest: Digest | undefined) =>
      digest === undefined
        ? encodeNullifyPayload(genesisHash, epoch, view)
        : encodeNotarizePayload(genesisHash, epoch, view, digest),
    seedMessage: (view: View) => encodeSeedPayload(genesisHash, epoch, view),
  };
}

/**
 * Verifies a group signature given as bytes, remembering valid ones under `name`. A group signature is unique (kairos K14),
 * so other bytes under a known name are wrong without a pairing.
 */
export function verifyGroup<K>(
  known: BoundedMap<K, string>,
  name: K,
  group: BlsPublicKey,
  message: () => Uint8Array,
  bytes: Uint8Array,
): boolean {
  const text = bytes.toHex();
  const before = known.get(name);
  if (before !== undefined) return before === text;
  const signature = bls.parseSignature(bytes);
  if (signature === undefined || !bls.verify(message(), group, signature)) return false;
  known.set(name, text);
  return true;
}
