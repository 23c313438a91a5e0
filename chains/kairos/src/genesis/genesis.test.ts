import assert from "node:assert/strict";
import { test } from "node:test";
import { digestOf } from "@polis/codec";
import { bls, keccak256 } from "@polis/crypto";
import fc from "fast-check";
import { faceAddress, predeploys } from "../addresses.ts";
import { decodeBlock } from "../block/envelope.ts";
import { emptyTrieRoot } from "../block/header.ts";
import { expectOk } from "../testing/expectOk.ts";
import { testGenesis, testGenesisDocument, testSigner } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";
import { blacklistSlot, faceCode, faceSlot } from "../usdc/faceSlots.ts";
import { canonicalJson, type Json } from "./canonicalJson.ts";
import { genesisBlock } from "./genesisBlock.ts";
import { genesisDocument } from "./genesisDocument.ts";
import { GenesisError } from "./genesisError.ts";
import { parseGenesis } from "./parseGenesis.ts";

const funded = [testSigner(1).address, testSigner(2).address];

function problemsOf(fields: Record<string, unknown>, fixture: { n?: number; f?: number } = {}): readonly string[] {
  try {
    parseGenesis(testGenesisDocument({ funded, ...fixture, fields }));
  } catch (error) {
    assert.ok(error instanceof GenesisError);
    assert.equal(error.code, "GENESIS_INVALID");
    assert.ok(error.hint.length > 0);
    return error.problems;
  }
  return [];
}

test("defaults are those of kairos 5.5 and 8", () => {
  const { params, maxViewLead, scheme, leader, usdc } = testGenesis();
  assert.deepEqual(params.block, { gasLimit: 60_000_000n, maxBytes: 2_097_152, maxTransactions: 10_000 });
  assert.deepEqual(params.tx, {
    maxBytes: 131_072,
    maxGas: 60_000_000n,
    allowUnprotected: false,
    unprotected: [],
    paymentKinds: [0, 1, 2],
  });
  assert.deepEqual(params.fees, {
    targetGas: 30_000_000n,
    floor: 47_619_047_620n,
    cap: 476_190_476_190n,
    initial: 47_619_047_620n,
    smoothing: 8n,
    changeDivisor: 16n,
  });
  assert.deepEqual(
    [maxViewLead, params.hardfork, scheme, leader, params.randomness],
    [64, "prague", "multisig", "round-robin", "hash"],
  );
  assert.deepEqual([usdc.name, usdc.symbol, usdc.version], ["USDC", "USDC", "2"]);
  assert.equal(testGenesis({ fields: { hardfork: "osaka" } }).params.tx.maxGas, 16_777_216n);
});

test("the complete document is read back to the same genesis and the same hash", () => {
  const genesis = testGenesis({ n: 6, f: 1, funded });
  const document = genesisDocument(genesis);
  assert.deepEqual(parseGenesis(document), genesis);
  assert.deepEqual(parseGenesis(JSON.stringify(document)), genesis);
  assert.equal(genesisBlock(parseGenesis(document)).digest, genesisBlock(genesis).digest);
});

test("spelling does not change the network, meaning does", () => {
  const base = testGenesisDocument({ funded });
  const hash = genesisBlock(parseGenesis(base)).digest;
  const reversed = Object.fromEntries(Object.entries(base).reverse());
  assert.equal(genesisBlock(parseGenesis(reversed)).digest, hash);
  const upper = { ...base, treasury: `0x${"7E".repeat(20)}`, epoch: 0, hardfork: "prague" };
  assert.equal(genesisBlock(parseGenesis(upper)).digest, hash);
  const changes: readonly Record<string, unknown>[] = [
    { chainId: 52471 },
    { timestamp: 1 },
    { epoch: 1 },
    { maxViewLead: 65 },
    { treasury: `0x${"7f".repeat(20)}` },
    { hardfork: "osaka" },
    { hardfork: { osaka: 5 } },
    { fees: { smoothing: "9" } },
    { usdc: { name: "Test USDC" } },
    { alloc: {} },
  ];
  const hashes = changes.map((change) => genesisBlock(parseGenesis({ ...base, ...change })).digest);
  assert.equal(new Set([hash, ...hashes]).size, changes.length + 1);
});

