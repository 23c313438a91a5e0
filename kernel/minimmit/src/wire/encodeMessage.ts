import { Writer } from "@polis/codec";
import { encodeCertificate } from "@polis/crypto";
import type { Message, Propose, Status } from "../seam/messages.ts";
import { type Frame, frameTypes } from "./types.ts";

/**
 * The body of a consensus message (kairos 4.4), big-endian and of exact length.
 * @param n number of validators, for the layout of certificates
 */
export function encodeMessage(message: Message, n: number): Frame {
  switch (message.kind) {
    case "propose":
      return { type: frameTypes.propose, body: encodePropose(message, n) };
    case "notarize": {
      const { epoch, view, digest, signer, sig } = message;
      const writer = new Writer(50 + sig.length).u64(epoch).u64(view).hex(digest).u16(signer).bytes(sig);
      return { type: frameTypes.notarize, body: writer.finish() };
    }
    case "nullify": {
      const { epoch, view, signer, sig } = message;
      const writer = new Writer(18 + sig.length).u64(epoch).u64(view).u16(signer).bytes(sig);
      return { type: frameTypes.nullify, body: writer.finish() };
    }
    case "certificate":
      return { type: frameTypes.certificate, body: encodeCertificate(message.certificate, n) };
    case "status":
      return { type: frameTypes.status, body: encodeStatus(message, n) };
    case "statusRequest":
      return { type: frameTypes.statusRequest, body: message.nonce };
  }
}

function encodePropose(message: Propose, n: number): Uint8Array {
  const { epoch, view, proposeSig, voteSig, block } = message;
  const proofs = message.proofs.map((certificate) => encodeCertificate(certificate, n));
  const size = proofs.reduce((sum, proof) => sum + 2 + proof.length, 16 + 96 + voteSig.length + 2 + 4 + block.length);
  const writer = new Writer(size).u64(epoch).u64(view).bytes(proposeSig).bytes(voteSig).u16(proofs.length);
  for (const proof of proofs) writer.u16(proof.length).bytes(proof);
  return writer.u32(block.length).bytes(block).finish();
}

function encodeStatus(message: Status, n: number): Uint8Array {
  const proof = message.proof === undefined ? new Uint8Array(0) : encodeCertificate(message.proof, n);
  return new Writer(188 + proof.length)
    .u64(message.epoch)
    .u64(message.view)
    .u64(message.lastFinalizedView)
    .hex(message.lastFinalizedDigest)
    .bytes(message.nonce)
    .u16(message.signer)
    .bytes(message.sig)
    .u16(proof.length)
    .bytes(proof)
    .finish();
}
