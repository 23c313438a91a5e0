import assert from "node:assert/strict";
import { test } from "node:test";
import { address, concatBytes, type Digest, encodeRlp, type RlpItem, rlpUint } from "@polis/codec";
import { ethereumAddress, keccak256, secp256k1 } from "@polis/crypto";
import fc from "fast-check";
import type { TransactionErrorName } from "../errors.ts";
import { ethereumFields } from "../testing/ethereumArbitrary.ts";
import { codeOf, expectEthereum, expectOk } from "../testing/expectOk.ts";
import { testGenesis, testSecret } from "../testing/genesisFixture.ts";
import { decodeTransaction, verifyTransaction } from "../transaction/decodeTransaction.ts";
import { encodeEthereum } from "./encodeEthereum.ts";
import { signEthereumTransaction } from "./signEthereum.ts";
import { signingDigest } from "./signingDigest.ts";
import type { EthereumType } from "./types.ts";

const { params } = testGenesis();
const secret = testSecret(1);
const sender = ethereumAddress(secp256k1.publicKey(secret)!);
const to = address("b0".repeat(20));
const types: readonly EthereumType[] = [0, 1, 2, 4];

for (const type of types) {
  test(`T1, T3: type ${type} decodes to what was signed, re-encodes to its bytes and proves its sender`, () => {
    fc.assert(
      fc.property(ethereumFields(type), (fields) => {
        const envelope = signEthereumTransaction(fields, secret);
        const decoded = expectEthereum(decodeTransaction(envelope, params));
        const { hash, intrinsicGas, yParity, signature, envelope: kept, ...read } = decoded;
        assert.deepEqual(read, fields);
        assert.equal(hash, keccak256(envelope).toHex());
        assert.equal(kept, envelope);
        assert.ok(intrinsicGas >= 21_000n);
        assert.deepEqual(encodeEthereum(decoded, yParity, signature), envelope);
        assert.equal(expectOk(verifyTransaction(decoded)).sender, sender);
      }),
      { numRuns: 40 },
    );
  });
}

test("decoding never throws on any bytes", () => {
  fc.assert(
    fc.property(fc.constantFrom(...types), fc.uint8Array({ maxLength: 300 }), (type, bytes) => {
      const list = encodeRlp([bytes.subarray(0, 20), [bytes], bytes.subarray(20)]);
      for (const body of [bytes, list]) {
        decodeTransaction(type === 0 ? body : concatBytes(Uint8Array.of(type), body), params);
      }
    }),
    { numRuns: 300 },
  );
});

test("a changed byte is refused or means another transaction", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...types).chain(ethereumFields),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (fields, at, flip) => {
        const envelope = signEthereumTransaction(fields, secret);
        const changed = envelope.slice();
        changed[at % changed.length]! ^= flip;
        const decoded = decodeTransaction(changed, params);
        if (!decoded.ok || decoded.value.type === 0x4b) return;
        const again = encodeEthereum(decoded.value, decoded.value.yParity, decoded.value.signature);
        assert.deepEqual(again, changed);
        const proved = verifyTransaction(decoded.value);
        assert.ok(!proved.ok || proved.value.sender !== sender);
      },
    ),
    { numRuns: 100 },
  );
});

const plain = {
  type: 2,
  chainId: 52470n,
  nonce: 7n,
  gas: 21_000n,
  maxFeePerGas: 9n,
  maxPriorityFeePerGas: 1n,
  to,
  value: 5n,
  data: new Uint8Array(0),
  accessList: [],
  authorizations: [],
} as const;

test("frozen vectors of the four types", () => {
  const hashOf = (fields: Parameters<typeof signEthereumTransaction>[0]) =>
    keccak256(signEthereumTransaction(fields, secret)).toHex();
  const tuple = { chainId: 0n, address: to, nonce: 1n, yParity: 0, signature: new Uint8Array(64).fill(1) };
  assert.deepEqual(
    [
      hashOf({ ...plain, type: 0, maxPriorityFeePerGas: 9n }),
      hashOf({ ...plain, type: 1, maxPriorityFeePerGas: 9n, accessList: [{ address: to, slots: [] }] }),
      hashOf(plain),
      hashOf({ ...plain, type: 4, authorizations: [tuple] }),
    ],
    frozen,
  );
});

