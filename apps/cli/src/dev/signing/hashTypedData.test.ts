import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { hashTypedData as theirs } from "viem";
import { hashTypedData, TypedDataError } from "./hashTypedData.ts";

/** The example of EIP-712. */
const mail = {
  types: {
    EIP712Domain: [
      { name: "name", type: "string" },
      { name: "version", type: "string" },
      { name: "chainId", type: "uint256" },
      { name: "verifyingContract", type: "address" },
    ],
    Person: [
      { name: "name", type: "string" },
      { name: "wallet", type: "address" },
    ],
    Mail: [
      { name: "from", type: "Person" },
      { name: "to", type: "Person" },
      { name: "contents", type: "string" },
    ],
  },
  primaryType: "Mail",
  domain: {
    name: "Ether Mail",
    version: "1",
    chainId: 1,
    verifyingContract: "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC",
  },
  message: {
    from: { name: "Cow", wallet: "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826" },
    to: { name: "Bob", wallet: "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB" },
    contents: "Hello, Bob!",
  },
} as const;

test("the example of EIP-712 has its published digest", () => {
  assert.equal(hashTypedData(mail).toHex(), "be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
});

test("documents of many types have the digest of another implementation", () => {
  const hex = (bytes: number) =>
    fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((b) => `0x${b.toHex()}` as const);
  const leaf = fc.record({ a: fc.bigInt({ min: -128n, max: 127n }), b: hex(4), c: fc.boolean() });
  const value = fc.record({
    who: hex(20),
    text: fc.string(),
    data: fc.uint8Array({ maxLength: 40 }).map((b) => `0x${b.toHex()}` as const),
    amount: fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }),
    leaves: fc.array(leaf, { maxLength: 3 }),
    grid: fc.array(fc.array(fc.nat(), { minLength: 2, maxLength: 2 }), { maxLength: 3 }),
  });
  const types = {
    Tree: [
      { name: "who", type: "address" },
      { name: "text", type: "string" },
      { name: "data", type: "bytes" },
      { name: "amount", type: "uint256" },
      { name: "leaves", type: "Leaf[]" },
      { name: "grid", type: "uint64[2][]" },
    ],
    Leaf: [
      { name: "a", type: "int8" },
      { name: "b", type: "bytes4" },
      { name: "c", type: "bool" },
    ],
  };
  fc.assert(
    fc.property(value, (message) => {
      const document = { types, primaryType: "Tree" as const, domain: { name: "X", chainId: 31337n }, message };
      const json = JSON.parse(JSON.stringify(document, (_, v) => (typeof v === "bigint" ? v.toString() : v)));
      // biome-ignore lint/suspicious/noExplicitAny: the other library's types follow the document's literal types.
      assert.equal(`0x${hashTypedData(json).toHex()}`, theirs(document as any));
    }),
    { numRuns: 60 },
  );
});

test("what is not such a document is refused in words", () => {
  const faults: [unknown, RegExp][] = [
    [null, /document must be an object/],
    [{ ...mail, types: 1 }, /types must be an object/],
    [{ ...mail, primaryType: "Letter" }, /type Letter is not defined/],
    [{ ...mail, message: { ...mail.message, contents: 5 } }, /Mail.contents must be a string/],
    [{ ...mail, domain: { ...mail.domain, chainId: -1 } }, /chainId is not a uint256/],
    [{ ...mail, types: { ...mail.types, Mail: [{ name: "contents", type: "float" }] } }, /type float/],
    [{ ...mail, types: { ...mail.types, Mail: [{ name: "from", type: "Mail[2]" }] } }, /must be a list/],
  ];
  for (const [document, pattern] of faults) assert.throws(() => hashTypedData(document), pattern);
  fc.assert(
    fc.property(fc.jsonValue(), (document) => {
      try {
        hashTypedData(document);
      } catch (error) {
        assert.ok(error instanceof TypedDataError);
      }
    }),
  );
});

test("a type that contains itself ends where its values end, and deep values are refused", () => {
  const types = { Node: [{ name: "next", type: "Node" }] };
  let message: unknown = {};
  for (let i = 0; i < 100; i++) message = { next: message };
  assert.throws(() => hashTypedData({ types, primaryType: "Node", domain: {}, message }), /nested deeper/);
  const small = { types, primaryType: "Node" as const, domain: {}, message: { next: { next: null } } };
  assert.equal(hashTypedData(small).length, 32);
});
