import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { digest, height, krat12, type Seconds, seconds } from "@polis/codec";
import fc from "fast-check";
import { acceptPeerList } from "./acceptPeerList.ts";
import type { NetworkState } from "./networkState.ts";
import { libp2pPeerId } from "./peerIdentity.ts";
import { type ListedPeer, type PeerListContent, type SignedPeerList, signPeerList } from "./peerList.ts";
import { MAX_LIST_JSON_BYTES, peerListJson, readPeerListJson } from "./peerListJson.ts";
import { genesisHash, noon, peerIdOf, secretOf } from "./testing/claims.ts";

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "seeds.vectors.json"), "utf8")) as Record<
  string,
  string
>;

const networkState: NetworkState = {
  genesisHash,
  bestHeight: height(7),
  activeValidators: 4,
  securityState: "Normal",
  totalStake: krat12(9n),
  participationBps: 9_500,
  estimatedInflationPpb: undefined,
  activePeers: 3,
  timestamp: noon,
};

function peer(number: number, changes: Partial<ListedPeer> = {}): ListedPeer {
  const peerId = peerIdOf(number);
  return {
    peerId,
    libp2pPeerId: libp2pPeerId(peerId),
    addresses: ["/ip4/8.8.4.4/tcp/30333"],
    score: 510,
    isValidator: false,
    currentHeight: height(42),
    lastSeen: noon,
    region: "eu",
    protocolVersion: 1,
    ...changes,
  };
}

function listOf(changes: Partial<PeerListContent> = {}): SignedPeerList {
  const content = { generatedAt: noon, networkState, peers: [peer(1)], fallbackBootnodes: [], ...changes };
  return signPeerList(content, secretOf(100));
}

const trust = { seedKeys: [peerIdOf(100)], genesisHash };
function verdict(signed: SignedPeerList, now: Seconds = noon): string | readonly string[] {
  const accepted = acceptPeerList(signed, trust, now);
  return accepted.ok ? accepted.value : accepted.fault.code;
}
/** As it arrives: through its text. */
function sent(signed: SignedPeerList): SignedPeerList {
  const read = readPeerListJson(JSON.parse(JSON.stringify(peerListJson(signed))));
  assert.ok(read.ok);
  return read.value;
}

test("the frozen signature", () => {
  assert.equal(listOf().signature.toHex(), vectors.peerListSignature);
});

