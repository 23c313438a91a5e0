import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createEnvelopeSlab } from "./envelopeSlab.ts";

test("kept bytes are copies that later ones do not change, in buffers of bounded size", () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 12_000 }), { maxLength: 60 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const slab = createEnvelopeSlab();
      const inputs = lengths.map((length, i) => new Uint8Array(length).fill(i + 1));
      const kept = inputs.map((bytes) => slab.keep(bytes));
      for (const bytes of inputs) bytes.fill(0);
      kept.forEach((bytes, i) => {
        assert.equal(bytes.length, lengths[i]);
        assert.ok(bytes.every((byte) => byte === i + 1));
        assert.ok(bytes.buffer.byteLength <= Math.max(4_096, bytes.length));
      });
    }),
  );
});
