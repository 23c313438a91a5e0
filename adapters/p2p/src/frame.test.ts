import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Stream } from "@libp2p/interface";
import fc from "fast-check";
import { readFrame, writeFrame } from "./frame.ts";

/** A stream whose other end is the test. */
class FakeStream extends EventTarget {
  status = "open";
  writeStatus = "writable";
  remoteWriteStatus = "writable";
  readBufferLength = 0;
  writableNeedsDrain = false;
  fullAfter = Number.POSITIVE_INFINITY;
  sent: Uint8Array[] = [];
  send(bytes: Uint8Array): boolean {
    if (this.writeStatus !== "writable") throw new Error("closed");
    this.sent.push(bytes);
    this.writableNeedsDrain = this.sent.length % this.fullAfter === 0;
    return !this.writableNeedsDrain;
  }
  arrive(data: Uint8Array): this {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
    return this;
  }
  drain(): void {
    this.writableNeedsDrain = false;
    this.dispatchEvent(new Event("drain"));
  }
  end(): void {
    this.remoteWriteStatus = "closed";
    this.dispatchEvent(new Event("remoteCloseWrite"));
  }
  close(error?: Error): void {
    this.status = error === undefined ? "closed" : "reset";
    this.dispatchEvent(Object.assign(new Event("close"), { error }));
  }
}
const asStream = (fake: FakeStream): Stream => fake as unknown as Stream;
const never = new AbortController().signal;
const header = (length: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  return bytes;
};

describe("frames of requests", () => {
  it("come back whole, however they are cut", async () => {
    const cuts = fc.array(fc.integer({ min: 1, max: 70_000 }), { maxLength: 10 });
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 2_000 }),
        fc.constantFrom(1, 70, 400),
        cuts,
        async (seed, times, sizes) => {
          const bytes = new Uint8Array(Buffer.concat(Array.from({ length: times }, () => seed)));
          const out = new FakeStream();
          assert.equal(await writeFrame(asStream(out), bytes, never), true);
          const wire = Buffer.concat(out.sent);
          assert.deepEqual(wire.subarray(0, 4), header(bytes.length));
          const into = new FakeStream();
          const read = readFrame(asStream(into), bytes.length, never);
          for (let at = 0, i = 0; at < wire.length; i++) {
            const size = sizes[i] ?? wire.length;
            into.arrive(wire.subarray(at, at + size));
            at += size;
          }
          assert.deepEqual(await read, bytes);
        },
      ),
      { numRuns: 40 },
    );
  });

  it("have one form on the wire", async () => {
    const out = new FakeStream();
    await writeFrame(asStream(out), Buffer.from("ping"), never);
    assert.equal(Buffer.concat(out.sent).toString("hex"), "0000000470696e67");
  });

  const failures: [string, string, (stream: FakeStream) => unknown][] = [
    ["an announced length above the limit", "tooLarge", (stream) => stream.arrive(header(11))],
    ["bytes after the frame", "malformed", (stream) => stream.arrive(Buffer.concat([header(1), Buffer.from("ab")]))],
    ["an end without a byte", "none", (stream) => stream.end()],
    ["a close without a byte", "none", (stream) => stream.close()],
    ["an end inside the length", "cut", (stream) => stream.arrive(header(3).subarray(0, 2)).end()],
    ["an end inside the frame", "cut", (stream) => stream.arrive(Buffer.concat([header(3), Buffer.from("ab")])).end()],
    ["a reset", "cut", (stream) => stream.close(new Error("reset"))],
  ];
  for (const [what, expected, act] of failures) {
    it(`are refused for ${what}`, async () => {
      const stream = new FakeStream();
      const read = readFrame(asStream(stream), 10, never);
      act(stream);
      assert.equal(await read, expected);
    });
  }

  it("wait no longer than the signal", async () => {
    const stop = new AbortController();
    const read = readFrame(asStream(new FakeStream()), 10, stop.signal);
    stop.abort();
    assert.equal(await read, "timeout");
    assert.equal(await readFrame(asStream(new FakeStream()), 10, stop.signal), "timeout");
    const dead = new FakeStream();
    dead.status = "reset";
    assert.equal(await readFrame(asStream(dead), 10, never), "cut");
  });

  it("are written no faster than the other side reads", async () => {
    const stream = new FakeStream();
    stream.fullAfter = 3;
    let done: boolean | undefined;
    const written = writeFrame(asStream(stream), new Uint8Array(10 * 65_536), never).then((result) => (done = result));
    for (const expected of [3, 6, 9]) {
      await new Promise(setImmediate);
      await new Promise(setImmediate);
      assert.equal(stream.sent.length, expected);
      assert.equal(done, undefined);
      stream.drain();
    }
    await written;
    assert.equal(done, true);
    assert.equal(stream.sent.length, 11);
  });

  it("are given up when nobody reads any more", async () => {
    for (const stop of ["close", "signal"]) {
      const stream = new FakeStream();
      stream.fullAfter = 2;
      const end = new AbortController();
      const written = writeFrame(asStream(stream), new Uint8Array(300_000), end.signal);
      if (stop === "close") stream.close(new Error("reset"));
      else end.abort();
      assert.equal(await written, false, stop);
    }
    const closed = new FakeStream();
    closed.writeStatus = "closed";
    assert.equal(await writeFrame(asStream(closed), new Uint8Array(1), never), false);
  });
});
