import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, encodeRlp, type Height, type RlpItem, rlpUint, type View } from "@polis/codec";
import fc from "fast-check";
import { fetchReplies, fetchRequests, wireContext } from "../testing/arbitraries.ts";
import { decodeFetchReply, decodeFetchRequest, encodeFetchReply, encodeFetchRequest } from "./fetchFrames.ts";
import { frameTypes } from "./types.ts";

test("every request and reply survives the wire (13.3)", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), fetchRequests, (requestId, request) => {
      const { type, body } = encodeFetchRequest(requestId, request);
      assert.deepEqual(decodeFetchRequest(type, body), { ok: true, value: { requestId, request } });
    }),
  );
  fc.assert(
    fc.property(fc.maxSafeNat(), fetchReplies, (requestId, reply) => {
      const { type, body } = encodeFetchReply(requestId, reply, 6);
      assert.deepEqual(decodeFetchReply(type, body, wireContext), { ok: true, value: { requestId, reply } });
    }),
  );
});

test("the bytes of requests and replies are frozen", () => {
  const digest = "ab".repeat(32) as Digest;
  const hex = (frame: { body: Uint8Array }): string => frame.body.toHex();
  assert.equal(hex(encodeFetchRequest(7, { kind: "blocksByDigest", digests: [digest] })), `e307e1a0${digest}`);
  const range = { kind: "blockRange", from: 1024 as Height, count: 128, maxBytes: 65_536 } as const;
  assert.equal(hex(encodeFetchRequest(1, range)), "ca01820400818083010000");
  const views = [1, 300] as View[];
  const wanted = encodeFetchRequest(2, { kind: "certificates", views, kinds: ["nullification", "finalization"] });
  assert.equal(hex(wanted), "c702c40182012c06");
  assert.equal(hex(encodeFetchReply(9, { kind: "notFound" }, 6)), "c20901");
  assert.equal(hex(encodeFetchReply(9, { kind: "busy" }, 6)), "c20902");
  assert.equal(hex(encodeFetchReply(9, { kind: "pruned" }, 6)), "c20903");
  const blocks = { kind: "blocks", items: [{ block: Uint8Array.of(1, 2), certificate: undefined }] } as const;
  assert.equal(hex(encodeFetchReply(3, blocks, 6)), "c703c5c482010280");
});

test("malformed requests are refused", () => {
  const request = (type: number, item: RlpItem): string => {
    const decoded = decodeFetchRequest(type, encodeRlp(item));
    return decoded.ok ? "accepted" : decoded.fault.code;
  };
  const id = rlpUint(1);
  const hash = new Uint8Array(32);
  const { blocksByDigest, blockRange, certificateRequest } = frameTypes;
  assert.equal(request(blocksByDigest, [id, [hash]]), "accepted");
  assert.equal(request(blocksByDigest, [[], [hash]]), "RLP_NOT_BYTES");
  assert.equal(request(blocksByDigest, [id, []]), "WIRE_LIST");
  assert.equal(request(blocksByDigest, [id, new Array(17).fill(hash)]), "WIRE_LIST");
  assert.equal(request(blocksByDigest, [id, [new Uint8Array(31)]]), "WIRE_LIST");
  assert.equal(request(blocksByDigest, [id, [hash], id]), "WIRE_LIST");
  assert.equal(request(blockRange, [id, id, id, id]), "accepted");
  assert.equal(request(blockRange, [id, id, rlpUint(0), id]), "WIRE_LIST");
  assert.equal(request(blockRange, [id, id, rlpUint(129), id]), "WIRE_LIST");
  assert.equal(request(blockRange, [id, id, id]), "WIRE_LIST");
  assert.equal(request(blockRange, [id, Uint8Array.of(0), id, id]), "RLP_INTEGER");
  assert.equal(request(certificateRequest, [id, [id], rlpUint(7)]), "accepted");
  assert.equal(request(certificateRequest, [id, [id], rlpUint(8)]), "WIRE_LIST");
  assert.equal(request(certificateRequest, [id, [id], rlpUint(0)]), "WIRE_LIST");
  assert.equal(request(certificateRequest, [id, [], rlpUint(7)]), "WIRE_LIST");
  assert.equal(request(certificateRequest, [id, new Array(257).fill(id), rlpUint(7)]), "RLP_TOO_MANY_ITEMS");
  assert.equal(request(frameTypes.blocks, [id, [hash]]), "WIRE_TYPE");
  assert.equal(request(0x26, [id]), "WIRE_TYPE");
});

test("malformed replies are refused", () => {
  const reply = (type: number, item: RlpItem): string => {
    const decoded = decodeFetchReply(type, encodeRlp(item), wireContext);
    return decoded.ok ? "accepted" : decoded.fault.code;
  };
  const id = rlpUint(1);
  const none = new Uint8Array(0);
  const { blocks, certificates, notFound } = frameTypes;
  assert.equal(reply(notFound, [id, rlpUint(1)]), "accepted");
  for (const code of [0, 4]) assert.equal(reply(notFound, [id, rlpUint(code)]), "WIRE_LIST");
  assert.equal(reply(notFound, [id]), "WIRE_LIST");
  assert.equal(reply(blocks, [id, [[id, none]]]), "accepted");
  assert.equal(reply(blocks, [id, [[none, none]]]), "WIRE_LIST");
  assert.equal(reply(blocks, [id, [[new Uint8Array(1001), none]]]), "WIRE_LIST");
  assert.equal(reply(blocks, [id, [[id, id]]]), "CERTIFICATE_LENGTH");
  assert.equal(reply(blocks, [id, [[id]]]), "WIRE_LIST");
  assert.equal(reply(blocks, [id, new Array(129).fill([id, none])]), "WIRE_LIST");
  assert.equal(reply(certificates, [id, [id]]), "CERTIFICATE_LENGTH");
  assert.equal(reply(certificates, [id, [[]]]), "WIRE_LIST");
  assert.equal(reply(frameTypes.blockRange, [id, []]), "WIRE_TYPE");
});

test("any bytes give a request, a reply or a fault", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 300 }), (type, body) => {
      decodeFetchReply(type, body, wireContext);
      decodeFetchRequest(type, body);
      if (type < 0x20 || type > 0x25) assert.equal(decodeFetchRequest(type, body).ok, false);
    }),
  );
});
