import assert from "node:assert/strict";
import { after, test } from "node:test";
import { noise } from "@chainsafe/libp2p-noise";
import { yamux } from "@chainsafe/libp2p-yamux";
import { tcp } from "@libp2p/tcp";
import { createLibp2p } from "libp2p";
import { createProber } from "./prober.ts";

const secured = { transports: [tcp()], connectionEncrypters: [noise()], streamMuxers: [yamux()] };
const peer = await createLibp2p({ ...secured, addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] } });
const other = await createLibp2p({ ...secured, addresses: { listen: ["/ip4/127.0.0.1/tcp/0"] } });
const prober = await createProber();
after(() => Promise.all([peer.stop(), other.stop(), prober.close()]));

test("a peer at its address is found, again and again", async () => {
  const address = String(peer.getMultiaddrs()[0]);
  assert.equal(await prober.probe(address, 5_000), true);
  assert.equal(await prober.probe(address, 5_000), true);
});

test("somebody else at the address is not the peer", async () => {
  const [host] = String(other.getMultiaddrs()[0]).split("/p2p/");
  assert.equal(await prober.probe(`${host}/p2p/${peer.peerId}`, 5_000), false);
});

test("nobody at the address, and what is no address, are not the peer", async () => {
  await other.stop();
  assert.equal(await prober.probe(`/ip4/127.0.0.1/tcp/1/p2p/${peer.peerId}`, 2_000), false);
  assert.equal(await prober.probe("/ip4/127.0.0.1/tcp/1", 2_000), false);
  assert.equal(await prober.probe("nonsense", 2_000), false);
});
