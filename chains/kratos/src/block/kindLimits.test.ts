import assert from "node:assert/strict";
import { test } from "node:test";
import { krat12, slot } from "@polis/codec";
import { withTip } from "../modules/accounts/withTip.ts";
import { ClockAttest } from "../modules/clock/clockAttest.ts";
import type { Call } from "../runtime/call.ts";
import { codec, TestChain } from "../testing/testChain.ts";
import { checkBody } from "./checkBody.ts";
import { isWithinKindLimits } from "./kindLimits.ts";

const chain = new TestChain(3, 0);

function bodyOf(count: number, call: Call) {
  return Array.from({ length: count }, (_, nonce) => chain.sign(0, call, nonce));
}

test("sixteen of a limited kind are the most in a block, with tips and without (3.2, V1)", () => {
  const attest = ClockAttest.of({ slot: slot(1) });
  assert.equal(isWithinKindLimits(bodyOf(16, attest)), true);
  assert.equal(isWithinKindLimits(bodyOf(17, attest)), false);
  const evidence: Call = { call: true, name: "SubmitEvidence", fields: undefined };
  const tipped = withTip({ tip: krat12(1n), call: evidence });
  const body = [...new Array(8).fill(evidence), ...new Array(9).fill(tipped)].map((call) => ({
    transaction: { sender: chain.people[0]!.account, nonce: 0, call, timestamp: 0 },
    signature: new Uint8Array(64),
  }));
  assert.equal(isWithinKindLimits(body.slice(1)), true);
  assert.equal(isWithinKindLimits(body), false);
  const { block } = chain.build();
  const fault = checkBody(chain.rules, codec, { ...block, transactions: bodyOf(17, attest) });
  assert.deepEqual(fault, { code: "MalformedBlock", ban: true });
});
