import type { VoteScheme } from "@polis/crypto";
import { certificateShape, decodeMessage, encodeMessage, type Message } from "@polis/minimmit";

const MAX_BLOCK_BYTES = 1 << 20;

/**
 * Takes every message through the real wire format, so that a run proves that what replicas say can be said. Throws when
 * a message does not survive: honest replicas never send what the other side would refuse.
 */
export function recodeWith(scheme: VoteScheme, randomness: "hash" | "seed"): (message: Message) => Message {
  const context = {
    shape: certificateShape(scheme, randomness),
    voteSigBytes: scheme.voteSigBytes,
    maxBlockBytes: MAX_BLOCK_BYTES,
  };
  return (message) => {
    const { type, body } = encodeMessage(message, scheme.n);
    const decoded = decodeMessage(type, body, context);
    if (!decoded.ok) throw new Error(`a ${message.kind} does not survive the wire: ${decoded.fault.code}`);
    return decoded.value;
  };
}