const frozen: readonly string[] = [
  "b6a66f833c4dde1e25d23e14950748d4445398de641153fa06fc6066486b7faa",
  "f155de520f8d9f8f7c625de9bdda89ae452f1bbcff7652244158f334dc59a201",
  "9f276eb33d4f084765aae2a09900f9e0f81bddd4aa3673c4120792f3dc9f2b43",
  "d86455cfc904d761323e48fae9b359a54fb1bd424ac8499a9b78b40a3ce36086",
];

/** Items of a valid type 2 transaction, one replaced. */
function withItem(at: number, item: RlpItem | undefined): Uint8Array {
  const zero = new Uint8Array(0);
  const signed = secp256k1.sign(signingDigest(plain), secret)!;
  const items: RlpItem[] = [
    rlpUint(52470n),
    rlpUint(7n),
    rlpUint(1n),
    rlpUint(9n),
    rlpUint(21_000n),
    Uint8Array.fromHex(to),
    rlpUint(5n),
    zero,
    [],
    rlpUint(signed.recovery),
    signed.signature.slice(0, 32),
    signed.signature.slice(32),
  ];
  if (item === undefined) items.splice(at, 1);
  else items[at] = item;
  return concatBytes(Uint8Array.of(2), encodeRlp(items));
}

const bytes = (length: number) => new Uint8Array(length).fill(1);
const refused: readonly (readonly [string, TransactionErrorName, number, RlpItem | undefined])[] = [
  ["a missing field", "INVALID_FORMAT", 8, undefined],
  ["another chain", "WRONG_CHAIN", 0, rlpUint(1n)],
  ["a chain id with a leading zero", "INVALID_FORMAT", 0, Uint8Array.of(0, 1)],
  ["a nonce of 2^64-1", "INVALID_FORMAT", 1, bytes(8).fill(255)],
  ["a nonce of nine bytes", "INVALID_FORMAT", 1, bytes(9)],
  ["a tip above the fee", "INVALID_FORMAT", 2, rlpUint(10n)],
  ["a fee of 33 bytes", "INVALID_FORMAT", 3, bytes(33)],
  ["a fee that is a list", "INVALID_FORMAT", 3, []],
  ["a gas limit below the intrinsic gas", "LIMIT_EXCEEDED", 4, rlpUint(20_999n)],
  ["a gas limit above tx.maxGas", "LIMIT_EXCEEDED", 4, rlpUint(60_000_001n)],
  ["a recipient of 19 bytes", "INVALID_FORMAT", 5, bytes(19)],
  ["a recipient that is a list", "INVALID_FORMAT", 5, []],
  ["a value of 33 bytes", "INVALID_FORMAT", 6, bytes(33)],
  ["data that is a list", "INVALID_FORMAT", 7, []],
  ["an access list of bytes", "INVALID_FORMAT", 8, bytes(3)],
  ["an access list entry of one item", "INVALID_FORMAT", 8, [[bytes(20)]]],
  ["an access list address of 19 bytes", "INVALID_FORMAT", 8, [[bytes(19), []]]],
  ["an access list slot of 31 bytes", "INVALID_FORMAT", 8, [[bytes(20), [bytes(31)]]]],
  ["a yParity of 2", "INVALID_FORMAT", 9, rlpUint(2)],
  ["an r of 33 bytes", "INVALID_FORMAT", 10, bytes(33)],
  ["an s with a leading zero", "INVALID_FORMAT", 11, Uint8Array.of(0, 1)],
];
for (const [name, code, at, item] of refused) {
  test(`T1, T2, T6, T7: ${name} is refused`, () => {
    assert.equal(codeOf(decodeTransaction(withItem(at, item), params)), code);
  });
}

test("T3: s above N/2, r of zero and a foreign signature do not prove the sender", () => {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const good = expectEthereum(decodeTransaction(signEthereumTransaction(plain, secret), params));
  const s = BigInt(`0x${good.signature.subarray(32).toHex()}`);
  for (const item of [rlpUint(order - s), rlpUint(order), new Uint8Array(0)]) {
    const decoded = expectEthereum(decodeTransaction(withItem(11, item), params));
    assert.equal(codeOf(verifyTransaction(decoded)), "INVALID_SIGNATURE");
  }
  const other = expectEthereum(decodeTransaction(withItem(6, rlpUint(6n)), params));
  const proved = verifyTransaction(other);
  assert.ok(!proved.ok || proved.value.sender !== sender);
});