test("the genesis block commits to the document and to the state", () => {
  const genesis = testGenesis({ n: 6, f: 1, funded });
  const { header, digest, block, info, state } = genesisBlock(genesis);
  const json = canonicalJson(genesisDocument(genesis));
  assert.equal(header.mixHash, digestOf(keccak256(new TextEncoder().encode(json))));
  assert.equal(header.parentHash, "0".repeat(64));
  assert.equal(header.transactionsRoot, emptyTrieRoot);
  assert.equal(header.baseFeePerGas, genesis.params.fees.initial);
  assert.deepEqual(header.extra, { millisecond: 0, view: 0, parentView: 0, smoothedGas: 30_000_000n, epoch: 0 });
  assert.deepEqual([info.height, info.view, info.timeMs], [0, 0, 0]);
  assert.equal(expectOk(decodeBlock(block, genesis.params)).digest, digest);
  assert.deepEqual(state.supply, { minted: 2_000_000_000n, burned: 0n });
  assert.equal(digest, "6848ceb8d7848d0e2803d623b7dd5e170556a3340ca5b1ebdeb8b49310f8d96f");
});

test("U11, U12: the face holds roles, supply and its own place on the blacklist", () => {
  const owner = testSigner(5).address;
  const fields = {
    usdc: { roles: { owner: `0x${owner}` }, paused: true, blacklisted: [`0x${testSigner(6).address}`] },
  };
  const chain = createTestChain(testGenesis({ funded, fields }));
  const state = chain.core.states.at(chain.first.digest)!;
  const face = state.account(faceAddress)!;
  assert.equal(face.nonce, 1n);
  assert.equal(face.balance, 0n);
  assert.deepEqual(state.code(face.codeHash), faceCode);
  assert.equal(state.storage(faceAddress, faceSlot.owner), BigInt(`0x${owner}`));
  assert.equal(state.storage(faceAddress, faceSlot.masterMinter), 0n);
  assert.equal(state.storage(faceAddress, faceSlot.paused), 1n);
  assert.equal(state.storage(faceAddress, faceSlot.totalMinted), 2_000_000_000n);
  for (const account of [faceAddress, testSigner(6).address]) {
    assert.equal(state.storage(faceAddress, blacklistSlot(account)), 1n);
  }
  assert.equal(state.storage(faceAddress, blacklistSlot(owner)), 0n);
});

test("U11: mappings are laid out as Solidity does", () => {
  const account = testSigner(1).address;
  const preimage = Uint8Array.fromHex(`${"00".repeat(12)}${account}${"00".repeat(31)}13`);
  assert.equal(blacklistSlot(account), keccak256(preimage).toHex());
});

