import assert from "node:assert/strict";
import { test } from "node:test";
import { multiaddr } from "@multiformats/multiaddr";
import { ipOf, isTcp, parsePeerAddress, siteOf, subnetOf } from "./address.ts";
import { P2pError } from "./errors.ts";

const PEER = "12D3KooWEeXJRXqC1XANbsKAzibKisFNitZhbi2RArciXuEHJGcx";

test("reads the address of a peer with and without the leading slash, and without a peer", () => {
  const { peer, address } = parsePeerAddress(`ip4/192.0.2.7/tcp/30333/p2p/${PEER}`);
  assert.equal(peer, PEER);
  assert.equal(address.toString(), `/ip4/192.0.2.7/tcp/30333/p2p/${PEER}`);
  assert.equal(parsePeerAddress(`/dns4/seed.example/tcp/1/p2p/${PEER}`).peer, PEER);
  assert.equal(parsePeerAddress("/ip6/2001:db8::1/tcp/30333").peer, undefined);
});

test("refuses what cannot be dialled by name, with a code and a hint", () => {
  const wrong = [
    "",
    "192.0.2.7:30333",
    "/ip4/192.0.2.7",
    "/ip4/192.0.2.300/tcp/1",
    "/ip4/192.0.2.7/tcp/70000",
    "/ip4/192.0.2.7/udp/30333",
    "/ip4/192.0.2.7/tcp/30333/ws",
    "/ip4/192.0.2.7/tcp/30333/p2p/nobody",
    `/p2p/${PEER}`,
    `/dns4/${"a".repeat(300)}/tcp/1`,
  ];
  for (const text of wrong) {
    assert.throws(
      () => parsePeerAddress(text),
      (error) => error instanceof P2pError && error.code === "P2P_ADDRESS" && error.hint.includes("/tcp/30333/p2p/"),
      text,
    );
  }
  assert.equal(isTcp(multiaddr(`/ip4/192.0.2.7/tcp/1/p2p/${PEER}/p2p-circuit`)), false);
});

test("subnets are IPv4 /16 and IPv6 /32; loopback and private addresses have none", () => {
  assert.equal(subnetOf("192.0.2.7"), "192.0");
  assert.equal(subnetOf("192.0.77.1"), "192.0");
  assert.equal(subnetOf("2001:db8::1"), "2001:db8");
  assert.equal(subnetOf("2001:0db8:0:1:2:3:4:5"), "2001:db8");
  assert.equal(subnetOf("2a00::1"), "2a00:0");
  for (const own of [
    "127.0.0.1",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.1.1",
    "169.254.1.1",
    "100.64.0.1",
    "::1",
    "fd00::1",
    "fe80::1",
  ]) {
    assert.equal(subnetOf(own), undefined, own);
  }
  assert.equal(subnetOf("seed.example"), undefined);
  assert.equal(siteOf("192.0.2.7"), "192.0.2.7");
  assert.equal(siteOf("2001:db8::1:2:3:4"), siteOf("2001:db8:0:0:ffff::"));
  assert.notEqual(siteOf("2001:db8:0:1::"), siteOf("2001:db8:0:2::"));
});

test("an IPv4 address inside IPv6 is the IPv4 address", () => {
  assert.equal(ipOf(multiaddr("/ip4/192.0.2.7/tcp/1")), "192.0.2.7");
  assert.equal(ipOf(multiaddr("/dns4/seed.example/tcp/1")), undefined);
  assert.equal(ipOf(multiaddr("/ip6/::ffff:192.0.2.7/tcp/1")), "192.0.2.7");
  assert.equal(ipOf(multiaddr("/ip6/2001:db8::1/tcp/1")), "2001:db8::1");
});
