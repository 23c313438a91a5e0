import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeRlp, encodeRlp, type RlpItem, rlpUint, view } from "@polis/codec";
import { keccak256, sha256 } from "@polis/crypto";
import fc from "fast-check";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { codeOf, expectOk } from "../testing/expectOk.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";
import { decodeBlock, encodeBlock } from "./envelope.ts";
import { decodeExtraData, encodeExtraData } from "./extraData.ts";
import { emptyTrieRoot, encodeHeader } from "./header.ts";
import { inspectBlock } from "./inspectBlock.ts";
import { prevRandao } from "./prevRandao.ts";

const genesis = testGenesis({ funded: [testSigner(1).address], fields: { predeploys: {} } });
const { params } = genesis;
const chain = createTestChain(genesis);
const to = testSigner(2).address;
const pay = signPayment(buildPayment({ chainId: 52470n, nonce: 0n, payments: [{ to, amount: 1n }] }), testSigner(1));
const built = chain.produce([pay], { timeMs: 1_234_567 });
const limits = { maxBytes: 1e6, maxItems: 100, maxDepth: 3 };

test("a block decodes to what was built, and encodes to the same bytes", () => {
  const block = expectOk(decodeBlock(built.block, params));
  assert.equal(block.digest, built.info.digest);
  assert.equal(block.digest, keccak256(block.headerBytes).toHex());
  assert.deepEqual(block.transactions, [pay]);
  assert.equal(block.header.timestampS, 1234);
  assert.equal(block.header.extra.millisecond, 567);
  const again = encodeBlock(block.header, block.transactions, undefined);
  assert.deepEqual(again.block, built.block);
  assert.equal(again.digest, built.info.digest);
  assert.deepEqual(expectOk(inspectBlock(built.block, params)), built.info);
});

test("the encoding of a known block is frozen", () => {
  assert.equal(built.info.digest, "aecc181c2d2b023ef9b0866c9f7f7cf300cf8389e75469810590c41914976883");
  assert.equal(keccak256(built.block).toHex(), "18e032ba15900e979abfca3acbe8115cf3b4d593bcd61dbff4b8f3d9faaf487b");
});

test("the constants of a header are what they claim to be", () => {
  const items = expectOk(decodeRlp(expectOk(decodeBlock(built.block, params)).headerBytes, limits)) as Uint8Array[];
  assert.equal(items.length, 21);
  assert.deepEqual(items[1], keccak256(Uint8Array.of(0xc0)));
  assert.deepEqual(items[16]!.toHex(), emptyTrieRoot);
  assert.equal(emptyTrieRoot, keccak256(Uint8Array.of(0x80)).toHex());
  assert.deepEqual(items[20], sha256(new Uint8Array(0)));
});

test("decoding never throws on any bytes or any damage", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 800 }), (bytes) => void decodeBlock(bytes, params)));
  fc.assert(
    fc.property(fc.nat(built.block.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
      const damaged = built.block.slice();
      damaged[at] = damaged[at]! ^ change;
      const read = decodeBlock(damaged, params);
      if (read.ok) assert.ok(read.value.digest !== built.info.digest || at > 600);
    }),
  );
});

/** The built block with one item of its header replaced. */
function withHeaderItem(at: number, item: RlpItem): Uint8Array {
  const [header, transactions, seed] = expectOk(decodeRlp(built.block, limits)) as RlpItem[];
  const items = [...(header as RlpItem[])];
  items[at] = item;
  return encodeRlp([items, transactions!, seed!]);
}

const malformed: readonly (readonly [number, RlpItem, string])[] = [
  [0, new Uint8Array(31), "BLOCK_FORMAT"],
  [1, new Uint8Array(32), "BLOCK_HEADER"],
  [2, new Uint8Array(21), "BLOCK_FORMAT"],
  [3, new Uint8Array(33), "BLOCK_FORMAT"],
  [4, new Uint8Array(0), "BLOCK_FORMAT"],
  [5, new Uint8Array(31), "BLOCK_FORMAT"],
  [6, new Uint8Array(255), "BLOCK_FORMAT"],
  [7, rlpUint(1), "BLOCK_HEADER"],
  [8, Uint8Array.of(0), "BLOCK_FORMAT"],
  [8, rlpUint(1n << 53n), "BLOCK_FORMAT"],
  [9, new Uint8Array(9).fill(1), "BLOCK_FORMAT"],
  [10, Uint8Array.of(0, 1), "BLOCK_FORMAT"],
  [11, rlpUint(9_007_199_254_740), "BLOCK_FORMAT"],
  [12, new Uint8Array(32), "BLOCK_FORMAT"],
  [12, new Uint8Array(31), "BLOCK_HEADER"],
  [13, new Uint8Array(31), "BLOCK_FORMAT"],
  [14, new Uint8Array(7), "BLOCK_HEADER"],
  [14, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1), "BLOCK_HEADER"],
  [15, new Uint8Array(33).fill(1), "BLOCK_FORMAT"],
  [16, new Uint8Array(32), "BLOCK_HEADER"],
  [17, rlpUint(1), "BLOCK_HEADER"],
  [18, rlpUint(1), "BLOCK_HEADER"],
  [19, new Uint8Array(32).fill(1), "BLOCK_HEADER"],
  [20, new Uint8Array(32), "BLOCK_HEADER"],
  [20, [], "BLOCK_FORMAT"],
  [21, new Uint8Array(0), "BLOCK_FORMAT"],
];
for (const [at, item, code] of malformed) {
  const shown = item instanceof Uint8Array ? `${item.length} bytes ${item.subarray(0, 2).toHex()}` : "a list";
  test(`B1, B2: header field ${at} of ${shown} is refused`, () => {
    assert.equal(codeOf(decodeBlock(withHeaderItem(at, item), params)), code);
  });
}

