import assert from "node:assert/strict";
import { test } from "node:test";
import { decode, encode } from "dns-packet";
import fc from "fast-check";
import { type DnsQuery, dnsCodes, dnsTypes, encodeAnswer, encodeError, readQuery } from "./message.ts";

function queryFor(name: string, type: "A" | "AAAA" = "A", id = 7): Buffer {
  return encode({ type: "query", id, flags: 0x0100, questions: [{ type, name }] });
}

function read(packet: Uint8Array): DnsQuery {
  const found = readQuery(packet);
  assert.equal(found.kind, "query");
  return (found as { readonly query: DnsQuery }).query;
}

/** The code of a refusal, or `nothing`, or `query`. */
function kindOf(packet: Uint8Array): string | number {
  const found = readQuery(packet);
  return found.kind === "error" ? found.code : found.kind;
}

test("a query of another encoder is read", () => {
  const name = fc.array(fc.stringMatching(/^[a-zA-Z0-9_-]{1,20}$/), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(name, fc.nat(65_535), (labels, id) => {
      const query = read(queryFor(labels.join("."), "AAAA", id));
      assert.deepEqual(
        query.labels,
        labels.map((label) => label.toLowerCase()),
      );
      assert.equal(query.id, id);
      assert.equal(query.type, dnsTypes.AAAA);
      assert.equal(query.recursionDesired, true);
    }),
  );
});

test("an answer is read by another decoder, its counts are right, and what does not fit is told", () => {
  fc.assert(
    fc.property(fc.nat(60), fc.stringMatching(/^[a-z]{1,30}$/), (count, label) => {
      const query = read(queryFor(`${label}.Test`));
      const records = Array.from({ length: count }, (_, i) => ({ type: dnsTypes.A, data: Uint8Array.of(1, 2, 3, i) }));
      const packet = encodeAnswer(query, { code: dnsCodes.NOERROR, records, ttlSeconds: 60 }, 512);
      assert.ok(packet.length <= 512);
      const answer = decode(Buffer.from(packet));
      const answers = answer.answers ?? [];
      assert.equal(new DataView(packet.buffer).getUint16(6), answers.length);
      assert.equal(answer.flag_tc, answers.length < count);
      assert.equal(answer.questions?.[0]?.name, `${label}.Test`, "in the case of the asker");
      for (const [i, one] of answers.entries()) {
        assert.deepEqual(
          { ...one },
          { name: `${label}.Test`, type: "A", ttl: 60, class: "IN", flush: false, data: `1.2.3.${i}` },
        );
      }
    }),
  );
});

test("25 addresses fit into an answer over UDP", () => {
  const records = Array.from({ length: 25 }, () => ({ type: dnsTypes.A, data: new Uint8Array(4) }));
  const query = read(queryFor(`seed.${"x".repeat(60)}.org`));
  const answer = decode(Buffer.from(encodeAnswer(query, { code: dnsCodes.NOERROR, records, ttlSeconds: 60 }, 512)));
  assert.equal(answer.answers?.length, 25);
  assert.equal(answer.flag_tc, false);
});

test("answers of others are not answered, other operations and malformed queries are refused", () => {
  const good = queryFor("seed.test");
  const word = (at: number, value: number) => {
    const packet = Buffer.from(good);
    packet.writeUInt16BE(value, at);
    return packet;
  };
  assert.equal(kindOf(good), "query");
  assert.equal(kindOf(good.subarray(0, 11)), "nothing");
  assert.equal(kindOf(word(2, 0x8100)), "nothing", "it is an answer");
  assert.equal(kindOf(word(2, 0x2800)), dnsCodes.NOTIMP, "an update");
  assert.equal(kindOf(word(4, 0)), dnsCodes.FORMERR, "no question");
  assert.equal(kindOf(word(4, 2)), dnsCodes.FORMERR, "two questions");
  assert.equal(kindOf(word(6, 1)), dnsCodes.FORMERR, "an answer in a query");
  assert.equal(kindOf(word(good.length - 2, 3)), dnsCodes.REFUSED, "class CHAOS");
  for (let end = 12; end < good.length; end++)
    assert.equal(kindOf(good.subarray(0, end)), dnsCodes.FORMERR, String(end));
  assert.equal(kindOf(good.with(12, 0xc0)), dnsCodes.FORMERR, "a pointer");
  assert.equal(kindOf(good.with(12, 64)), dnsCodes.FORMERR, "a label of 64 bytes");
  const long = Buffer.concat([
    good.subarray(0, 12),
    ...new Array(5).fill(Buffer.from([63, ...new Array(63).fill(97)])),
    good.subarray(22),
  ]);
  assert.equal(kindOf(long), dnsCodes.FORMERR, "a name of more than 255 bytes");
});

test("whatever comes, nothing is thrown and an error is never larger than what it answers", () => {
  const header = fc.uint8Array({ minLength: 12, maxLength: 12 }).map((bytes) => bytes.with(2, bytes[2]! & 0x01));
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 512 }),
    fc.tuple(header, fc.uint8Array({ maxLength: 100 })).map(([head, tail]) => {
      const packet = Buffer.concat([head, tail]);
      packet.writeUInt16BE(1, 4);
      packet.writeUInt16BE(0, 6);
      return packet;
    }),
  );
  fc.assert(
    fc.property(hostile, (packet) => {
      const found = readQuery(packet);
      if (found.kind === "error") assert.ok(encodeError(found.id, found.code).length <= packet.length);
      if (found.kind === "query") {
        const bare = encodeAnswer(found.query, { code: dnsCodes.REFUSED, records: [], ttlSeconds: 0 }, 512);
        assert.ok(bare.length <= packet.length);
      }
    }),
    { numRuns: 2_000 },
  );
});
