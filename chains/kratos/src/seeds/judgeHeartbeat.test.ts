import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, type Seconds, seconds } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import { encodeHeartbeat, type Heartbeat, type SignedHeartbeat } from "./heartbeat.ts";
import { judgeHeartbeat } from "./judgeHeartbeat.ts";
import { genesisHash, noon, peerIdOf, secretOf, signedBy } from "./testing/claims.ts";

const home = "8.8.4.4";

function judge(signed: SignedHeartbeat, sourceIp = home, now: Seconds = noon) {
  return judgeHeartbeat(encodeHeartbeat(signed), sourceIp, genesisHash, now);
}

function refusal(signed: SignedHeartbeat, sourceIp = home, now: Seconds = noon): string {
  const judged = judge(signed, sourceIp, now);
  return judged.ok ? "accepted" : judged.refused.code;
}

test("a heartbeat from its own address is accepted, its addresses with the peer id and once", () => {
  const own = "/ip4/8.8.4.4/tcp/30333";
  const { libp2pPeerId } = signedBy(1).heartbeat;
  const judged = judge(signedBy(1, { addresses: [own, `${own}/p2p/${libp2pPeerId}`] }));
  assert.ok(judged.ok);
  assert.deepEqual(judged.value.addresses, [`${own}/p2p/${libp2pPeerId}`]);
  assert.deepEqual(judged.value.toConfirm, []);
});

test("I46: a forged heartbeat is rejected", () => {
  const { heartbeat, signature } = signedBy(1);
  const forged = (change: Partial<Heartbeat>) => ({ heartbeat: { ...heartbeat, ...change }, signature });
  assert.equal(refusal(forged({ addresses: ["/ip4/8.8.4.4/tcp/1"] })), "InvalidSignature");
  assert.equal(refusal(forged({ peerId: peerIdOf(2) })), "InvalidSignature");
  assert.equal(refusal(forged({ isValidator: false })), "InvalidSignature");
  assert.equal(refusal({ heartbeat, signature: new Uint8Array(64) }), "InvalidSignature");
  const elsewhere = ed25519.sign(encodeHeartbeat({ heartbeat, signature }).slice(0, -64), secretOf(1));
  assert.equal(refusal({ heartbeat, signature: elsewhere }), "InvalidSignature", "signed without its domain");
});

test("I46: a heartbeat in the name of another peer id is rejected", () => {
  const other = signedBy(2).heartbeat.libp2pPeerId;
  assert.equal(refusal(signedBy(1, { addresses: [`/ip4/8.8.4.4/tcp/1/p2p/${other}`] })), "WrongPeerIdentity");
  const heartbeat = { ...signedBy(1).heartbeat, libp2pPeerId: other };
  const prefix = new TextEncoder().encode("KRATOS_DNS_HEARTBEAT_V1:");
  const body = encodeHeartbeat({ heartbeat, signature: new Uint8Array(64) }).slice(0, -64);
  const signature = ed25519.sign(Uint8Array.from([...prefix, ...body]), secretOf(1));
  assert.equal(refusal({ heartbeat, signature }), "WrongPeerIdentity");
});

test("a heartbeat of another chain is rejected", () => {
  assert.equal(refusal(signedBy(1, { genesisHash: digest("99".repeat(32)) })), "WrongGenesis");
});

test("a heartbeat counts from 60 s ahead of our clock until 240 s behind it", () => {
  const at = (offset: number) => refusal(signedBy(1), home, seconds(noon + offset));
  assert.deepEqual([-61, -60, 0, 240, 241].map(at), [
    ...["FutureTimestamp", "accepted", "accepted", "accepted", "StaleTimestamp"],
  ]);
});

test("addresses that are missing or cannot be read", () => {
  assert.equal(refusal(signedBy(1, { addresses: [] })), "NoAddress");
  for (const address of ["", "/dns4/example.org/tcp/1", "/ip4/8.8.4.4/udp/1", "/ip4/08.8.4.4/tcp/1"]) {
    assert.equal(refusal(signedBy(1, { addresses: [address] })), "InvalidAddress", address);
  }
});

test("an address that is not the source's must answer first", () => {
  const judged = judge(signedBy(1, { addresses: ["/ip4/8.8.4.4/tcp/1", "/ip6/2a00::1/tcp/1"] }));
  assert.ok(judged.ok);
  assert.deepEqual(judged.value.toConfirm, [`/ip6/2a00::1/tcp/1/p2p/${judged.value.heartbeat.libp2pPeerId}`]);
});

test("nobody makes a seed server dial into its own network", () => {
  for (const inside of ["127.0.0.1", "10.0.0.1", "192.168.1.1", "169.254.169.254"]) {
    assert.equal(refusal(signedBy(1, { addresses: [`/ip4/${inside}/tcp/22`] })), "AddressNotOwn", inside);
  }
  const local = judge(signedBy(1, { addresses: ["/ip4/10.0.0.2/tcp/1"] }), "127.0.0.1");
  assert.ok(local.ok, "inside one network it may");
});

test("a source that is written as IPv6 is the same host", () => {
  assert.equal(refusal(signedBy(1), "::ffff:8.8.4.4"), "accepted");
});

test("a refusal tells which peer the bytes speak of, when they can be read", () => {
  const judged = judge(signedBy(1), home, seconds(noon + 1_000));
  assert.ok(!judged.ok);
  assert.equal(judged.refused.peerId, peerIdOf(1));
  const nonsense = judgeHeartbeat(new Uint8Array(9), home, genesisHash, noon);
  assert.deepEqual(nonsense, { ok: false, refused: { code: "UnknownVersion", peerId: undefined } });
});