const good = testGenesisDocument({ n: 6, f: 1 }).validators as Record<string, unknown>[];
const changed = (changes: Record<string, unknown>) => ({ validators: [{ ...good[0], ...changes }, ...good.slice(1)] });
const refused: readonly (readonly [string, RegExp, Record<string, unknown>])[] = [
  ["an unknown field", /blockGas is not a known field/, { blockGas: 1 }],
  ["an unknown nested field", /fees\.flor is not a known field/, { fees: { flor: "1" } }],
  ["a chain id of zero", /chainId is 0/, { chainId: 0 }],
  ["a missing chain id", /chainId is missing/, { chainId: undefined }],
  ["a fractional number", /timestamp is 1\.5/, { timestamp: 1.5 }],
  ["n below 5f+1", /n >= 5f\+1/, { n: 5, f: 1 }],
  ["n other than the list's length", /6 entries and n is 7/, { n: 7 }],
  ["a repeated BLS key", /validators\[0\]\.blsPublicKey|repeats/, changed({ blsPublicKey: good[1]!.blsPublicKey })],
  ["a repeated p2p key", /repeats/, changed({ p2pPublicKey: good[1]!.p2pPublicKey })],
  ["the identity point", /not a point of G1/, changed({ blsPublicKey: `0xc0${"00".repeat(47)}` })],
  ["a zero fee address", /feeAddress must not be/, changed({ feeAddress: `0x${"00".repeat(20)}` })],
  ["the face as fee address", /feeAddress must not be/, changed({ feeAddress: `0x${faceAddress}` })],
  ["a short key", /validators\[0\]\.p2pPublicKey/, changed({ p2pPublicKey: "0x00" })],
  ["a missing key", /validators\[0\]\.p2pPublicKey is missing/, changed({ p2pPublicKey: undefined })],
  ["share keys with multisig", /shareKeyM and shareKeyL/, changed({ shareKeyM: good[0]!.blsPublicKey })],
  ["missing possession proofs beyond local", /needs blsPop and p2pBinding/, { network: "devnet" }],
  ["a zero treasury", /treasury must not be/, { treasury: `0x${"00".repeat(20)}` }],
  ["a predeployed treasury", /treasury must not be/, { treasury: `0x${predeploys.multicall3}` }],
  [
    "an allocation to zero",
    /the zero address holds no balance/,
    { alloc: { [`0x${"00".repeat(20)}`]: { balance: "1" } } },
  ],
  [
    "an allocation to the face",
    /native contract holds no balance/,
    { alloc: { [`0x${faceAddress}`]: { balance: "1" } } },
  ],
  ["a sum with dust", /multiple of 10\^12/, { alloc: { [`0x${funded[0]}`]: { balance: "1000000000001" } } }],
  ["a key of alloc that is no address", /the key must be/, { alloc: { abc: { balance: "1" } } }],
  ["a negative balance", /balance is "-1"/, { alloc: { [`0x${funded[0]}`]: { balance: "-1" } } }],
  ["seed randomness with multisig", /requires scheme "threshold"/, { randomness: "seed" }],
  ["random leaders without seeds", /requires randomness "seed"/, { leader: "random" }],
  ["threshold without share keys", /shareKeyM and shareKeyL are required/, { scheme: "threshold" }],
  ["a floor above the initial fee", /fees\.floor <= fees\.initial/, { fees: { initial: "1" } }],
  ["a target above the gas limit", /fees\.targetGas/, { fees: { targetGas: "60000001" } }],
  ["a gas limit below one payment", /block\.gasLimit/, { block: { gasLimit: "20999" }, fees: { targetGas: "1" } }],
  ["an unknown payment kind", /tx\.paymentKinds/, { tx: { paymentKinds: [0, 3] } }],
  [
    "a blacklisted owner",
    /owner must not be/,
    { usdc: { roles: { owner: `0x${funded[0]}` }, blacklisted: [`0x${funded[0]}`] } },
  ],
  ["a hard fork without its time", /hardfork\.osaka/, { hardfork: {} }],
  ["an unknown hard fork", /hardfork/, { hardfork: { berlin: 5 } }],
  ["a gas limit above Osaka's cap", /tx\.maxGas/, { hardfork: "osaka", tx: { maxGas: "16777217" } }],
  ["a predeploy without code", /needs code/, { predeploys: { [`0x${predeploys.channels}`]: {} } }],
  [
    "a predeploy elsewhere",
    /not an address of a predeployed/,
    { predeploys: { [`0x${funded[0]}`]: { code: "0x00" } } },
  ],
];
for (const [name, expected, fields] of refused) {
  test(`K8: ${name} is refused`, () => {
    const problems = problemsOf(fields, { n: 6, f: 1 });
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      problems.join("; ") || "accepted",
    );
  });
}

test("all problems are reported together", () => {
  assert.equal(problemsOf({ chainId: 0, treasury: "x", nonsense: 1, n: "six" }, { n: 6, f: 1 }).length, 4);
});

test("text that is not JSON is a mistake of a person, not a crash", () => {
  assert.throws(() => parseGenesis("{"), GenesisError);
  assert.throws(() => parseGenesis("[]"), GenesisError);
  assert.throws(() => parseGenesis(undefined), GenesisError);
});

test("one validator is a network", () => {
  assert.equal(testGenesis({ n: 1, f: 0 }).validators.length, 1);
  assert.ok(bls.parsePublicKey(testGenesis().validators[0]!.blsPublicKey) !== undefined);
});

test("canonical JSON depends on no order of keys and parses back", () => {
  const value = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { depthSize: "small" },
      fc.string(),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.array(tie("json"), { maxLength: 4 }),
      fc.dictionary(fc.string(), tie("json"), { maxKeys: 4 }),
    ),
  })).json;
  const reverse = (json: Json): Json => {
    if (Array.isArray(json)) return json.map(reverse);
    if (typeof json !== "object") return json;
    return Object.fromEntries(
      Object.entries(json)
        .reverse()
        .map(([key, item]) => [key, reverse(item as Json)]),
    );
  };
  fc.assert(
    fc.property(value, (json) => {
      const text = canonicalJson(json);
      assert.equal(canonicalJson(JSON.parse(text)), text);
      assert.equal(canonicalJson(reverse(json)), text);
    }),
  );
  assert.equal(canonicalJson({ b: [1, "x"], a: { d: true, c: undefined } }), '{"a":{"d":true},"b":[1,"x"]}');
  assert.throws(() => canonicalJson(0.5), RangeError);
});
