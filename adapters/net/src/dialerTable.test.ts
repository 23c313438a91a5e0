import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dialer } from "./dialer.ts";
import { DialerTable } from "./dialerTable.ts";
import type { Address } from "./types.ts";

/** A table whose dialers write down what they are told; validators have names with a v. */
function tableOf(outbound: number) {
  const told: string[] = [];
  const connected = new Set<string>();
  const table = new DialerTable({
    ...{ outbound, ownKey: "self" },
    isValidator: (key) => key.startsWith("v"),
    isConnected: (key) => connected.has(key),
    make: (key) => {
      const dialer = {
        start: () => told.push(`dial ${key}`),
        close: () => told.push(`give up ${key}`),
        setAddress: ({ host, port }: Address) => told.push(`${key} is at ${host}:${port}`),
      };
      return [dialer as unknown as Dialer];
    },
  });
  const peer = (publicKeyHex: string, port = 1) => ({ publicKeyHex, host: "h", port });
  return { table, told, connected, peer, take: () => told.splice(0) };
}

test("N13: new followers are dialled, forgotten ones given up unless their link works", () => {
  const { table, connected, peer, take } = tableOf(8);
  table.startAll([peer("v0"), peer("a")], [peer("a"), peer("far")]);
  assert.deepEqual(take(), ["dial v0", "dial a"]);
  assert.deepEqual([...table.setUpstreams([peer("a"), peer("b"), peer("self"), peer("v0")])], ["a", "b"]);
  assert.deepEqual(take(), ["dial b"]);
  connected.add("a");
  assert.deepEqual([...table.setUpstreams([peer("c")])], ["a", "c"]);
  assert.deepEqual(take(), ["give up b", "dial c"]);
  connected.delete("a");
  assert.deepEqual([...table.setUpstreams([peer("c", 2)])], ["c"]);
  assert.deepEqual(take(), ["give up a", "c is at h:2"]);
  assert.deepEqual([...table.setUpstreams([peer("c", 2)])], ["c"]);
  assert.deepEqual(take(), [], "nothing has changed");
});

test("N14: a follower takes the place of a validator that cannot be reached, which comes back when there is room", () => {
  const { table, connected, peer, take } = tableOf(2);
  table.startAll([peer("v0"), peer("v1")], []);
  take();
  connected.add("v0");
  assert.deepEqual([...table.setUpstreams([peer("a"), peer("b")])], ["a"]);
  assert.deepEqual(take(), ["give up v1", "dial a"]);
  assert.ok(table.has("v0") && !table.has("v1") && table.all().length === 2);
  assert.deepEqual([...table.setUpstreams([])], []);
  assert.deepEqual(take(), ["give up a", "dial v1"]);
  connected.add("v1");
  assert.deepEqual([...table.setUpstreams([peer("a")])], [], "links that work are not ended for it");
  assert.deepEqual(take(), []);
  table.close();
  assert.deepEqual(take(), ["give up v0", "give up v1"]);
});
