import {
  decodeKce,
  encodeKce,
  fault,
  type Kce,
  type KceFault,
  kceRecord,
  kceVariant,
  ok,
  type Result,
} from "@polis/codec";
import { kceJustification, kceVote } from "@polis/finality";
import { kceBlock } from "../block/block.ts";
import { kceEvidence } from "../modules/slashing/submitEvidence.ts";
import type { TransactionCodec } from "../transaction/transaction.ts";
import type { WireFault } from "./errors.ts";
import { isAnswerTo } from "./isAnswerTo.ts";
import { wireLimits } from "./limits.ts";
import type { Protocol, Topic } from "./link.ts";
import { kceRequest, kceResponse } from "./messageCodecs.ts";
import type { GossipMessage, NodeRequest, NodeResponse } from "./messages.ts";

/** The outcome of reading what a peer sent. */
export type WireResult<T> = Result<T, KceFault | WireFault>;

const kceFinality = kceVariant({
  vote: kceRecord({ vote: kceVote }),
  justification: kceRecord({ justification: kceJustification }),
});

/**
 * Everything that KratOs nodes say to each other, as bytes: KCE within the limits of kratos-core 12.8. Reading is total on what
 * a peer sends; writing throws a RangeError on a value that is beyond its limits, because it is our own.
 */
export class Wire {
  readonly #gossip: { readonly [T in Topic]: Kce<GossipMessage> };
  readonly #response: Kce<NodeResponse>;

  /** @param codec the encodings of the chain's transactions */
  constructor(codec: TransactionCodec) {
    const block = kceBlock(codec);
    this.#gossip = {
      blocks: kceOf("blocks", kceRecord({ block })),
      transactions: kceOf("transactions", kceRecord({ signed: codec.signed })),
      consensus: kceOf("consensus", kceRecord({ evidence: kceEvidence })),
      finality: kceOf("finality", kceFinality),
    };
    this.#response = kceResponse(codec);
  }

  /** The bytes of a message for its topic. */
  encodeGossip(message: GossipMessage): Uint8Array {
    return encodeKce(this.#gossip[message.topic], message);
  }

  decodeGossip(topic: Topic, bytes: Uint8Array): WireResult<GossipMessage> {
    return decodeKce(this.#gossip[topic], bytes, wireLimits.gossipBytes);
  }

  encodeRequest(request: NodeRequest): Uint8Array {
    return encodeKce(kceRequest, request);
  }

  /** Reads a request. On `genesis` only a genesis request is one (kratos-core 12.8). */
  decodeRequest(protocol: Protocol, bytes: Uint8Array): WireResult<NodeRequest> {
    const decoded = decodeKce(kceRequest, bytes, wireLimits.requestBytes);
    if (decoded.ok && protocol === "genesis" && decoded.value.kind !== "genesis") return fault("WIRE_OTHER_PROTOCOL");
    return decoded;
  }

  /** @throws RangeError for an answer of more than 10 MiB */
  encodeResponse(response: NodeResponse): Uint8Array {
    const bytes = encodeKce(this.#response, response);
    if (bytes.length > wireLimits.responseBytes) throw new RangeError(`an answer of ${bytes.length} bytes`);
    return bytes;
  }

  /** Reads an answer and checks that it answers this request: its kind, and for blocks which ones and in which order. */
  decodeResponse(request: NodeRequest, bytes: Uint8Array): WireResult<NodeResponse> {
    const decoded = decodeKce(this.#response, bytes, wireLimits.responseBytes);
    if (!decoded.ok) return decoded;
    const broken = isAnswerTo(request, decoded.value);
    return broken === undefined ? ok(decoded.value) : fault(broken);
  }
}

/** The topic is not on the wire: the topic of gossip says it. */
function kceOf(topic: Topic, inner: unknown): Kce<GossipMessage> {
  const codec = inner as Kce<object>;
  return {
    write: (writer, message) => codec.write(writer, withKind(message)),
    read: (reader) => ({ topic, ...withoutKind(codec.read(reader)) }) as GossipMessage,
  };
}

function withKind(message: GossipMessage): object {
  return message.topic === "finality" ? { kind: "vote" in message ? "vote" : "justification", ...message } : message;
}

function withoutKind(value: object): object {
  const { kind: _kind, ...rest } = value as { readonly kind?: string };
  return rest;
}
