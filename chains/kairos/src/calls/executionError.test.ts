import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeErrorResult, parseAbi } from "viem";
import { executionError } from "./executionError.ts";

const abi = parseAbi(["error Error(string)", "error Panic(uint256)", "error Mine(address)"]);
const revertReason = (output: Uint8Array) =>
  executionError({ status: 0, halt: "revert", output })!.message.slice("execution reverted: ".length) || undefined;
const bytes = (hex: string) => Uint8Array.fromHex(hex.slice(2));

test("reasons as Solidity encodes them", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", minLength: 1, maxLength: 80 }), (text) => {
      assert.equal(revertReason(bytes(encodeErrorResult({ abi, errorName: "Error", args: [text] }))), text);
    }),
  );
  const panic = (code: bigint) => revertReason(bytes(encodeErrorResult({ abi, errorName: "Panic", args: [code] })));
  assert.equal(panic(0x11n), "arithmetic underflow or overflow");
  assert.equal(panic(0x99n), "unknown panic code: 0x99");
  const custom = encodeErrorResult({ abi, errorName: "Mine", args: [`0x${"11".repeat(20)}`] });
  assert.equal(revertReason(bytes(custom)), undefined);
});

test("any bytes have a reason or none, and never throw", () => {
  const head = fc.constantFrom("08c379a0", "4e487b71", "");
  fc.assert(
    fc.property(head, fc.uint8Array({ maxLength: 200 }), (selector, rest) => {
      const reason = revertReason(bytes(`0x${selector}${rest.toHex()}`));
      assert.ok(reason === undefined || typeof reason === "string");
    }),
  );
});
