import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesToHex0x, epoch, millis, validatorIndex, view } from "@polis/codec";
import { bls, encodeSeedPayload } from "@polis/crypto";
import { createKairosLedger } from "../ledger/createKairosLedger.ts";
import { codeOf, expectOk } from "../testing/expectOk.ts";
import { testGenesis, testGenesisDocument, testSecret } from "../testing/genesisFixture.ts";
import { createMemoryStore } from "../testing/memoryStore.ts";
import { seedOfGenesis } from "./checkSeed.ts";
import { decodeBlock, encodeBlock } from "./envelope.ts";
import { prevRandao } from "./prevRandao.ts";

const secret = bls.keygen(testSecret(1));
const groupKey = bytesToHex0x(bls.publicKey(secret)!);
const validator = (testGenesisDocument().validators as Record<string, unknown>[])[0]!;
const genesis = testGenesis({
  fields: {
    scheme: "threshold",
    randomness: "seed",
    leader: "random",
    groupKeyM: groupKey,
    groupKeyL: groupKey,
    validators: [
      { ...validator, shareKeyM: groupKey, shareKeyL: bytesToHex0x(bls.publicKey(bls.keygen(testSecret(2)))!) },
    ],
  },
});
const open = () => createKairosLedger({ genesis, store: createMemoryStore() });
const ledger = open();
const seedOf = (at: number) => bls.sign(encodeSeedPayload(ledger.genesisDigest, epoch(0), view(at)), secret)!;

function buildAt(at: number, prevSeed: Uint8Array) {
  return open().build({
    view: view(at),
    leader: validatorIndex(0),
    parentDigest: ledger.genesisDigest,
    parentView: view(0),
    timeMs: millis(1000),
    prevSeed,
  });
}

test("B7, K18: seed(0) is the genesis hash three times, and later seeds verify under the group key", () => {
  const first = buildAt(1, seedOfGenesis(ledger.genesisDigest));
  assert.equal(codeOf(open().execute(first.block, validatorIndex(0))), "ok");
  const later = buildAt(3, seedOf(2));
  const info = expectOk(open().execute(later.block, validatorIndex(0)));
  assert.deepEqual(info.prevSeed, seedOf(2));
});

test("B7: a seed of another view, a wrong seed(0) and a seed that does not fit mixHash are refused", () => {
  for (const [at, seed] of [
    [3, seedOf(1)],
    [3, seedOfGenesis(ledger.genesisDigest)],
    [1, seedOf(0)],
    [3, new Uint8Array(96)],
  ] as const) {
    assert.equal(codeOf(open().execute(buildAt(at, seed).block, validatorIndex(0))), "BLOCK_RANDAO");
  }
  const { header } = expectOk(decodeBlock(buildAt(3, seedOf(2)).block, genesis.params));
  const swapped = encodeBlock(header, [], seedOf(4)).block;
  assert.equal(codeOf(open().execute(swapped, validatorIndex(0))), "BLOCK_RANDAO");
  const hashed = encodeBlock({ ...header, mixHash: prevRandao(header.parentHash, view(3), undefined) }, [], seedOf(2));
  assert.equal(codeOf(open().execute(hashed.block, validatorIndex(0))), "BLOCK_RANDAO");
});

test("B1: with seeds an envelope carries exactly 96 bytes", () => {
  const { header } = expectOk(decodeBlock(buildAt(3, seedOf(2)).block, genesis.params));
  for (const seed of [undefined, new Uint8Array(95), new Uint8Array(97)]) {
    assert.equal(codeOf(decodeBlock(encodeBlock(header, [], seed).block, genesis.params)), "BLOCK_FORMAT");
  }
});
