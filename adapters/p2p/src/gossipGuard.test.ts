import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { GossipSub } from "@libp2p/gossipsub";
import type { Connection, PeerId } from "@libp2p/interface";
import { type GossipLinks, guardGossip } from "./gossipGuard.ts";
import { defaultP2pLimits, gossipNumbers } from "./limits.ts";
import { PeerBudgets } from "./peerBudgets.ts";

interface Message {
  readonly topic: string;
  readonly data: Uint8Array;
}
interface Rpc {
  subscriptions: unknown[];
  messages: Message[];
  control?: unknown;
}

class FakeCache {
  readonly entries = new Map<string, unknown>();
  put(key: string): boolean {
    this.entries.set(key, key);
    return false;
  }
}

/** What the guard uses of gossipsub, and what it was asked. */
class FakeGossip {
  readonly peers = new Map<string, unknown>();
  readonly streamsOutbound = new Map<string, unknown>();
  readonly seenCache = new FakeCache();
  readonly fastMsgIdCache = new FakeCache();
  readonly handled: Rpc[] = [];
  readonly sent: Rpc[] = [];
  readonly frames: number[] = [];
  async pipePeerReadStream(_peer: PeerId, frames: AsyncIterable<{ byteLength: number }>): Promise<void> {
    for await (const { byteLength } of frames) this.frames.push(byteLength);
  }
  handlePeerReadStreamError(): void {}
  async handleReceivedRpc(_from: PeerId, rpc: Rpc): Promise<void> {
    this.handled.push(rpc);
  }
  sendRpc(_peer: string, rpc: Rpc): boolean {
    this.sent.push(rpc);
    return true;
  }
  readonly openings: { peer: string; settle: () => void }[] = [];
  onPeerConnected(to: PeerId): void {
    void this.createOutboundStream(to);
  }
  createOutboundStream(to: PeerId): Promise<void> {
    return new Promise((settle) => this.openings.push({ peer: to.toString(), settle }));
  }
}

const peer = { toString: () => "peer" } as unknown as PeerId;
const messages = (count: number, bytes = 10, topic = "votes"): Message[] =>
  Array.from({ length: count }, () => ({ topic, data: new Uint8Array(bytes) }));
const rpc = (list: Message[], control?: unknown): Rpc => ({
  subscriptions: [],
  messages: list,
  ...(control ? { control } : {}),
});

