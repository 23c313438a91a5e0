import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { encodeKce } from "./kce/codec.ts";
import { kceList, kceOptional, kceRecord, kceVariant } from "./kce/composites.ts";
import { kceBool, kceBytes, kceCounter, kceFixed, kceText, kceU8, kceU32, kceU64, kceU128 } from "./kce/scalars.ts";
import { encodeRlp } from "./rlp/encode.ts";
import { rlpUint } from "./rlp/integers.ts";
import type { RlpItem } from "./rlp/types.ts";

/** Frozen: a change of any encoding changes a hash. A new version of a format gets a new entry beside the old one. */
const frozen = JSON.parse(readFileSync(new URL("encodings.vectors.json", import.meta.url), "utf8"));

/** Bytes that depend on nothing but their name, so that no library can change the vectors. */
function bytesOf(name: string, length: number): Uint8Array {
  const out = new Uint8Array(length);
  for (let at = 0; at < length; at += 32) {
    const block = createHash("sha256").update(`${name}/${at}`).digest();
    out.set(block.subarray(0, Math.min(32, length - at)), at);
  }
  return out;
}

/** The hash of a thousand encodings, each with its length in front. */
function hashOf(encode: (name: string) => Uint8Array): { first: string; sha256: string } {
  const hash = createHash("sha256");
  for (let i = 0; i < 1000; i++) {
    const encoded = encode(String(i));
    hash.update(`${encoded.length}:`).update(encoded);
  }
  return { first: encode("0").toHex(), sha256: hash.digest("hex") };
}

function itemOf(name: string, depth: number): RlpItem {
  const [choice, size] = bytesOf(`item ${name}`, 2) as unknown as [number, number];
  if (depth === 0 || choice < 90) return bytesOf(name, choice % 3 === 0 ? size : size % 4);
  if (choice < 130) return rlpUint(BigInt(`0x${bytesOf(name, 1 + (size % 32)).toHex()}`));
  return Array.from({ length: size % 7 }, (_, i) => itemOf(`${name}.${i}`, depth - 1));
}

const record = kceRecord({
  a: kceU8,
  b: kceU32,
  c: kceU64,
  d: kceU128,
  time: kceCounter,
  flag: kceBool,
  raw: kceFixed(32),
  data: kceBytes(300),
  name: kceText(300),
  list: kceList(kceOptional(kceU8), 9),
  call: kceVariant({ none: kceRecord({}), some: kceRecord({ value: kceU32 }) }),
});

function recordOf(name: string): Uint8Array {
  const raw = bytesOf(name, 32);
  const [a, size, many] = raw as unknown as [number, number, number];
  const view = new DataView(raw.buffer);
  return encodeKce(record, {
    a,
    b: view.getUint32(4),
    c: view.getBigUint64(8),
    d: (view.getBigUint64(8) << 64n) | view.getBigUint64(16),
    time: Number(view.getBigUint64(24) >> 11n),
    flag: size % 2 === 1,
    raw,
    data: bytesOf(`data ${name}`, size),
    name: bytesOf(`text ${name}`, size % 50).toHex(),
    list: Array.from({ length: many % 10 }, (_, i) => (i % 3 === 0 ? undefined : i)),
    call: a % 2 === 0 ? { kind: "none" } : { kind: "some", value: a },
  });
}

test("a thousand RLP items encode as they were frozen", () => {
  assert.deepEqual(
    hashOf((name) => encodeRlp([itemOf(name, 4), itemOf(`${name}'`, 4)])),
    frozen.rlp,
  );
});

test("a thousand KCE records encode as they were frozen", () => {
  assert.deepEqual(hashOf(recordOf), frozen.kce);
});
