import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import type { Socket } from "node:net";
import { it } from "node:test";
import { Gate } from "./gate.ts";
import { DEFAULT_LIMITS } from "./limits.ts";

function socket(remoteAddress: string, remotePort: number): Socket {
  return Object.assign(new EventEmitter(), { remoteAddress, remotePort }) as unknown as Socket;
}

it("counts pending and open connections by address, in all, and frees them once", () => {
  const gate = new Gate({ ...DEFAULT_LIMITS, maxPending: 4, maxPendingPerAddress: 2, maxPerAddress: 3 });
  const [a1, a2, a3, a4] = [1, 2, 3, 4].map((port) => socket("a", port)) as [Socket, Socket, Socket, Socket];
  assert.deepEqual([gate.enter(a1), gate.enter(a2), gate.enter(a3)], [true, true, false]);
  gate.admitted(a1, false);
  gate.admitted(a1, false);
  assert.equal(gate.enter(a3), true);
  assert.equal(gate.enter(a4), false, "two are pending again");
  gate.admitted(a2, false);
  assert.equal(gate.enter(a4), false, "three are open");
  gate.admitted(a3, true);
  assert.equal(gate.enter(a4), true, "a validator's connection does not count");
  a3.emit("close");
  a4.emit("close");
  assert.equal(gate.enter(socket("a", 5)), true);
  for (const [i, address] of ["b", "c", "d"].entries()) assert.equal(gate.enter(socket(address, i)), true);
  assert.equal(gate.enter(socket("e", 1)), false, "four are pending in all");
});

it("frees every place, also of peers that come back from the same port or are gone before they are taken", () => {
  const gate = new Gate({ ...DEFAULT_LIMITS, maxPending: 2, maxPendingPerAddress: 2, maxPerAddress: 2 });
  for (let i = 0; i < 4; i++) {
    const [first, again] = [socket("a", 1), socket("a", 1)];
    assert.deepEqual([gate.enter(first), gate.enter(again)], [true, true], `round ${i}`);
    first.emit("close");
    gate.admitted(again, false);
    again.emit("close");
    const reset = Object.assign(new EventEmitter(), { remoteAddress: undefined, remotePort: undefined });
    assert.equal(gate.enter(reset as unknown as Socket), false);
  }
});

it("counts the addresses of one IPv6 network as one", () => {
  const gate = new Gate({ ...DEFAULT_LIMITS, maxPendingPerAddress: 2 });
  const came = ["2001:db8::1", "2001:db8:0:0:1::2", "2001:db8::3:0:0:1", "2001:db8:0:1::1", "::1", "::ffff:10.0.0.1"];
  assert.deepEqual(
    came.map((address, i) => gate.enter(socket(address, i))),
    [true, true, false, true, true, true],
  );
  assert.equal(gate.enter(socket("::ffff:10.0.0.2", 9)), true);
});
