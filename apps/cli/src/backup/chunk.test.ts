import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ChunkWriter, chunkBytes, readChunk } from "./chunk.ts";

const key = fc.uint8Array({ minLength: 1, maxLength: 64 });
const rows = fc.array(fc.tuple(key, fc.uint8Array({ maxLength: 200 })), { maxLength: 40 });

function written(all: readonly (readonly [Uint8Array, Uint8Array])[]): Buffer {
  const writer = new ChunkWriter();
  for (const [k, v] of all) writer.add(k, v);
  return writer.take();
}

test("rows come back as they were", () => {
  fc.assert(
    fc.property(rows, (all) => {
      const plain = readChunk(written(all)).map(([k, v]) => [Uint8Array.from(k), Uint8Array.from(v)]);
      assert.deepEqual(
        plain,
        all.map(([k, v]) => [k, v]),
      );
    }),
  );
});

test("the layout is frozen", () => {
  const bytes = written([
    [Uint8Array.of(1, 2), Uint8Array.of(3)],
    [Uint8Array.of(4), new Uint8Array(0)],
  ]);
  assert.equal(bytes.toString("hex"), "000200000001010203000100000000" + "04");
});

test("bytes that are cut off, an empty key and a long key are refused", () => {
  const bytes = written([[Uint8Array.of(1, 2), Uint8Array.of(3, 4)]]);
  for (let length = 1; length < bytes.length; length++) {
    assert.throws(() => readChunk(bytes.subarray(0, length)), RangeError);
  }
  for (const length of [0, 1_025]) {
    const wrong = Buffer.concat([bytes, Buffer.alloc(2_000)]);
    wrong.writeUInt16BE(length, 0);
    assert.throws(() => readChunk(wrong), /a key has a length/);
  }
});

test("a chunk says when it is full, and begins anew", () => {
  const writer = new ChunkWriter();
  assert.equal(writer.add(Uint8Array.of(1), new Uint8Array(chunkBytes - 8)), false);
  assert.equal(writer.add(Uint8Array.of(2), Uint8Array.of(1)), true);
  assert.equal(writer.rows, 2);
  assert.equal(readChunk(writer.take()).length, 2);
  assert.deepEqual([writer.rows, writer.take().length], [0, 0]);
});
