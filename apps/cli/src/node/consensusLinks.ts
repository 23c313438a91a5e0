import { type Fault, fault } from "@polis/codec";
import {
  decodeFetchReply,
  decodeFetchRequest,
  decodeFinalizedPush,
  decodeMessage,
  encodeFetchReply,
  encodeFetchRequest,
  encodeMessage,
  type FetchReply,
  type FetchRequest,
  frameTypes,
  type Message,
  type Peer,
  type ReplicaEvent,
  type WireContext,
} from "@polis/minimmit";
import type { SyncBudget } from "./feed/syncBudget.ts";
import type { RequestPace } from "./requestPace.ts";

/** The part of the network that consensus uses. */
export interface ConsensusNetwork {
  sendConsensus(peer: Peer, type: number, body: Uint8Array, view: number): boolean;
  broadcastConsensus(type: number, body: Uint8Array, view: number): number;
  sendBulk(peer: Peer, type: number, body: Uint8Array): boolean;
}

export interface LinkDeps {
  readonly network: ConsensusNetwork;
  readonly wire: WireContext;
  readonly validators: number;
  /** What may be spent on answering followers (kairos N9). */
  readonly syncBudget: Pick<SyncBudget, "allows" | "pay">;
  readonly pace: RequestPace;
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  readonly deliver: (event: ReplicaEvent) => void;
  readonly report: (peer: Peer, fault: Fault) => void;
}

/** Turns the replica's messages into frames and frames into its events. */
export interface ConsensusLinks {
  broadcast(message: Message): void;
  send(to: Peer, message: Message): void;
  fetch(to: Peer, requestId: number, request: FetchRequest): void;
  reply(to: Peer, requestId: number, reply: FetchReply): void;
  /** A frame of the consensus connection, or a certificate or status on the bulk one. */
  onConsensus(from: Peer, type: number, body: Uint8Array): void;
  /** A request or reply, types 0x20 to 0x25. */
  onFetch(from: Peer, type: number, body: Uint8Array): void;
  /** Finalized blocks that a peer sends unasked, type 0x30 (kairos N17). */
  onPush(from: Peer, body: Uint8Array): void;
}

export function createConsensusLinks(deps: LinkDeps): ConsensusLinks {
  const { network, wire, validators, syncBudget, pace, nowMs, deliver, report } = deps;
  const n = wire.shape.n;
  return {
    broadcast: (message) => {
      const { type, body } = encodeMessage(message, n);
      network.broadcastConsensus(type, body, viewOf(message));
    },
    send: (to, message) => {
      const { type, body } = encodeMessage(message, n);
      if (to < validators) network.sendConsensus(to, type, body, viewOf(message));
      else network.sendBulk(to, type, body);
    },
    fetch: (to, requestId, request) => {
      const { type, body } = encodeFetchRequest(requestId, request);
      const waitMs = pace.wait(to, nowMs());
      if (waitMs === 0) network.sendBulk(to, type, body);
      else if (waitMs !== undefined) setTimeout(() => network.sendBulk(to, type, body), waitMs).unref();
    },
    reply: (to, requestId, reply) => {
      const { type, body } = encodeFetchReply(requestId, reply, n);
      syncBudget.pay(body.length, nowMs());
      network.sendBulk(to, type, body);
    },
    onConsensus: (from, type, body) => {
      const message = decodeMessage(type, body, wire);
      if (message.ok) deliver({ kind: "message", from, message: message.value });
      else report(from, message.fault);
    },
    onFetch: (from, type, body) => {
      if (isReply(type)) {
        const reply = decodeFetchReply(type, body, wire);
        if (reply.ok) deliver({ kind: "reply", from, ...reply.value });
        else report(from, reply.fault);
        return;
      }
      const request = decodeFetchRequest(type, body);
      if (!request.ok) report(from, request.fault);
      else if (from < validators || syncBudget.allows(nowMs())) deliver({ kind: "request", from, ...request.value });
      else {
        const busy = encodeFetchReply(request.value.requestId, { kind: "busy" }, n);
        network.sendBulk(from, busy.type, busy.body);
      }
    },
    onPush: (from, body) => {
      const items = decodeFinalizedPush(body, wire);
      if (!items.ok) report(from, items.fault);
      else deliver({ kind: "reply", from, requestId: 0, reply: { kind: "blocks", items: items.value } });
    },
  };
}

function isReply(type: number): boolean {
  return type === frameTypes.blocks || type === frameTypes.certificates || type === frameTypes.notFound;
}

/** The view by which a full queue drops superseded messages first (kairos N10). */
function viewOf(message: Message): number {
  if (message.kind === "certificate") return message.certificate.view;
  return message.kind === "statusRequest" ? 0 : message.view;
}

const POINTS: Readonly<Record<string, number>> = {
  CONSENSUS_BAD_VOTE: 20,
  CONSENSUS_BAD_PROPOSAL: 20,
  CONSENSUS_BAD_STATUS: 20,
  CONSENSUS_BAD_CERTIFICATE: 50,
  CONSENSUS_INVALID_BLOCK: 100,
  SYNC_WRONG_DATA: 50,
  SYNC_EMPTY: 50,
  SYNC_UNSOLICITED: 10,
  UNSOLICITED_REPLY: 10,
  TX_OVER_BUDGET: 1,
};

/** What a fault costs its peer (kairos N8); an unknown code is a malformed frame. */
export function penaltyOf(peerFault: Fault): number {
  return peerFault.verdict === "punish" ? (POINTS[peerFault.code] ?? 20) : 0;
}

/** A peer's transaction that was refused costs one point, if a correct peer would not have sent it (N8). */
export const BAD_TRANSACTION_POINTS = 1;

/** A fault for frames of a type that nothing here handles. */
export const unknownFrame = (type: number): Fault => fault("FRAME_UNKNOWN", "punish", `type ${type}`).fault;
