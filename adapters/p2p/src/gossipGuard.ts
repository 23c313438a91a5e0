import type { GossipSub } from "@libp2p/gossipsub";
import type { Connection, PeerId, Stream } from "@libp2p/interface";
import type { RawMessage } from "./gossip.ts";
import { gossipNumbers } from "./limits.ts";
import type { PeerBudgets } from "./peerBudgets.ts";
import type { PeerName } from "./types.ts";

interface Rpc {
  subscriptions: unknown[];
  messages: RawMessage[];
  control?: unknown;
}
interface Cache {
  readonly entries: Map<string, unknown>;
  put(key: string, value?: string): boolean;
}
type Frames = AsyncIterable<{ readonly byteLength: number }>;

/** What this package uses of gossipsub beyond its public interface; the version is pinned, and `guardGossip` checks. */
interface Internals {
  readonly peers: Map<PeerName, PeerId>;
  readonly streamsOutbound: Map<PeerName, { readonly rawStream: Pick<Stream, "status"> }>;
  readonly seenCache: Cache;
  readonly fastMsgIdCache: Cache;
  pipePeerReadStream(peer: PeerId, frames: Frames): Promise<void>;
  handlePeerReadStreamError(error: Error, peer: PeerId): void;
  handleReceivedRpc(from: PeerId, rpc: Rpc): Promise<void>;
  sendRpc(peer: PeerName, rpc: Rpc): boolean;
  onPeerConnected(peer: PeerId, connection: Connection): void;
  createOutboundStream(peer: PeerId, connection: Connection): Promise<void>;
}

/** What the guard is joined with. */
export interface GuardInit {
  readonly budgets: PeerBudgets;
  readonly bulkTopics: ReadonlySet<string>;
  readonly messageBytes: number;
  /** Resolves when it is known whether a peer belongs to this network. */
  admitted(peer: PeerName): Promise<boolean>;
  /** A peer whose gossip stream broke, and whether by a frame that was too long. */
  broken(peer: PeerName, tooLong: boolean): void;
}

/** What gossip with a connected peer is: it works, it has no stream to the peer, or gossipsub knows no such peer. */
export type GossipState = "works" | "mute" | "unknown";

/** A look at the gossip with one peer, and its repair. */
export interface GossipLinks {
  stateOf(peer: PeerName): GossipState;
  /** Opens the stream to a mute peer again; subscriptions are told anew on it. */
  reopen(connection: Connection): void;
}

/**
 * Puts limits around gossipsub that it has not itself: nothing is read of a peer before it is admitted, bytes and messages
 * are counted before signatures are looked at, what is sent stays below what others take and within their frames, and the
 * caches of ids are bounded by count. A peer that is slow to take its stream keeps no other one waiting.
 * @throws Error when the installed gossipsub has another inside
 */
export function guardGossip(gossip: GossipSub, init: GuardInit): GossipLinks {
  const inner = internalsOf(gossip);
  guardReading(inner, init);
  guardSending(inner, init);
  openEachAlone(inner);
  bound(inner.seenCache);
  bound(inner.fastMsgIdCache);
  return {
    stateOf: (peer) => {
      if (!inner.peers.has(peer)) return "unknown";
      return hasStream(inner, peer) ? "works" : "mute";
    },
    reopen: (connection) => inner.onPeerConnected(connection.remotePeer, connection),
  };
}

/**
 * Whether there is an open stream to a peer. One that ended while it was being opened is never taken out by gossipsub, and
 * keeps it from opening another one, on a later connection too: it is forgotten here.
 */
function hasStream({ streamsOutbound }: Internals, peer: PeerName): boolean {
  const stream = streamsOutbound.get(peer);
  if (stream === undefined || stream.rawStream.status === "open") return stream !== undefined;
  streamsOutbound.delete(peer);
  return false;
}

/**
 * Gossipsub opens its streams one after the other and tries each once, so that a peer that takes its connection and never
 * answers would keep the streams to all others closed. Here they are opened side by side, one for each peer at a time.
 */
