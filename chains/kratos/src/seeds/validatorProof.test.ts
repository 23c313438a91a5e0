import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { digest, epoch } from "@polis/codec";
import { decodeHeartbeat, encodeHeartbeat } from "./heartbeat.ts";
import { genesisHash, peerIdOf, secretOf, signedBy } from "./testing/claims.ts";
import { encodeValidatorProof, isValidatorProof, judgeValidatorProof, signValidatorProof } from "./validatorProof.ts";

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, "seeds.vectors.json"), "utf8")) as Record<
  string,
  string
>;
const claim = { genesisHash, peerId: peerIdOf(1), epoch: epoch(3) };
const known = { epoch: epoch(3), accounts: new Set([peerIdOf(50)]) };
const bodyOf = (changes = {}, key = 50) =>
  encodeValidatorProof(signValidatorProof({ ...claim, ...changes }, secretOf(key)));

function verdict(body: Uint8Array, validators: typeof known | undefined = known): string {
  const judged = judgeValidatorProof(body, genesisHash, validators);
  return judged.ok ? "accepted" : judged.fault.code;
}

test("the frozen encoding", () => {
  assert.equal(bodyOf().toHex(), vectors.validatorProof);
});

test("the key of an active validator proves its peer in its epoch and in the next", () => {
  const judged = judgeValidatorProof(bodyOf(), genesisHash, known);
  assert.ok(judged.ok);
  assert.equal(judged.value.peerId, peerIdOf(1));
  assert.equal(verdict(bodyOf(), { ...known, epoch: epoch(4) }), "accepted");
  assert.equal(verdict(bodyOf(), { ...known, epoch: epoch(5) }), "StaleProof");
  assert.equal(verdict(bodyOf({ epoch: epoch(9) })), "StaleProof");
});

test("I46: a forged proof is rejected", () => {
  assert.equal(verdict(bodyOf({}, 51)), "UnknownValidator");
  assert.equal(verdict(bodyOf({ genesisHash: digest("77".repeat(32)) })), "WrongGenesis");
  const body = bodyOf();
  for (const at of [40, 72, 100, 110, 150]) {
    assert.equal(verdict(body.with(at, body[at]! ^ 1)), "InvalidSignature", String(at));
  }
  assert.equal(verdict(body.subarray(1)), "MalformedFrame");
  assert.equal(verdict(Uint8Array.from([...body, 0])), "MalformedFrame");
  assert.equal(verdict(body.with(0, 3)), "UnknownVersion");
});

test("without a node to ask no proof counts", () => {
  const judged = judgeValidatorProof(bodyOf(), genesisHash, undefined);
  assert.equal(judged.ok ? "accepted" : judged.fault.code, "UnknownValidator");
});

test("a proof is no heartbeat and a heartbeat no proof", () => {
  assert.equal(isValidatorProof(bodyOf()), true);
  assert.equal(isValidatorProof(encodeHeartbeat(signedBy(1))), false);
  assert.equal(isValidatorProof(new Uint8Array(2)), false);
  const read = decodeHeartbeat(bodyOf());
  assert.equal(read.ok ? "accepted" : read.fault.code, "UnknownVersion");
});