test("a list comes out of its JSON as it went in, and its signature holds", () => {
  const anyPeer = fc.record({
    number: fc.nat(20),
    addresses: fc.array(fc.stringMatching(/^[ -~]{0,40}$/), { maxLength: 8 }),
    score: fc.nat(1_000),
    region: fc.option(fc.stringMatching(/^[ -~]{0,32}$/), { nil: undefined }),
  });
  const anyState = fc.record({
    securityState: fc.constantFrom(undefined, "Bootstrap" as const, "BootstrapRecovery" as const),
    totalStake: fc.bigInt({ min: 0n, max: (1n << 128n) - 1n }).map(krat12),
    participationBps: fc.option(fc.nat(10_000), { nil: undefined }),
    estimatedInflationPpb: fc.option(fc.maxSafeNat(), { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(anyPeer, { maxLength: 6 }), anyState, (peers, state) => {
      const signed = listOf({
        peers: peers.map(({ number, ...rest }) => peer(number, rest)),
        networkState: { ...networkState, ...state },
      });
      assert.deepEqual(sent(signed), signed);
      assert.equal(typeof verdict(sent(signed)), "object");
    }),
    { numRuns: 50 },
  );
});

test("I46: a forged peer list is rejected", () => {
  const signed = listOf();
  const forged = (change: Partial<SignedPeerList["list"]>) =>
    verdict({ ...signed, list: { ...signed.list, ...change } });
  assert.equal(forged({ peers: [peer(2)] }), "InvalidSignature");
  assert.equal(forged({ generatedAt: seconds(noon - 1) }), "InvalidSignature");
  assert.equal(forged({ fallbackBootnodes: ["/ip4/9.9.9.9/tcp/1"] }), "InvalidSignature");
  assert.equal(forged({ networkState: { ...networkState, bestHeight: height(8) } }), "InvalidSignature");
  assert.equal(forged({ dnsSeedId: peerIdOf(5) }), "UnknownSeedKey");
  assert.equal(forged({ version: 2 }), "UnknownVersion");
  assert.equal(
    verdict({ ...signed, signature: signed.signature.with(0, signed.signature[0]! ^ 1) }),
    "InvalidSignature",
  );
  const stranger = signPeerList({ ...signed.list, peers: [peer(3)] }, secretOf(5));
  assert.equal(verdict(stranger), "UnknownSeedKey", "a signature of somebody else is worth nothing");
});

test("a list counts for its chain, from 60 s ahead of our clock until 300 s behind it", () => {
  const other = listOf({ networkState: { ...networkState, genesisHash: digest("77".repeat(32)) } });
  assert.equal(verdict(other), "WrongGenesis");
  const at = (offset: number) => verdict(listOf(), seconds(noon + offset));
  assert.equal(at(301), "StaleList");
  assert.equal(typeof at(300), "object");
  assert.equal(typeof at(-60), "object");
  assert.equal(at(-61), "FutureList");
});

test("only addresses that name their peer are given out, once, in one form, bootnodes last", () => {
  const id = (number: number) => libp2pPeerId(peerIdOf(number));
  const peers = [
    peer(1, { addresses: ["/ip4/8.8.4.4/tcp/1", `/ip4/8.8.4.4/tcp/1/p2p/${id(1)}`, "nonsense"] }),
    peer(2, { addresses: [`/ip4/8.8.8.8/tcp/1/p2p/${id(1)}`] }),
    peer(3, { libp2pPeerId: id(1) }),
    peer(4, { score: 199 }),
  ];
  const fallbackBootnodes = [`/ip6/2a00:0:0::1/tcp/9/p2p/${id(9)}`, "/ip4/8.8.4.4/tcp/2", "x"];
  const expected = [`/ip4/8.8.4.4/tcp/1/p2p/${id(1)}`, `/ip6/2a00::1/tcp/9/p2p/${id(9)}`];
  assert.deepEqual(verdict(listOf({ peers, fallbackBootnodes })), expected);
});

test("nothing that the network state tells changes what a client does", () => {
  const states: readonly Partial<NetworkState>[] = [
    { securityState: "Emergency", activePeers: 0, activeValidators: 0 },
    { bestHeight: height(2 ** 50), timestamp: seconds(0), totalStake: krat12(0n) },
  ];
  for (const state of states) {
    assert.deepEqual(verdict(listOf({ networkState: { ...networkState, ...state } })), verdict(listOf()));
  }
});

test("every malformed field of a list is refused", () => {
  const good = peerListJson(listOf()) as Record<string, unknown>;
  const [goodPeer] = good.peers as Record<string, unknown>[];
  const goodState = good.network_state as Record<string, unknown>;
  const code = (value: unknown) => {
    const read = readPeerListJson(JSON.parse(JSON.stringify(value)));
    return read.ok ? "accepted" : read.fault.code;
  };
  assert.equal(code(good), "accepted");
  for (const value of [null, 1, "x", [], {}]) assert.equal(code(value), "MalformedList");
  const wrong = [-1, 1.5, "x", {}, [[]], 2 ** 60, `0x${"zz".repeat(32)}`];
  const places: readonly (readonly [readonly string[], (field: string, value: unknown) => unknown])[] = [
    [Object.keys(good), (field, value) => ({ ...good, [field]: value })],
    [Object.keys(goodState), (field, value) => ({ ...good, network_state: { ...goodState, [field]: value } })],
    [
      Object.keys(goodPeer!).filter((field) => !["libp2p_peer_id", "region"].includes(field)),
      (field, value) => ({ ...good, peers: [{ ...goodPeer, [field]: value }] }),
    ],
  ];
  for (const [fields, change] of places) {
    for (const field of fields) {
      for (const value of wrong)
        assert.equal(code(change(field, value)), "MalformedList", `${field}: ${String(value)}`);
      assert.equal(code(change(`${field}x`, 1)), "MalformedList", "an unknown field");
    }
  }
  const region = (value: unknown) => code({ ...good, peers: [{ ...goodPeer, region: value }] });
  for (const value of [1, "x".repeat(33), "é", "\u0000", {}]) assert.equal(region(value), "MalformedList");
  assert.equal(code({ ...good, peers: new Array(101).fill(goodPeer) }), "MalformedList");
  assert.equal(code({ ...good, fallback_bootnodes: new Array(33).fill("") }), "MalformedList");
});

test("the largest list fits into what a client reads", () => {
  const address = (number: number) =>
    `/ip6/2a00:1111:2222:3333:4444:5555:6666:${number}/tcp/30333/p2p/${libp2pPeerId(peerIdOf(1))}`;
  const peers = Array.from({ length: 100 }, () =>
    peer(1, { addresses: Array.from({ length: 8 }, (_, i) => address(1_000 + i)) }),
  );
  assert.ok(JSON.stringify(peerListJson(listOf({ peers }))).length < MAX_LIST_JSON_BYTES);
});