function openEachAlone(inner: Internals): void {
  const open = inner.createOutboundStream.bind(inner);
  const opening = new Set<PeerName>();
  inner.createOutboundStream = async (peer, connection) => {
    const name = peer.toString();
    if (opening.has(name) || hasStream(inner, name)) return;
    opening.add(name);
    const done = (): boolean => opening.delete(name);
    void open(peer, connection).then(done, done);
  };
}

function internalsOf(gossip: GossipSub): Internals {
  const inner = gossip as unknown as Internals;
  const methods = [
    ...(["pipePeerReadStream", "handlePeerReadStreamError", "handleReceivedRpc", "sendRpc"] as const),
    ...(["onPeerConnected", "createOutboundStream"] as const),
  ];
  const fits =
    methods.every((name) => typeof inner[name] === "function") &&
    [inner.seenCache, inner.fastMsgIdCache].every((cache) => cache?.entries instanceof Map) &&
    inner.peers instanceof Map &&
    inner.streamsOutbound instanceof Map;
  if (!fits) throw new Error("the installed @libp2p/gossipsub is not the one that these guards were written for");
  return inner;
}

function guardReading(inner: Internals, init: GuardInit): void {
  const read = inner.pipePeerReadStream.bind(inner);
  inner.pipePeerReadStream = async (peer, frames) => {
    if (await init.admitted(peer.toString())) await read(peer, metered(peer.toString(), frames, init.budgets));
  };
  const fail = inner.handlePeerReadStreamError.bind(inner);
  inner.handlePeerReadStreamError = (error, peer) => {
    fail(error, peer);
    init.broken(peer.toString(), error.name.startsWith("InvalidDataLength"));
  };
  const handle = inner.handleReceivedRpc.bind(inner);
  inner.handleReceivedRpc = async (from, rpc) => {
    // Dropped here a message is not remembered, so that another peer can still bring it.
    const peer = from.toString();
    const counted = init.budgets.takeMessages(peer, rpc.messages.length);
    const allowed = rpc.messages.length === 0 || init.budgets.mayBring(peer) ? counted : 0;
    await handle(from, allowed === rpc.messages.length ? rpc : { ...rpc, messages: rpc.messages.slice(0, allowed) });
  };
}

async function* metered(peer: PeerName, frames: Frames, budgets: PeerBudgets): Frames {
  for await (const frame of frames) if (budgets.takeBytes(peer, frame.byteLength)) yield frame;
}

function guardSending(inner: Internals, init: GuardInit): void {
  const send = inner.sendRpc.bind(inner);
  inner.sendRpc = (peer, rpc) => {
    if (rpc.messages.length === 0) return send(peer, rpc);
    const allowed = rpc.messages.filter(({ topic, data }) =>
      init.budgets.maySend(peer, data?.length ?? 0, init.bulkTopics.has(topic)),
    );
    if (allowed.length === 0 && rpc.control === undefined) return false;
    const [first = [], ...more] = split(allowed, init.messageBytes);
    // Gossipsub adds control messages to what it is given, and gives the same object for several peers.
    const sent = send(peer, { ...rpc, messages: first });
    for (const messages of more) send(peer, { subscriptions: [], messages });
    return sent && allowed.length > 0;
  };
}

/** Parts that fit into the frames that peers take. */
function split(messages: readonly RawMessage[], maxBytes: number): RawMessage[][] {
  const parts: RawMessage[][] = [];
  let bytes = 0;
  for (const message of messages) {
    const length = message.data?.length ?? 0;
    const part = parts.at(-1);
    if (part === undefined || part.length >= gossipNumbers.messagesPerRpc || bytes + length > maxBytes) {
      parts.push([message]);
      bytes = length;
    } else {
      part.push(message);
      bytes += length;
    }
  }
  return parts;
}

/** Forgets the oldest id when there are too many; the caches themselves are bounded by time only. */
function bound(cache: Cache): void {
  const put = cache.put.bind(cache);
  cache.put = (key, value) => {
    if (cache.entries.size >= gossipNumbers.seenMessages) cache.entries.delete(cache.entries.keys().next().value!);
    return put(key, value);
  };
}
