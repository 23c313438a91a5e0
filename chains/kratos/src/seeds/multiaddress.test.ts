import assert from "node:assert/strict";
import { test } from "node:test";
import { multiaddressText, parseMultiaddress } from "./multiaddress.ts";

const peerId = "12D3KooWEyoppNCUx8Yx66oV9fJnriXwCcXwDDUA2kj6vnc6iDEp";

test("the two forms of an address", () => {
  for (const text of ["/ip4/192.0.2.7/tcp/30333", `/ip6/2a00::7/tcp/1/p2p/${peerId}`]) {
    assert.equal(multiaddressText(parseMultiaddress(text)!), text);
  }
});

test("everything else is no address", () => {
  const wrong = [
    ...[
      "",
      "/",
      "ip4/1.2.3.4/tcp/1",
      "/ip4/1.2.3.4",
      "/ip4/1.2.3.4/udp/1",
      "/ip4/1.2.3.4/tcp/0",
      "/ip4/1.2.3.4/tcp/65536",
    ],
    ...["/ip4/1.2.3.4/tcp/01", "/ip4/::1/tcp/1", "/ip6/1.2.3.4/tcp/1", "/ip6/::ffff:1.2.3.4/tcp/1", "/dns4/a.b/tcp/1"],
    ...["/ip4/1.2.3.4/tcp/1/p2p/short", "/ip4/1.2.3.4/tcp/1/ws", `/ip4/1.2.3.4/tcp/1/p2p/${"0".repeat(52)}`],
    ...[`/ip4/1.2.3.4/tcp/1/p2p/${peerId}/p2p-circuit`, `/ip4/1.2.3.4/tcp/1${" ".repeat(200)}`],
  ];
  for (const text of wrong) assert.equal(parseMultiaddress(text), undefined, text);
});
