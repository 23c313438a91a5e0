import assert from "node:assert/strict";
import { test } from "node:test";
import { readUpstream } from "./upstream.ts";

const key = "ab".repeat(32);

test("N14: an entry of p2p.bootnodes is a key and where it is", () => {
  assert.deepEqual(readUpstream(`${key}@10.0.0.7:9000`), { publicKeyHex: key, host: "10.0.0.7", port: 9000 });
  assert.deepEqual(readUpstream(`0x${key.toUpperCase()}@[::1]:1`), { publicKeyHex: key, host: "::1", port: 1 });
  for (const wrong of ["", key, `${key}@`, `${key}@host`, `@host:1`, `${key.slice(1)}@host:1`, `${key}@host:70000`]) {
    assert.throws(() => readUpstream(wrong), { code: "BOOTNODE", exitCode: 2 }, wrong);
  }
});
