import { type Digest, digestOf, epoch, height, view } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import type { BlockInfo } from "@polis/ports";
import { zeroAddress } from "../addresses.ts";
import { encodeBlock } from "../block/envelope.ts";
import { emptyTrieRoot, type Header } from "../block/header.ts";
import { blockInfo } from "../block/inspectBlock.ts";
import { canonicalJson } from "./canonicalJson.ts";
import { genesisDocument } from "./genesisDocument.ts";
import { type GenesisState, genesisState } from "./genesisState.ts";
import type { Genesis } from "./types.ts";

/** Block 0 with everything that follows from the document. */
export interface GenesisBlock {
  readonly header: Header;
  readonly headerBytes: Uint8Array;
  /** The genesis hash: the network identity in every consensus signature (kairos 2.2). */
  readonly digest: Digest;
  readonly block: Uint8Array;
  readonly info: BlockInfo;
  readonly state: GenesisState;
}

/**
 * Makes block 0 (kairos 5.6): mixHash is keccak of the canonical JSON, so that the genesis hash commits to every field.
 * Genesis has no proposer; its beneficiary is zero.
 */
export function genesisBlock(genesis: Genesis): GenesisBlock {
  const known = made.get(genesis);
  if (known !== undefined) return known;
  const block = makeBlock(genesis);
  made.set(genesis, block);
  return block;
}

/** Ledgers are opened again and again on one genesis: a development chain that goes back, a process of many nodes. */
const made = new WeakMap<Genesis, GenesisBlock>();

function makeBlock(genesis: Genesis): GenesisBlock {
  const { params } = genesis;
  const state = genesisState(genesis);
  const json = new TextEncoder().encode(canonicalJson(genesisDocument(genesis)));
  const header: Header = {
    parentHash: "0".repeat(64) as Digest,
    beneficiary: zeroAddress,
    stateRoot: state.root,
    transactionsRoot: emptyTrieRoot,
    receiptsRoot: emptyTrieRoot,
    logsBloom: new Uint8Array(256),
    number: height(0),
    gasLimit: params.block.gasLimit,
    gasUsed: 0n,
    timestampS: genesis.timestampS,
    extra: {
      millisecond: 0,
      view: view(0),
      parentView: view(0),
      smoothedGas: params.fees.targetGas,
      epoch: epoch(params.epoch),
    },
    mixHash: digestOf(keccak256(json)),
    baseFeePerGas: params.fees.initial,
  };
  // seed(0) is never part of an envelope: only blocks of view 1 refer to it (K18).
  const prevSeed = params.randomness === "seed" ? new Uint8Array(96) : undefined;
  const { block, headerBytes, digest } = encodeBlock(header, [], prevSeed);
  return { header, headerBytes, digest, block, info: blockInfo({ header, digest, prevSeed: undefined }), state };
}
