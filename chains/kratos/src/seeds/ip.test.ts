import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hasPrefix, ipSource, ipText, isPublicIp, parseIp } from "./ip.ts";

test("an address has one text, and reading it gives the address", () => {
  const bytes = fc.oneof(
    fc.uint8Array({ minLength: 4, maxLength: 4 }),
    fc.array(fc.constantFrom(0, 0, 0, 1, 255), { minLength: 16, maxLength: 16 }).map((list) => Uint8Array.from(list)),
    fc.uint8Array({ minLength: 16, maxLength: 16 }),
  );
  fc.assert(
    fc.property(bytes, (ip) => {
      const isMapped = hasPrefix(ip, Uint8Array.from([...new Uint8Array(10), 255, 255]), 96) && ip.length === 16;
      const expected = isMapped ? ip.slice(12) : ip;
      assert.deepEqual(parseIp(ipText(ip)), expected);
      // The platform's own parser is an oracle for the text.
      if (ip.length === 16) assert.equal(new URL(`http://[${ipText(ip)}]`).hostname, `[${ipText(ip)}]`);
    }),
  );
});

test("texts that are no address", () => {
  for (const text of [
    "",
    "1.2.3",
    "1.2.3.256",
    "01.2.3.4",
    "1.2.3.4.5",
    ":::",
    "1::2::3",
    "12345::",
    "1:2:3:4:5:6:7",
    "g::",
  ]) {
    assert.equal(parseIp(text), undefined, text);
  }
  assert.equal(parseIp("1.2.3.4::1"), undefined);
  assert.equal(parseIp(`${"0".repeat(46)}::`), undefined);
});

test("an IPv4 address that a socket writes as IPv6 is the same host", () => {
  assert.deepEqual(parseIp("::ffff:1.2.3.4"), Uint8Array.of(1, 2, 3, 4));
  assert.equal(ipSource("::ffff:1.2.3.4"), "1.2.3.4");
});

test("all addresses of an IPv6 /64 are one source", () => {
  assert.equal(ipSource("2a00:1:2:3:4:5:6:7"), ipSource("2a00:1:2:3::1"));
  assert.notEqual(ipSource("2a00:1:2:3::1"), ipSource("2a00:1:2:4::1"));
});

test("what is reachable from the internet", () => {
  const open = ["8.8.4.4", "100.128.0.1", "172.32.0.1", "192.169.0.1", "2a00::1"];
  const closed = [
    ...["127.0.0.1", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "169.254.1.1", "0.0.0.0"],
    ...["224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "2001:db8::1", "2002:a00:1::1", "ff02::1"],
  ];
  for (const text of open) assert.equal(isPublicIp(parseIp(text)!), true, text);
  for (const text of closed) assert.equal(isPublicIp(parseIp(text)!), false, text);
});
