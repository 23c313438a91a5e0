import assert from "node:assert/strict";
import { test } from "node:test";
import { mempoolFaults } from "@polis/mempool";
import { refuse, refuseBlock, transactionErrors } from "./errors.ts";

test("the numbers of kairos 7.6 are 1 to 20, each once", () => {
  const codes = Object.values(transactionErrors).map(({ code }) => code);
  assert.deepEqual(
    codes.toSorted((a, b) => a - b),
    Array.from({ length: 20 }, (_, i) => i + 1),
  );
});

test("the texts are those that wallets recognise", () => {
  assert.equal(transactionErrors.NONCE_TOO_LOW.text, "nonce too low");
  assert.equal(transactionErrors.INSUFFICIENT_BALANCE.text, "insufficient funds for gas * price + value");
  assert.equal(transactionErrors.REPLACEMENT_UNDERPRICED.text, "replacement transaction underpriced");
  assert.equal(transactionErrors.ALREADY_KNOWN.text, "already known");
});

test("every refusal of the pool has a number", () => {
  for (const code of Object.keys(mempoolFaults)) assert.ok(code in transactionErrors, code);
});

test("only what no correct peer sends is charged to the peer", () => {
  assert.equal(refuse("INVALID_SIGNATURE").fault.verdict, "punish");
  assert.equal(refuse("NONCE_TOO_LOW").fault.verdict, "ignore");
  assert.equal(refuse("NONCE_TOO_LOW", "why").fault.detail, "nonce too low: why");
  assert.equal(refuseBlock("BLOCK_UNKNOWN_PARENT").fault.verdict, "wait");
  assert.equal(refuseBlock("BLOCK_RESULT").fault.verdict, "punish");
});
