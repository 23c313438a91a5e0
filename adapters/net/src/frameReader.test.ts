import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { FRAME_HEADER_BYTES, type Frame, writeFrameHeader } from "./frame.ts";
import { FrameReader } from "./frameReader.ts";
import { type Channel, frameRules } from "./frameTypes.ts";

const RULES = frameRules(1 << 20);

function encode(type: number, seq: number, sentAtMs: number, body: Uint8Array): Buffer {
  const bytes = Buffer.alloc(FRAME_HEADER_BYTES + body.length);
  writeFrameHeader(bytes, 0, type, seq, sentAtMs, body.length);
  bytes.set(body, FRAME_HEADER_BYTES);
  return bytes;
}

function readAll(chunks: readonly Buffer[], channel: Channel = "bulk", greeted = true) {
  const reader = new FrameReader(RULES, channel);
  const frames: Frame[] = [];
  for (const chunk of chunks) {
    reader.push(chunk);
    for (let next = reader.next(greeted); next !== undefined; next = reader.next(greeted)) {
      if (!next.ok) return { frames, fault: next.fault.code, buffered: reader.buffered };
      frames.push(next.value);
    }
  }
  return { frames, fault: undefined, buffered: reader.buffered };
}

describe("frames (kairos N5)", () => {
  it("has the frozen layout", () => {
    const frame = encode(0x12, 2 ** 40 + 3, 1_700_000_000_123, Buffer.from("body"));
    assert.equal(
      frame.toString("hex"),
      "00000016" + "01" + "12" + "0000010000000003" + "0000018bcfe5687b" + "626f6479",
    );
  });

  it("round-trips any frames, however the stream is cut", () => {
    const body = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 4000, maxLength: 9000 }));
    const frame = fc.record({
      type: fc.constantFrom(0x12, 0x22, 0x30),
      seq: fc.maxSafeNat(),
      sentAtMs: fc.maxSafeNat(),
      body,
    });
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 3000 })), (frames, cuts) => {
        const stream = Buffer.concat(frames.map((f) => encode(f.type, f.seq, f.sentAtMs, f.body)));
        const chunks: Buffer[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(stream.subarray(at, at + cut));
          at += cut;
        }
        chunks.push(stream.subarray(at));
        const { frames: found, fault, buffered } = readAll(chunks);
        assert.deepEqual([fault, buffered], [undefined, 0]);
        assert.deepEqual(
          found.map((f) => ({ ...f, body: Buffer.from(f.body) })),
          frames.map((f) => ({ ...f, body: Buffer.from(f.body) })),
        );
      }),
      { numRuns: 100 },
    );
  });

  it("reads a frame that comes byte by byte, and keeps little more than its bytes", () => {
    const body = Buffer.alloc(5_000, 7);
    const stream = encode(0x12, 1, 2, body);
    const { frames } = readAll([...stream].map((byte) => Buffer.of(byte)));
    assert.deepEqual(
      frames.map((f) => Buffer.from(f.body)),
      [body],
    );
  });

  it("refuses each malformed head from its first six bytes, before any body has arrived", () => {
    const head = (length: number, version: number, type: number) => {
      const bytes = Buffer.alloc(6);
      bytes.writeUInt32BE(length, 0);
      bytes[4] = version;
      bytes[5] = type;
      return bytes;
    };
    const cases: readonly (readonly [Buffer, Channel, boolean, string | undefined])[] = [
      [head(17, 1, 0x12), "bulk", true, "FRAME_TOO_SHORT"],
      [head(0, 1, 0x12), "bulk", true, "FRAME_TOO_SHORT"],
      [head(0xffffffff, 1, 0x12), "bulk", true, "FRAME_TOO_LONG"],
      [head(18 + 512 * 1024 + 1, 1, 0x12), "bulk", true, "FRAME_TOO_LONG"],
      [head(18 + 512 * 1024, 1, 0x12), "bulk", true, undefined],
      [head(18 + 513, 1, 0x02), "consensus", true, "FRAME_TOO_LONG"],
      [head(18 + 512, 1, 0x02), "consensus", true, undefined],
      [head(20, 0, 0x12), "bulk", true, "FRAME_VERSION"],
      [head(20, 2, 0x12), "bulk", true, "FRAME_VERSION"],
      [head(20, 1, 0x07), "bulk", true, "FRAME_TYPE"],
      [head(20, 1, 0xff), "bulk", true, "FRAME_TYPE"],
      [head(20, 1, 0x12), "consensus", true, "FRAME_TYPE"],
      [head(20, 1, 0x02), "bulk", true, "FRAME_TYPE"],
      [head(20, 1, 0x12), "bulk", false, "HELLO_EXPECTED"],
      [head(18 + 4097, 1, 0x00), "bulk", false, "FRAME_TOO_LONG"],
    ];
    for (const [bytes, channel, greeted, expected] of cases) {
      assert.equal(readAll([bytes], channel, greeted).fault, expected, bytes.toString("hex"));
    }
  });

  it("answers any bytes with frames or a fault", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, greeted) => {
        const { frames, buffered } = readAll([Buffer.from(bytes)], "bulk", greeted);
        const used = frames.reduce((sum, f) => sum + f.body.length + FRAME_HEADER_BYTES, 0);
        assert.equal(used + buffered, bytes.length);
      }),
    );
  });
});