test("7.1: blob and unknown types are refused by name", () => {
  const detail = (type: number) => {
    const decoded = decodeTransaction(Uint8Array.of(type, 0xc0), params);
    return decoded.ok ? "accepted" : decoded.fault.detail;
  };
  assert.match(detail(3)!, /blob transactions are not supported on this chain$/);
  for (const type of [0, 5, 0x7f]) assert.match(detail(type)!, /unknown type/);
});

test("7.1: a legacy transaction without a chain id needs the switch or its hash in genesis", () => {
  const envelope = signEthereumTransaction({ ...plain, type: 0, chainId: 0n, maxPriorityFeePerGas: 9n }, secret);
  const decoded = decodeTransaction(envelope, params);
  assert.ok(!decoded.ok);
  assert.match(decoded.fault.detail!, /only replay-protected \(EIP-155\) transactions are accepted/);
  const hash = keccak256(envelope).toHex();
  for (const tx of [{ allowUnprotected: true }, { unprotected: [`0x${hash}`] }]) {
    const open = testGenesis({ fields: { tx } }).params;
    const transaction = expectEthereum(decodeTransaction(envelope, open));
    assert.equal(transaction.chainId, 0n);
    assert.equal(expectOk(verifyTransaction(transaction)).sender, sender);
  }
});

test("EIP-2930: a long access list reads as it was signed, and one beyond the limit is refused", () => {
  const slots = Array.from({ length: 400 }, (_, i) => i.toString(16).padStart(64, "0") as Digest);
  const accessList = [
    { address: to, slots },
    { address: to, slots: [] },
  ];
  const draft = { ...plain, gas: 20_000_000n, accessList };
  const decoded = expectEthereum(decodeTransaction(signEthereumTransaction(draft, secret), params));
  assert.deepEqual(decoded.accessList, accessList);
  assert.equal(expectOk(verifyTransaction(decoded)).sender, sender);
  const wide = testGenesis({ fields: { tx: { maxBytes: 1_000_000 } } }).params;
  const many = Array.from({ length: 8_193 }, () => ({ address: to, slots: [] }));
  const refused = decodeTransaction(signEthereumTransaction({ ...draft, accessList: many }, secret), wide);
  assert.equal(codeOf(refused), "INVALID_FORMAT");
});

test("EIP-7702: a long list of authorizations reads as it was signed, and only its bytes are kept", () => {
  const tiny = Uint8Array.from({ length: 64 }, (_, i) => (i % 32 === 31 ? 1 : 0));
  const tuple = (nonce: number) => ({ chainId: 0n, address: to, nonce: BigInt(nonce), yParity: 0, signature: tiny });
  const draft = (count: number) => {
    const authorizations = Array.from({ length: count }, (_, i) => tuple(i));
    return { ...plain, type: 4, gas: 60_000_000n, authorizations } as const;
  };
  const long = draft(2_048);
  const envelope = signEthereumTransaction(long, secret);
  assert.ok(envelope.length < 30 * 2_048);
  const decoded = expectEthereum(decodeTransaction(envelope, params));
  assert.deepEqual(decoded.authorizations, long.authorizations);
  assert.notEqual(decoded.authorizations, decoded.authorizations, "read anew each time");
  assert.equal(expectOk(verifyTransaction(decoded)).sender, sender);
  const short = expectEthereum(decodeTransaction(signEthereumTransaction(draft(16), secret), params));
  assert.equal(short.authorizations, short.authorizations);
  assert.equal(codeOf(decodeTransaction(signEthereumTransaction(draft(2_049), secret), params)), "INVALID_FORMAT");
});

test("EIP-3860, EIP-7702: init code and lists are bounded", () => {
  const code = (fields: object) =>
    codeOf(decodeTransaction(signEthereumTransaction({ ...plain, gas: 60_000_000n, ...fields }, secret), params));
  assert.equal(code({ to: undefined, data: new Uint8Array(49_152) }), "ok");
  assert.equal(code({ to: undefined, data: new Uint8Array(49_153) }), "LIMIT_EXCEEDED");
  assert.equal(code({ type: 4, authorizations: [] }), "INVALID_FORMAT");
  assert.equal(code({ type: 4, to: undefined, authorizations: [] }), "INVALID_FORMAT");
});
