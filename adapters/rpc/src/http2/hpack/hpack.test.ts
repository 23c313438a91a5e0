import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type OutgoingHttpHeaders } from "node:http2";
import { type AddressInfo, createServer as createTcp } from "node:net";
import { test } from "node:test";
import fc from "fast-check";
import { encodeHeaders } from "./encodeHeaders.ts";
import { HeaderDecoder } from "./headerDecoder.ts";
import { decodeHuffman } from "./huffman.ts";

function read(decoder: HeaderDecoder, hex: string): readonly (readonly [string, string])[] {
  const decoded = decoder.decode(Buffer.from(hex.replaceAll(" ", ""), "hex"));
  assert.ok(decoded.ok, hex);
  return decoded.fields.map(({ name, value }) => [name, value] as const);
}

test("the examples of RFC 7541 C.3 and C.4: three requests of one connection, plain and in Huffman code", () => {
  const first = [
    ...[[":method", "GET"] as const, [":scheme", "http"] as const, [":path", "/"] as const],
    [":authority", "www.example.com"],
  ];
  const second = [...first, ["cache-control", "no-cache"]];
  const third = [
    ...[[":method", "GET"] as const, [":scheme", "https"] as const, [":path", "/index.html"] as const],
    ...[[":authority", "www.example.com"] as const, ["custom-key", "custom-value"] as const],
  ];
  const plain = new HeaderDecoder(4_096);
  assert.deepEqual(read(plain, "828684410f7777772e6578616d706c652e636f6d"), first);
  assert.deepEqual(read(plain, "828684be58086e6f2d6361636865"), second);
  assert.deepEqual(read(plain, "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565"), third);
  const huffman = new HeaderDecoder(4_096);
  assert.deepEqual(read(huffman, "828684418cf1e3c2e5f23a6ba0ab90f4ff"), first);
  assert.deepEqual(read(huffman, "828684be5886a8eb10649cbf"), second);
  assert.deepEqual(read(huffman, "828785bf408825a849e95ba97d7f8925a849e95bb8e8b4bf"), third);
});

test("what is no header block is refused, and a list is bounded whatever it is on the wire", () => {
  const refused: Readonly<Record<string, string>> = {
    "index 0": "80",
    "an index that is not there": "ff00",
    "an integer without end": "ffffffffffff",
    "a text that is cut off": "00 05 6162",
    "a name without a value": "00 01 61",
    "a table larger than allowed": "3fe2ff03",
    "a change of size behind a field": "82 20",
    "the end mark": "00 01 61 84 ffffffff",
    "padding of eight ones": "00 01 61 82 1fff",
    "padding of zeros": "00 01 61 81 18",
  };
  for (const [what, hex] of Object.entries(refused)) {
    const decoded = new HeaderDecoder(4_096).decode(Buffer.from(hex.replaceAll(" ", ""), "hex"));
    assert.deepEqual(decoded, { ok: false, why: "compression" }, what);
  }
  const bomb = new HeaderDecoder(4_096);
  const entry = Buffer.concat([Buffer.from("400161", "hex"), Buffer.from([0x7f, 0x81, 0x16]), Buffer.alloc(2_944, 97)]);
  assert.deepEqual(bomb.decode(Buffer.concat([entry, Buffer.alloc(10_000, 0xbe)])), { ok: false, why: "size" });
});

test("the dynamic table forgets its oldest entries, and a smaller size empties it", () => {
  const decoder = new HeaderDecoder(100_000);
  const field = (name: string) =>
    Buffer.concat([
      Buffer.from([0x40, 1]),
      Buffer.from(name),
      Buffer.from([0x7f, 0xd1, 0x0e]),
      Buffer.alloc(2_000, 120),
    ]);
  for (const name of ["a", "b", "c"]) assert.ok(decoder.decode(field(name)).ok);
  const newest = decoder.decode(Buffer.of(0xbe, 0xbf));
  assert.deepEqual(newest.ok && newest.fields.map(({ name }) => name), ["c", "b"]);
  assert.equal(decoder.decode(Buffer.of(0xc0)).ok, false);
  const { generation } = decoder;
  assert.ok(decoder.decode(Buffer.of(0x20)).ok);
  assert.ok(decoder.generation > generation);
  assert.equal(decoder.decode(Buffer.of(0xbe)).ok, false);
});

test("any bytes are read or refused, never more", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 8 }), (blocks) => {
      const decoder = new HeaderDecoder(1_000);
      for (const block of blocks) {
        const decoded = decoder.decode(block);
        if (!decoded.ok) return;
        const bytes = decoded.fields.reduce((sum, { name, value }) => sum + name.length + value.length + 32, 0);
        assert.ok(bytes <= 1_000);
      }
    }),
  );
});

test("what is encoded is decoded to the same", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/);
  const value = fc.string({ unit: fc.integer({ min: 32, max: 255 }).map((code) => String.fromCharCode(code)) });
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), (fields) => {
      const decoded = new HeaderDecoder(1_000_000).decode(encodeHeaders(fields));
      assert.deepEqual(decoded.ok && decoded.fields.map((field) => [field.name, field.value]), fields);
    }),
  );
});

/** What the HTTP/2 client of Node, which is another implementation, sends as headers. */
async function blocksOfNode(requests: readonly OutgoingHttpHeaders[]): Promise<readonly Buffer[]> {
  const received: Buffer[] = [];
  const server = createTcp((socket) => socket.on("data", (chunk: Buffer) => received.push(chunk))).listen(
    0,
    "127.0.0.1",
  );
  await once(server, "listening");
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  session.on("error", () => undefined);
  for (const headers of requests) session.request(headers).on("error", () => undefined);
  const blocks: Buffer[] = [];
  while (blocks.length < requests.length) {
    await new Promise((resolve) => setImmediate(resolve));
    blocks.length = 0;
    const all = Buffer.concat(received).subarray(24);
    for (let at = 0; at + 9 <= all.length; ) {
      const end = at + 9 + all.readUIntBE(at, 3);
      const isPriority = (all[at + 4]! & 0x20) !== 0;
      if (all[at + 3] === 1 && end <= all.length) blocks.push(all.subarray(at + 9 + (isPriority ? 5 : 0), end));
      at = end;
    }
  }
  session.destroy();
  server.close();
  return blocks;
}

test("every byte that a header may have is read as another implementation writes it", async () => {
  const codes = Array.from({ length: 256 }, (_, code) => code).filter((code) => code > 32 && code !== 127);
  // Next to letters, which have short codes, each byte is written in Huffman code.
  const value = (code: number) => `${"a".repeat(24)}${String.fromCharCode(code)}`;
  const parts = [0, 1, 2, 3].map((part) => codes.filter((code) => code % 4 === part));
  const blocks = await blocksOfNode(
    parts.map((part) => Object.fromEntries(part.map((code) => [`x-${code}`, value(code)]))),
  );
  const decoder = new HeaderDecoder(16_384);
  for (const [i, block] of blocks.entries()) {
    assert.equal(block.includes("aaaa"), false, "the client writes Huffman code");
    const decoded = decoder.decode(block);
    assert.ok(decoded.ok);
    const found = new Map(decoded.fields.map((field) => [field.name, field.value]));
    for (const code of parts[i]!) assert.equal(found.get(`x-${code}`), value(code));
  }
});

test("Huffman texts that end early or go on are refused", () => {
  assert.equal(decodeHuffman(Uint8Array.of(0x1f), 0, 1), "a");
  assert.equal(decodeHuffman(new Uint8Array(0), 0, 0), "");
  assert.equal(decodeHuffman(Uint8Array.of(0xff), 0, 1), undefined);
});