describe("guards around gossipsub (kratos-core 12.8)", () => {
  let gossip: FakeGossip;
  let budgets: PeerBudgets;
  let admit: (admitted: boolean) => void;
  let broken: string[];
  let links: GossipLinks;
  beforeEach(() => {
    gossip = new FakeGossip();
    budgets = new PeerBudgets(
      defaultP2pLimits,
      () => 0,
      () => {},
    );
    const admission = Promise.withResolvers<boolean>();
    admit = admission.resolve;
    broken = [];
    links = guardGossip(gossip as unknown as GossipSub, {
      budgets,
      bulkTopics: new Set(["bulk"]),
      messageBytes: 1_000,
      admitted: () => admission.promise,
      broken: (name, tooLong) => void broken.push(`${name} ${tooLong}`),
    });
  });

  it("reads nothing of a peer before it is admitted, and no bytes above its budget", async () => {
    async function* frames(): AsyncGenerator<{ byteLength: number }> {
      for (const byteLength of [5, 10 * 1_048_576 - 5, 1]) yield { byteLength };
    }
    const read = gossip.pipePeerReadStream(peer, frames());
    await new Promise(setImmediate);
    assert.deepEqual(gossip.frames, []);
    admit(true);
    await read;
    assert.deepEqual(gossip.frames, [5, 10 * 1_048_576 - 5]);
  });

  it("reads nothing of a peer that is not admitted", async () => {
    async function* frames(): AsyncGenerator<{ byteLength: number }> {
      yield { byteLength: 1 };
    }
    admit(false);
    await gossip.pipePeerReadStream(peer, frames());
    assert.deepEqual(gossip.frames, []);
  });

  it("drops what a peer brings above its limits before gossipsub remembers it, so that another can bring it", async () => {
    for (let i = 0; i < 100; i++) budgets.unaccepted("peer");
    await gossip.handleReceivedRpc(peer, rpc(messages(3), { ihave: [] }));
    assert.deepEqual(gossip.handled, [{ subscriptions: [], messages: [], control: { ihave: [] } }]);
    await gossip.handleReceivedRpc({ toString: () => "other" } as unknown as PeerId, rpc(messages(3)));
    assert.equal(gossip.handled[1]!.messages.length, 3);
    for (let i = 0; i < 20; i++)
      await gossip.handleReceivedRpc({ toString: () => "other" } as unknown as PeerId, rpc(messages(100)));
    assert.equal(
      gossip.handled.slice(1).reduce((sum, { messages: list }) => sum + list.length, 0),
      2_000,
    );
  });

  it("sends parts of at most 100 messages and one message's greatest length, control with the first", () => {
    const control = { iwant: [] };
    assert.equal(gossip.sendRpc("peer", rpc(messages(250, 4), control)), true);
    assert.deepEqual(
      gossip.sent.map(({ messages: list }) => list.length),
      [100, 100, 50],
    );
    assert.deepEqual(
      gossip.sent.map(({ control: own }) => own),
      [control, undefined, undefined],
    );
    gossip.sent.length = 0;
    gossip.sendRpc("peer", rpc(messages(5, 400)));
    assert.deepEqual(
      gossip.sent.map(({ messages: list }) => list.length),
      [2, 2, 1],
    );
    gossip.sent.length = 0;
    assert.equal(gossip.sendRpc("peer", rpc([], control)), true);
    assert.deepEqual(gossip.sent, [rpc([], control)]);
  });

  it("stays below what a peer takes; of bulk it sends half", () => {
    const sent = (): number => gossip.sent.reduce((sum, { messages: list }) => sum + list.length, 0);
    for (let i = 0; i < 30; i++) gossip.sendRpc("peer", rpc(messages(100, 4, "bulk")));
    assert.equal(sent(), 900);
    for (let i = 0; i < 30; i++) gossip.sendRpc("peer", rpc(messages(100, 4)));
    assert.equal(sent(), 1_800);
    assert.equal(gossip.sendRpc("peer", rpc(messages(1))), false);
    const before = gossip.sent.length;
    gossip.sendRpc("peer", rpc(messages(1), { prune: [] }));
    assert.deepEqual(gossip.sent.slice(before), [rpc([], { prune: [] })], "control goes without the message");
  });

  it("tells broken streams apart, and whether gossip works both ways", () => {
    const fail = gossip.handlePeerReadStreamError as (error: Error, peer: PeerId) => void;
    fail(Object.assign(new Error("long"), { name: "InvalidDataLengthError" }), peer);
    fail(new Error("reset"), peer);
    assert.deepEqual(broken, ["peer true", "peer false"]);
    gossip.peers.set("peer", {});
    assert.equal(links.stateOf("peer"), "mute");
    gossip.streamsOutbound.set("peer", { rawStream: { status: "open" } });
    assert.equal(links.stateOf("peer"), "works");
    assert.equal(links.stateOf("stranger"), "unknown");
  });

  it("opens a stream to each peer alone, and again when it is told to, but one at a time", async () => {
    const connectionTo = (name: string): Connection =>
      ({ remotePeer: { toString: () => name } }) as unknown as Connection;
    for (const name of ["slow", "slow", "quick"]) links.reopen(connectionTo(name));
    const names = (): string[] => gossip.openings.map((opening) => opening.peer);
    assert.deepEqual(names(), ["slow", "quick"], "the slow one is not asked twice at once, and keeps nobody waiting");
    gossip.openings[0]!.settle();
    await new Promise(setImmediate);
    links.reopen(connectionTo("slow"));
    assert.deepEqual(names(), ["slow", "quick", "slow"]);
  });

  it("forgets a stream that ended while it was opened, which would keep another one away", () => {
    gossip.peers.set("peer", {});
    gossip.streamsOutbound.set("peer", { rawStream: { status: "closed" } });
    assert.equal(links.stateOf("peer"), "mute");
    assert.equal(gossip.streamsOutbound.size, 0);
    gossip.streamsOutbound.set("peer", { rawStream: { status: "reset" } });
    links.reopen({ remotePeer: peer } as unknown as Connection);
    assert.equal(gossip.streamsOutbound.size, 0);
    assert.equal(gossip.openings.length, 1);
  });

  it("forgets the oldest ids", () => {
    for (let i = 0; i <= gossipNumbers.seenMessages; i++) gossip.seenCache.put(`${i}`);
    assert.equal(gossip.seenCache.entries.size, gossipNumbers.seenMessages);
    assert.equal(gossip.seenCache.entries.has("0"), false);
    assert.equal(gossip.seenCache.entries.has(`${gossipNumbers.seenMessages}`), true);
  });

  it("refuses a gossipsub with another inside", () => {
    const other = Object.assign(new FakeGossip(), { handleReceivedRpc: undefined });
    const init = {
      budgets,
      bulkTopics: new Set<string>(),
      messageBytes: 1,
      admitted: async () => true,
      broken: () => {},
    };
    assert.throws(() => guardGossip(other as unknown as GossipSub, init), /not the one/);
  });
});
