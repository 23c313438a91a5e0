import { asciiBytes, digest, epoch } from "@polis/codec";
import { keccak256, maxValidators, quorumsOf, type SchemeName } from "@polis/crypto";
import { canonicalJson } from "@polis/kairos";
import { LightClientError } from "../errors/lightClientError.ts";
import { SdkError } from "../errors/sdkError.ts";
import { type Hex, hexOf } from "../text/hex.ts";
import type { TrustAnchor } from "./anchor.ts";
import type { FinalBlock } from "./types.ts";

/**
 * What a light client can start from instead of genesis (kairos L5): small enough for a QR code. It must come from a
 * trusted place; the keys it commits to may come from anybody.
 */
export interface Checkpoint {
  readonly version: 1;
  readonly chainId: number;
  readonly genesisHash: Hex;
  readonly epoch: number;
  readonly randomness: "hash" | "seed";
  /** `validatorSetHash` of the epoch's list. */
  readonly validatorSetHash: Hex;
  /** A final block: its height cannot have another hash, and nothing below it is the latest. */
  readonly height: number;
  readonly hash: Hex;
}

/** What a node says of an epoch's validators: the part that certificates are checked against. */
export interface ValidatorList {
  readonly epoch: number;
  readonly n: number;
  readonly f: number;
  readonly scheme: SchemeName;
  readonly publicKeys: readonly Uint8Array[];
  readonly groupKeyL: Uint8Array | undefined;
}

/**
 * keccak of the canonical JSON of everything that decides over certificates: epoch, n, f, scheme and keys.
 * @example validatorSetHash(anchorFromGenesis(genesisText)).length; // => 66
 */
export function validatorSetHash({ epoch: number, n, f, scheme, publicKeys, groupKeyL }: ValidatorList): Hex {
  const list = { epoch: number, n, f, scheme, keys: publicKeys.map(hexOf), groupKeyL: groupKeyL && hexOf(groupKeyL) };
  return hexOf(keccak256(asciiBytes(canonicalJson(list))));
}

/**
 * The checkpoint of a proven block, to be published or kept for the next start.
 * @example checkpointOf(light.anchor, await light.latest()).version; // => 1
 */
export function checkpointOf(anchor: TrustAnchor, block: FinalBlock): Checkpoint {
  return {
    version: 1,
    chainId: Number(anchor.chainId),
    genesisHash: `0x${anchor.genesisHash}`,
    epoch: anchor.epoch,
    randomness: anchor.randomness,
    validatorSetHash: validatorSetHash(anchor),
    height: block.height,
    hash: block.hash,
  };
}

/**
 * The anchor of a checkpoint, from a validator list that anybody may have sent: its hash must be the checkpoint's.
 * @throws SdkError CHECKPOINT when the checkpoint is malformed; LightClientError `anchor` for another list
 * @example
 * const checkpoint = checkpointOf(light.anchor, await light.latest());
 * anchorFromCheckpoint(checkpoint, await source.validators(checkpoint.epoch)).genesisHash; // => light.anchor.genesisHash
 */
export function anchorFromCheckpoint(checkpoint: Checkpoint, list: ValidatorList): TrustAnchor {
  const { chainId, genesisHash, randomness } = readCheckpoint(checkpoint);
  if (list.epoch !== checkpoint.epoch || validatorSetHash(list) !== checkpoint.validatorSetHash) {
    throw new LightClientError("anchor", "the node's validator list is not the one of the checkpoint");
  }
  mustBeList(list);
  return {
    chainId: BigInt(chainId),
    genesisHash: digest(genesisHash.slice(2)),
    epoch: epoch(list.epoch),
    scheme: list.scheme,
    randomness,
    n: list.n,
    f: list.f,
    publicKeys: list.publicKeys,
    groupKeyL: list.groupKeyL,
  };
}

/**
 * Checks the form of a checkpoint that was kept or sent as JSON.
 * @throws SdkError CHECKPOINT
 * @example readCheckpoint(checkpointOf(light.anchor, await light.latest())).epoch; // => 0
 */
export function readCheckpoint(checkpoint: Checkpoint): Checkpoint {
  const { version, chainId, epoch: number, height, genesisHash, validatorSetHash: list, hash, randomness } = checkpoint;
  const isWhole = [number, height, chainId].every((value) => Number.isSafeInteger(value) && value >= 0);
  const isHashed = [genesisHash, list, hash].every(isHash);
  if (version === 1 && isWhole && isHashed && (randomness === "hash" || randomness === "seed")) return checkpoint;
  throw new SdkError("CHECKPOINT", "this is not a checkpoint", "take the whole object that checkpointOf gave");
}

/** The hash matched, so only a checkpoint of somebody's mistake gets here with a bad list. */
function mustBeList({ n, f, scheme, publicKeys, groupKeyL }: ValidatorList): void {
  const fits = n <= maxValidators && n >= 5 * f + 1 && publicKeys.length === n;
  if (!fits || (scheme === "threshold" && groupKeyL === undefined)) {
    throw new LightClientError("anchor", `no validator list of n = ${n}, f = ${f}`);
  }
  quorumsOf(n, f);
}

function isHash(text: unknown): boolean {
  return typeof text === "string" && /^0x[0-9a-f]{64}$/.test(text);
}
