import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, encodeRlp, type RlpItem, rlpUint, usdc18 } from "@polis/codec";
import fc from "fast-check";
import { decodeSlimAccount, encodeAccount, encodeSlimAccount } from "./account.ts";
import { ByteArena } from "./arena.ts";
import { storageBytes, storageLeaf, storageValue } from "./storageValue.ts";
import { emptyCodeHash, emptyRoot } from "./trie/emptyTrieRoot.ts";
import type { Account } from "./types.ts";

const hash = (empty: Digest) =>
  fc.oneof(
    fc.constant(empty),
    fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toHex() as Digest),
  );
const account: fc.Arbitrary<Account> = fc.record(
  {
    nonce: fc.oneof(fc.constantFrom(0n, 1n, 127n, 128n, 255n, 256n), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })),
    balance: fc.oneof(fc.constantFrom(0n, 127n, 128n), fc.bigInt({ min: 0n, max: (1n << 256n) - 1n })).map(usdc18),
    storageRoot: hash(emptyRoot),
    codeHash: hash(emptyCodeHash),
  },
  { noNullPrototype: true },
);

test("account rows round-trip, and the trie value is Ethereum's", () => {
  fc.assert(
    fc.property(account, (one) => {
      assert.deepEqual(decodeSlimAccount(encodeSlimAccount(one)), one);
      const fields = [
        rlpUint(one.nonce),
        rlpUint(one.balance),
        Uint8Array.fromHex(one.storageRoot),
        Uint8Array.fromHex(one.codeHash),
      ];
      assert.equal(encodeAccount(new ByteArena(), one).toHex(), encodeRlp(fields).toHex());
    }),
    { numRuns: 300 },
  );
});

test("frozen bytes of account rows", () => {
  const plain = { nonce: 5n, balance: usdc18(10n ** 18n), storageRoot: emptyRoot, codeHash: emptyCodeHash };
  assert.equal(encodeSlimAccount(plain).toHex(), "cc880de0b6b3a7640000058080");
  const contract = { ...plain, storageRoot: "11".repeat(32) as Digest, codeHash: "22".repeat(32) as Digest };
  assert.equal(encodeSlimAccount(contract).toHex(), `f84c880de0b6b3a764000005a0${"22".repeat(32)}a0${"11".repeat(32)}`);
});

test("each malformed field of an account row is refused", () => {
  const none = new Uint8Array(0);
  const word = new Uint8Array(32).fill(9);
  const refused: Record<string, RlpItem> = {
    "not a list": word,
    "three fields": [none, none, none],
    "five fields": [none, none, none, none, none],
    "balance of 33 bytes": [new Uint8Array(33).fill(1), none, none, none],
    "balance with a leading zero": [Uint8Array.of(0, 1), none, none, none],
    "nonce of 9 bytes": [none, new Uint8Array(9).fill(1), none, none],
    "short code hash": [none, none, word.subarray(1), none],
    "empty code hash spelled out": [none, none, Uint8Array.fromHex(emptyCodeHash), none],
    "long storage root": [none, none, none, new Uint8Array(33).fill(1)],
    "storage root a list": [none, none, none, []],
  };
  for (const [name, item] of Object.entries(refused)) assert.equal(decodeSlimAccount(encodeRlp(item)), undefined, name);
});

test("storage values round-trip as rows, and leaves are their RLP", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.constantFrom(1n, 127n, 128n, 255n), fc.bigInt({ min: 1n, max: (1n << 256n) - 1n })),
      (value) => {
        assert.equal(storageValue(storageBytes(value)), value);
        assert.equal(storageLeaf(value).toHex(), encodeRlp(rlpUint(value)).toHex());
      },
    ),
  );
  assert.equal(storageValue(undefined), 0n);
});
