import type { FetchReply, Message } from "@polis/minimmit";

const CERTIFICATE_BYTES = 160;
const VOTE_BYTES = 160;

/** About how long a message is on the wire, frame included; bandwidth needs no more precision. */
export function messageBytes(message: Message): number {
  switch (message.kind) {
    case "propose":
      return 240 + message.block.length + message.proofs.length * CERTIFICATE_BYTES;
    case "certificate":
      return CERTIFICATE_BYTES;
    case "status":
      return 240 + (message.proof === undefined ? 0 : CERTIFICATE_BYTES);
    case "statusRequest":
      return 48;
    default:
      return VOTE_BYTES;
  }
}

/** The same of a reply on the bulk link. */
export function replyBytes(reply: FetchReply): number {
  if (reply.kind === "blocks") {
    return reply.items.reduce((sum, item) => sum + item.block.length + CERTIFICATE_BYTES, 32);
  }
  return reply.kind === "certificates" ? 32 + reply.certificates.length * CERTIFICATE_BYTES : 32;
}
