import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "@polis/codec";
import { delegationOf, delegationTo } from "./delegation.ts";

const target = "0123456789abcdef0123456789abcdef01234567" as Address;

test("a designator names its target, and nothing else is one (EIP-7702)", () => {
  const code = delegationTo(target);
  assert.equal(code.toHex(), `ef0100${target}`);
  assert.equal(delegationOf(code), target);
  assert.equal(delegationOf(code.subarray(0, 22)), undefined);
  assert.equal(delegationOf(Uint8Array.of(...code, 0)), undefined);
  for (let i = 0; i < 3; i++) assert.equal(delegationOf(code.with(i, 0x77)), undefined);
});

test("a delegation to the zero address removes the code", () => {
  assert.equal(delegationTo("0".repeat(40) as Address).length, 0);
});