test("B1: an envelope of another shape is refused", () => {
  const [header, transactions, seed] = expectOk(decodeRlp(built.block, limits)) as RlpItem[];
  const none = new Uint8Array(0);
  const shapes: readonly RlpItem[] = [
    none,
    [header!, transactions!],
    [header!, transactions!, seed!, none],
    [none, transactions!, seed!],
    [header!, none, seed!],
    [header!, [[pay]], seed!],
    [header!, [none], seed!],
    [header!, transactions!, []],
    [header!, transactions!, new Uint8Array(96)],
    [header!, transactions!, Uint8Array.of(1)],
  ];
  for (const shape of shapes) assert.equal(codeOf(decodeBlock(encodeRlp(shape), params)), "BLOCK_FORMAT");
});

test("B1: limits of bytes, count and bytes per transaction hold exactly", () => {
  const { header } = expectOk(decodeBlock(built.block, params));
  const small = {
    ...params,
    block: { ...params.block, maxTransactions: 2 },
    tx: { ...params.tx, maxBytes: pay.length },
  };
  const two = encodeBlock(header, [pay, pay], undefined).block;
  const three = encodeBlock(header, [pay, pay, pay], undefined).block;
  assert.equal(codeOf(decodeBlock(two, small)), "ok");
  assert.equal(codeOf(decodeBlock(three, small)), "BLOCK_FORMAT");
  const longer = encodeBlock(header, [new Uint8Array(pay.length + 1)], undefined).block;
  assert.equal(codeOf(decodeBlock(longer, small)), "BLOCK_LIMITS");
  const exact = { ...small, block: { ...small.block, maxBytes: two.length } };
  assert.equal(codeOf(decodeBlock(two, exact)), "ok");
  assert.equal(
    codeOf(decodeBlock(two, { ...exact, block: { ...exact.block, maxBytes: two.length - 1 } })),
    "BLOCK_TOO_LARGE",
  );
});

test("extraData round-trips and refuses other lengths, versions and ranges", () => {
  const extra = fc.record(
    {
      millisecond: fc.nat(999),
      view: fc.maxSafeNat().map(view),
      parentView: fc.maxSafeNat().map(view),
      smoothedGas: fc.bigInt(0n, (1n << 64n) - 1n),
      epoch: fc.nat(0xffff_ffff),
    },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(extra, (value) => {
      const bytes = encodeExtraData(value as Parameters<typeof encodeExtraData>[0]);
      assert.equal(bytes.length, 31);
      assert.deepEqual(expectOk(decodeExtraData(bytes)), value);
      assert.equal(codeOf(decodeExtraData(bytes.subarray(1))), "BLOCK_HEADER");
    }),
  );
  const good = encodeExtraData(expectOk(decodeBlock(built.block, params)).header.extra);
  assert.equal(good.toHex(), "01023700000000000000010000000000000000000000000190955100000000");
  const put = (at: number, ...bytes: number[]) => {
    const changed = good.slice();
    changed.set(bytes, at);
    return codeOf(decodeExtraData(changed));
  };
  assert.equal(put(0, 2), "BLOCK_HEADER");
  assert.equal(put(1, 3, 0xe8), "BLOCK_HEADER");
  assert.equal(put(1, 3, 0xe7), "ok");
  assert.equal(put(3, 0, 0x20), "BLOCK_HEADER");
  assert.equal(put(11, 0, 0x20), "BLOCK_HEADER");
});

test("K19: prevRandao hashes the parent and the view, or the seed alone", () => {
  const parent = built.info.digest;
  const tag = new TextEncoder().encode("KAIROS_RANDAO_V1");
  const preimage = Uint8Array.of(16, ...tag, ...Uint8Array.fromHex(parent), 0, 0, 0, 0, 0, 0, 1, 2);
  assert.equal(prevRandao(parent, view(258), undefined), keccak256(preimage).toHex());
  const seed = new Uint8Array(96).fill(3);
  assert.equal(prevRandao(parent, view(258), seed), keccak256(Uint8Array.of(16, ...tag, ...seed)).toHex());
});

test("a header encodes to the same bytes after decoding, whatever its numbers are", () => {
  const { header } = expectOk(decodeBlock(built.block, params));
  fc.assert(
    fc.property(fc.bigInt(0n, (1n << 64n) - 1n), fc.bigInt(0n, (1n << 256n) - 1n), (gasUsed, baseFeePerGas) => {
      const changed = { ...header, gasUsed, baseFeePerGas };
      const { block, headerBytes } = encodeBlock(changed, [], undefined);
      const read = expectOk(decodeBlock(block, params));
      assert.deepEqual(read.header, changed);
      assert.deepEqual(encodeHeader(read.header), headerBytes);
    }),
  );
});
