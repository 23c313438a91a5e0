import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeFrame, FrameReader } from "./frame.ts";
import { MAX_FRAME_BYTES } from "./heartbeat.ts";
import { peerLabel, peerOfLabel } from "./seedNames.ts";

test("a frame comes out whole, however it was cut", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.array(fc.integer({ min: 1, max: 30 })), (body, cuts) => {
      const frame = encodeFrame(body);
      const reader = new FrameReader();
      let at = 0;
      for (const size of [...cuts, frame.length]) {
        if (at >= frame.length) break;
        const read = reader.push(frame.subarray(at, at + size));
        at = Math.min(frame.length, at + size);
        assert.ok(read.ok);
        if (at < frame.length) assert.equal(read.value, undefined);
        else assert.deepEqual(read.value, body);
      }
    }),
  );
});

test("a length above 65,536 is refused before the body is there, and so is a second frame", () => {
  const head = (length: number) => Uint8Array.of(0, length >> 16, (length >> 8) & 255, length & 255);
  assert.equal(new FrameReader().push(head(MAX_FRAME_BYTES)).ok, true);
  assert.equal(new FrameReader().push(head(MAX_FRAME_BYTES + 1)).ok, false);
  assert.equal(new FrameReader().push(Uint8Array.of(255, 255, 255, 255)).ok, false);
  assert.equal(new FrameReader().push(Uint8Array.from([...encodeFrame(new Uint8Array(3)), 1])).ok, false);
  assert.throws(() => encodeFrame(new Uint8Array(MAX_FRAME_BYTES + 1)), RangeError);
});

test("a label names one key, and each key has one label", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const peerId = bytes.toHex() as Parameters<typeof peerLabel>[0];
      const label = peerLabel(peerId);
      assert.match(label, /^[a-z2-7]{52}$/);
      assert.equal(peerOfLabel(label), peerId);
      assert.equal(peerOfLabel(label.toUpperCase()), peerId, "names have no case");
    }),
  );
  for (const wrong of ["", "a".repeat(51), "a".repeat(53), `${"a".repeat(51)}1`, `${"a".repeat(51)}b`]) {
    assert.equal(peerOfLabel(wrong), undefined, wrong);
  }
});
