import type { ServiceImpl } from "@connectrpc/connect";
import { addressToBytes, digestToBytes, epoch } from "@polis/codec";
import type { ApiBlock, EvidenceEntry, KairosBackend, ValidatorSet } from "@polis/kairos";
import type { ConsensusService } from "@polis/proto";
import { callError, notKept, wrongField } from "../callError.ts";
import { isFinal } from "../convert/blockMessage.ts";
import { hashField, heightField } from "../fields.ts";

const maxEvidence = 100;
const none = new Uint8Array(0);

/** Finality proofs, validators and evidence (kairos 15.2). */
export function consensusService(node: KairosBackend): ServiceImpl<typeof ConsensusService> {
  return {
    getLNotarization: ({ hash }) => proofOf(node, node.blockByDigest(hashField(hash))),
    getLNotarizationByHeight: ({ height }) => proofOf(node, node.blockByHeight(heightField(height, "height"))),
    getValidatorSet({ epoch: wanted }) {
      const set = node.validatorSet(wanted === 0n ? undefined : epoch(heightField(wanted, "epoch")));
      if (set === undefined) throw callError("NOT_FOUND", `epoch ${wanted} is not known here`);
      return validatorSet(set);
    },
    getEvidence({ from, limit }) {
      if (limit > maxEvidence) throw wrongField("limit", `at most ${maxEvidence}`);
      if (node.facts.evidence === undefined) throw notKept("this node does not keep evidence");
      const wanted = limit || maxEvidence;
      const entries = node.facts.evidence(from, wanted);
      return { entries: entries.map(evidence), ...(entries.length === wanted ? { next: from + wanted } : {}) };
    },
  };
}

function proofOf(node: KairosBackend, block: ApiBlock | undefined) {
  if (block === undefined || block.header.number === 0 || !isFinal(node, block)) {
    throw callError("NOT_FOUND", "no certificate proves this block final");
  }
  const proof = node.finalityProof(block.header.number);
  if (proof === undefined) throw notKept("the finality proof of this block is not kept by this node");
  const { certificate } = proof;
  return {
    proof: {
      epoch: BigInt(certificate.epoch),
      height: BigInt(block.header.number),
      hash: digestToBytes(block.digest),
      certificate: proof.certificateBytes,
      scheme: certificate.scheme,
      certificateView: BigInt(certificate.view),
      certificateDigest: certificate.digest === undefined ? none : digestToBytes(certificate.digest),
      bitmap: certificate.bitmap,
      signature: certificate.signature,
      seed: certificate.seed ?? none,
      headers: [...proof.headers],
    },
  };
}

function validatorSet(set: ValidatorSet) {
  return {
    epoch: BigInt(set.epoch),
    ...{ n: set.n, f: set.f, quorumM: 2 * set.f + 1, quorumL: set.n - set.f, scheme: set.scheme },
    groupKeyM: set.groupKeyM ?? none,
    groupKeyL: set.groupKeyL ?? none,
    validators: set.validators.map((validator, index) => ({
      index,
      name: validator.name ?? "",
      address: validator.address ?? "",
      feeAddress: addressToBytes(validator.feeAddress),
      blsPublicKey: validator.blsPublicKey,
      blsPop: validator.blsPop ?? none,
      p2pPublicKey: validator.p2pPublicKey,
      p2pBinding: validator.p2pBinding ?? none,
      shareKeyM: validator.shareKeyM ?? none,
      shareKeyL: validator.shareKeyL ?? none,
    })),
  };
}

function evidence(entry: EvidenceEntry) {
  return {
    ...{ kind: entry.kind, epoch: BigInt(entry.epoch), view: BigInt(entry.view), signer: entry.signer },
    payloadA: entry.payloadA,
    signatureA: entry.sigA,
    payloadB: entry.payloadB,
    signatureB: entry.sigB,
  };
}
