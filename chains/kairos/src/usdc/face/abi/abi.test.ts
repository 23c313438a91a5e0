import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address, Digest } from "@polis/codec";
import fc from "fast-check";
import { decodeAbiParameters, encodeAbiParameters, type Hex, toFunctionSelector } from "viem";
import type { BytesArgument } from "./calldata.ts";
import { type ArgumentType, decodeArguments } from "./decodeArguments.ts";
import { encodeValues } from "./encodeValues.ts";
import { selectorOf } from "./selector.ts";
import type { AbiTuple, AbiType } from "./types.ts";

const hexOf = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((value) => value.toHex());

const values: { readonly [T in AbiType]: fc.Arbitrary<unknown> } = {
  address: hexOf(20),
  bool: fc.boolean(),
  bytes: fc.uint8Array({ maxLength: 100 }),
  bytes32: hexOf(32),
  string: fc.string({ unit: "grapheme", maxLength: 50 }),
  uint256: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
  uint8: fc.integer({ min: 0, max: 255 }),
};

function tupleOf(types: readonly AbiType[]) {
  return fc
    .array(fc.constantFrom(...types), { minLength: 0, maxLength: 6 })
    .chain((chosen) => fc.tuple(fc.constant(chosen), fc.tuple(...chosen.map((type) => values[type]))));
}

/** Decodes plain bytes, with `bytes` arguments read. */
function decode<const T extends readonly ArgumentType[]>(types: T, input: Uint8Array): unknown[] | undefined {
  const calldata = { length: input.length, read: (at: number, length: number) => input.subarray(at, at + length) };
  const values = decodeArguments(types, calldata) as readonly unknown[] | undefined;
  return values?.map((value, i) => (types[i] === "bytes" ? (value as BytesArgument).read() : value));
}

const forViem = (type: AbiType, value: unknown) =>
  type === "address" || type === "bytes32"
    ? `0x${value}`
    : type === "bytes"
      ? `0x${(value as Uint8Array).toHex()}`
      : value;

test("encoding agrees with viem for all types", () => {
  const all = Object.keys(values) as AbiType[];
  fc.assert(
    fc.property(tupleOf(all), ([types, tuple]) => {
      const ours = encodeValues(types, tuple as unknown as AbiTuple<AbiType[]>);
      const theirs = encodeAbiParameters(
        types.map((type) => ({ type })),
        types.map((type, i) => forViem(type, tuple[i])) as never,
      );
      assert.equal(`0x${ours.toHex()}`, theirs);
    }),
  );
});

const argumentTypes: readonly ArgumentType[] = ["address", "bytes", "bytes32", "uint256", "uint8"];

test("decoding inverts encoding, ignores what follows, and refuses any shorter input", () => {
  fc.assert(
    fc.property(tupleOf(argumentTypes), fc.uint8Array({ maxLength: 40 }), ([chosen, tuple], more) => {
      const types = chosen as ArgumentType[];
      const encoded = encodeValues(types, tuple as unknown as AbiTuple<ArgumentType[]>);
      const longer = new Uint8Array([...encoded, ...more]);
      assert.deepEqual(decode(types, encoded), tuple);
      assert.deepEqual(decode(types, longer), tuple);
      // The padding of a last dynamic value may be missing, as Solidity has it.
      const padding = types.includes("bytes") ? 32 : 1;
      for (let end = 0; end <= encoded.length - padding; end++) {
        assert.equal(decode(types, encoded.subarray(0, end)), undefined);
      }
    }),
  );
});

test("random bytes decode as viem decodes them, or not at all", () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...argumentTypes), { maxLength: 3 }),
      fc.array(word(), { maxLength: 8 }),
      (types, words) => {
        const input = Uint8Array.fromHex(words.join(""));
        const ours = decode(types, input);
        if (ours === undefined || types.length === 0) return;
        // viem refuses an empty value whose length is the last word of the input, which Solidity accepts: one more
        // word behind the input, where both ignore it, takes this difference away.
        const theirs = decodeAbiParameters(
          types.map((type) => ({ type })),
          `0x${words.join("")}${"00".repeat(32)}` as Hex,
        ) as readonly unknown[];
        assert.deepEqual(
          types.map((type, i) => String(forViem(type, ours[i])).toLowerCase()),
          theirs.map((value) => String(value).toLowerCase()),
        );
      },
    ),
    { examples: [[["bytes"], ["00".repeat(32)]]] },
  );
});

function word(): fc.Arbitrary<string> {
  const small = fc.integer({ min: 0, max: 300 }).map((value) => value.toString(16).padStart(64, "0"));
  return fc.oneof(small, hexOf(32));
}

test("bits above a type's width are refused", () => {
  const word = (hex: string) => Uint8Array.fromHex(hex.padStart(64, "0"));
  assert.deepEqual(decode(["address"], word("11".repeat(20))), ["11".repeat(20) as Address]);
  assert.equal(decode(["address"], word(`1${"11".repeat(20)}`)), undefined);
  assert.equal(decode(["address"], word("80".padEnd(64, "0"))), undefined);
  assert.deepEqual(decode(["uint8"], word("ff")), [255]);
  assert.equal(decode(["uint8"], word("0100")), undefined);
  assert.deepEqual(decode(["bytes32"], word("ff".repeat(32))), ["ff".repeat(32) as Digest]);
});

test("offsets and lengths beyond the input are refused, at their edges and far beyond", () => {
  const word = (value: bigint) => value.toString(16).padStart(64, "0");
  const bytesAt = (offset: bigint, length: bigint, body: string) =>
    decode(["bytes"], Uint8Array.fromHex(word(offset) + word(length) + body));
  assert.deepEqual(bytesAt(32n, 2n, "aabb"), [Uint8Array.of(0xaa, 0xbb)]);
  assert.equal(bytesAt(32n, 3n, "aabb"), undefined);
  assert.equal(bytesAt(33n, 2n, "aabb"), undefined);
  assert.equal(bytesAt(64n, 2n, "aabb"), undefined);
  for (const huge of [2n ** 32n - 1n, 2n ** 32n, 2n ** 53n, 2n ** 64n, 2n ** 256n - 32n, 2n ** 256n - 1n]) {
    assert.equal(bytesAt(huge, 2n, "aabb"), undefined);
    assert.equal(bytesAt(32n, huge, "aabb"), undefined);
  }
});

test("selectors are those of Solidity", () => {
  for (const signature of ["transfer(address,uint256)", "permit(address,address,uint256,uint256,bytes)", "pause()"]) {
    assert.equal(`0x${selectorOf(signature).toString(16).padStart(8, "0")}`, toFunctionSelector(signature));
  }
});
