import { bytesToHex0x, type Digest, epoch, quantityOf } from "@polis/codec";
import { faceAddress, predeploys } from "../addresses.ts";
import { blockTimeMs } from "../block/header.ts";
import type { KairosBackend, ValidatorSet } from "./backend.ts";
import { finalityJson } from "./finalityJson.ts";
import { type Answer, type Json, type Method, method, refusal, result } from "./method.ts";
import type { BlockRef } from "./paramSpec.ts";
import { resolveBlock } from "./resolveBlock.ts";

const hash = { name: "hash", type: "hash" } as const;

/** Methods of the `kairos` namespace about the chain (kairos 16.4). */
export const kairosMethods: Readonly<Record<string, Method>> = {
  kairos_getFinalityCertificate: method([{ name: "block", type: "block", hashes: true }], finalityCertificate, 5),
  kairos_getValidatorSet: method(
    [{ name: "epoch", type: "quantity", maxBits: 53, optional: true }],
    (node, [wanted]) => {
      const set = node.validatorSet(wanted === undefined ? undefined : epoch(Number(wanted)));
      return result(set === undefined ? null : validatorSetJson(set));
    },
    5,
  ),
  kairos_getTransactionStatus: method([hash], (node, [wanted]) => transactionStatus(node, wanted as Digest)),
  kairos_status: method([], status),
  kairos_chainMetadata: method([], (node) => result(chainMetadata(node))),
};

function finalityCertificate(node: KairosBackend, [ref]: readonly [BlockRef]): Answer {
  const block = resolveBlock(node, ref);
  if (block === undefined) return result(null);
  // A speculative block, or one of a branch that was abandoned, has a height but no proof.
  const final = node.blockByHeight(block.header.number);
  if (block.header.number === 0 || final?.digest !== block.digest) return result(null);
  const proof = node.finalityProof(block.header.number);
  if (proof === undefined) return refusal(-32001, "the finality proof of this block is not kept by this node");
  return result(finalityJson(block, proof));
}

/** Quorums are computed from n and f (kairos K8): M = 2f+1, L = n-f. */
function validatorSetJson(set: ValidatorSet): Json {
  return {
    epoch: quantityOf(set.epoch),
    n: set.n,
    f: set.f,
    quorumM: 2 * set.f + 1,
    quorumL: set.n - set.f,
    scheme: set.scheme,
    groupKeyM: optional(set.groupKeyM),
    groupKeyL: optional(set.groupKeyL),
    validators: set.validators.map((validator, index) => ({
      index,
      name: validator.name ?? null,
      address: validator.address ?? null,
      feeAddress: `0x${validator.feeAddress}`,
      blsPublicKey: bytesToHex0x(validator.blsPublicKey),
      blsPop: optional(validator.blsPop),
      p2pPublicKey: bytesToHex0x(validator.p2pPublicKey),
      p2pBinding: optional(validator.p2pBinding),
      shareKeyM: optional(validator.shareKeyM),
      shareKeyL: optional(validator.shareKeyL),
    })),
  };
}

/** The states of GetTransactionStatus (kairos 15.2). */
function transactionStatus(node: KairosBackend, wanted: Digest): Answer {
  const location = node.location(wanted);
  if (location !== undefined) {
    const confirmations = node.finalizedHeight() - location.height + 1;
    return result({
      status: "FINALIZED",
      height: quantityOf(location.height),
      index: quantityOf(location.index),
      confirmations: quantityOf(confirmations),
    });
  }
  const unfinal = node.unfinal(wanted);
  if (unfinal === undefined) return result({ status: "UNKNOWN" });
  if (unfinal.state === "dropped") return result({ status: "DROPPED", reason: unfinal.reason });
  if (unfinal.state === "inBlock") return result({ status: "IN_BLOCK", blockHash: `0x${unfinal.block.digest}` });
  return result({ status: unfinal.state === "queued" ? "QUEUED" : "PENDING" });
}

function status(node: KairosBackend): Answer {
  const { mempool, ...now } = node.status();
  const tip = node.blockByHeight(node.finalizedHeight());
  return result({
    network: now.network,
    chainId: quantityOf(node.params.chainId),
    genesisHash: `0x${node.genesisHash}`,
    version: node.clientVersion,
    role: now.role,
    currentView: quantityOf(now.currentView),
    finalizedView: quantityOf(now.finalizedView),
    finalizedHeight: quantityOf(node.finalizedHeight()),
    finalizedHash: tip === undefined ? null : `0x${tip.digest}`,
    finalizedTimeMs: tip === undefined ? null : blockTimeMs(tip.header),
    syncing: now.syncingTo !== undefined,
    peers: now.peers,
    requiredPeers: now.requiredPeers,
    mempool: { pending: mempool.pending, queued: mempool.queued, bytes: mempool.bytes },
    uptimeMs: now.uptimeMs,
  });
}

function chainMetadata(node: KairosBackend): Json {
  const { params } = node;
  return {
    chainId: quantityOf(params.chainId),
    genesisHash: `0x${node.genesisHash}`,
    nativeCurrency: { name: "USDC", symbol: "USDC", decimals: 18 },
    face: { address: `0x${faceAddress}`, decimals: 6, rule: "face amount = floor(native balance / 10^12)" },
    fees: {
      targetGas: quantityOf(params.fees.targetGas),
      floor: quantityOf(params.fees.floor),
      cap: quantityOf(params.fees.cap),
      initial: quantityOf(params.fees.initial),
      smoothing: quantityOf(params.fees.smoothing),
      changeDivisor: quantityOf(params.fees.changeDivisor),
      treasury: `0x${params.treasury}`,
    },
    limits: {
      blockGas: quantityOf(params.block.gasLimit),
      blockBytes: params.block.maxBytes,
      blockTransactions: params.block.maxTransactions,
      transactionBytes: params.tx.maxBytes,
      transactionGas: quantityOf(params.tx.maxGas),
    },
    payment: { type: "0x4b", kinds: params.tx.paymentKinds, maxPayments: 256, maxMemoBytes: 256 },
    randomness: params.randomness,
    predeploys: Object.fromEntries(Object.entries(predeploys).map(([name, at]) => [name, `0x${at}`])),
  };
}

function optional(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : bytesToHex0x(bytes);
}
