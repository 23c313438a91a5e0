import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeKce, encodeKce, krat12 } from "@polis/codec";
import fc from "fast-check";
import { kratosRuntime } from "../kratosRuntime.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { withTip } from "../modules/accounts/withTip.ts";
import type { RecordParams } from "../modules/finality/recordFinality.ts";
import { KRAT } from "../params/chainParams.ts";
import type { Call } from "../runtime/call.ts";
import { person } from "../testing/people.ts";
import { codec, TestChain } from "../testing/testChain.ts";
import { callJson, callShapes, readCall, readSignedTransaction, signedTransactionJson } from "./callJson.ts";
import { reviveInteger } from "./json.ts";
import { kratText } from "./objects.ts";
import { placed, readAmount, type Shape } from "./shape.ts";

const u128 = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n });

/** As a transport reads a body. */
function parseJson(text: string): unknown {
  return JSON.parse(text, reviveInteger as (key: string, value: unknown) => unknown);
}

/** Values of a shape. */
function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
  switch (shape.type) {
    case "amount":
      return u128;
    case "counter":
      return fc.nat(2 ** 31 - 1);
    case "hash":
      return bytes(32).map((value) => value.toHex());
    case "oneOf":
      return fc.constantFrom(...shape.names);
    case "bytes":
      return bytes(shape.length);
    case "data":
      return fc.uint8Array({ maxLength: 20 });
    case "list":
      return fc.array(valuesOf(shape.of), { maxLength: 2 });
    case "record":
      return fc.record(
        Object.fromEntries(Object.entries(shape.fields).map(([name, inner]) => [name, valuesOf(inner)])),
      );
    case "renamed":
      return valuesOf({ type: "record", fields: shape.fields }).map((value) =>
        placed(Object.entries(value as object).map(([name, part]) => [shape.places[name]!, part] as const)),
      );
    case "variant":
      return fc.oneof(
        ...Object.entries(shape.cases).map(([kind, inner]) =>
          valuesOf(inner).map((value) => ({ kind, ...(value as object) })),
        ),
      );
  }
}

const calls: fc.Arbitrary<Call> = fc.oneof(
  ...Object.entries(callShapes).map(([name, fields]) =>
    valuesOf({ type: "record", fields }).map((value): Call => ({ call: true, name, fields: value })),
  ),
);

test("every call of the runtime has a JSON form, which reads back as the same bytes", () => {
  const names = kratosRuntime.modules.flatMap(({ calls: own = [] }) => own.map(({ name }) => name));
  assert.deepEqual(Object.keys(callShapes).sort(), names.sort());
  fc.assert(
    fc.property(calls, u128, (call, tip) => {
      const isPlain = ["RecordFinality", "ClockAttest"].includes(call.name);
      const outer = isPlain ? call : withTip({ tip: krat12(tip), call });
      for (const given of [call, outer]) {
        const text = JSON.stringify(callJson(given));
        const bytes = encodeKce(kratosRuntime.call, readCall(parseJson(text), "call"));
        assert.deepEqual(bytes, encodeKce(kratosRuntime.call, given));
        assert.ok(decodeKce(kratosRuntime.call, bytes, 1_000_000).ok);
      }
    }),
  );
});

test("a justification has the names of 7.6 inside a call, as finality_getJustification gives it", () => {
  const inner = { block_number: 7, block_hash: `0x${"a1".repeat(32)}`, round: 2, epoch: 1 };
  const signed = { target_number: 8, target_hash: `0x${"b2".repeat(32)}`, validator: `0x${"c3".repeat(32)}` };
  const precommits = [{ ...signed, signature: `0x${"d4".repeat(64)}` }];
  const json = { RecordFinality: { justification: { ...inner, precommits, ancestry: ["0x05"] } } };
  const call = readCall(json, "call");
  const { justification } = call.fields as RecordParams;
  assert.deepEqual([justification.block, justification.set], [{ number: 7, hash: "a1".repeat(32) }, 1]);
  assert.deepEqual(justification.precommits[0]?.target, { number: 8, hash: "b2".repeat(32) });
  assert.deepEqual(callJson(call), json);
  const { round: _, ...short } = inner;
  const broken = { RecordFinality: { justification: { ...short, precommits, ancestry: [] } } };
  assert.throws(() => readCall(broken, "call"), /call\.RecordFinality\.justification\.round/);
});

test("amounts up to 2^128 - 1 survive JSON as texts and as integers of any size (I49)", () => {
  fc.assert(
    fc.property(u128, (amount) => {
      for (const text of [`"${amount}"`, `${amount}`]) assert.equal(readAmount(parseJson(text), "amount"), amount);
    }),
  );
  for (const wrong of [
    `${2n ** 128n}`,
    `"${2n ** 128n}"`,
    "-1",
    "1.5",
    '"1.5"',
    '"01"',
    '"0x1"',
    '""',
    "1e40",
    "null",
    "true",
  ]) {
    assert.throws(() => readAmount(parseJson(wrong), "amount"), /invalid parameter amount/, wrong);
  }
});

test("a signed transaction reads back, and what is malformed is named", () => {
  const chain = new TestChain(3, 1);
  const signed = chain.sign(3, Transfer.of({ to: person(0).account, amount: krat12(KRAT) }));
  const json = signedTransactionJson(signed) as Record<string, Record<string, unknown>>;
  assert.deepEqual(encodeKce(codec.signed, readSignedTransaction(json, "t")), encodeKce(codec.signed, signed));
  const { transaction } = json;
  const broken: readonly (readonly [unknown, RegExp])[] = [
    [{ ...json, signature: "0x00" }, /t\.signature/],
    [{ ...json, more: 1 }, /t\.more/],
    [{ ...json, transaction: { ...transaction, sender: 5 } }, /t\.transaction\.sender/],
    [{ ...json, transaction: { ...transaction, nonce: -1 } }, /t\.transaction\.nonce/],
    [{ ...json, transaction: { ...transaction, timestamp: "0" } }, /t\.transaction\.timestamp/],
    [{ ...json, transaction: { ...transaction, call: "Transfer" } }, /t\.transaction\.call/],
    [{ ...json, transaction: { ...transaction, call: { Burn: {} } } }, /t\.transaction\.call\.Burn/],
    [{ ...json, transaction: { ...transaction, call: { Transfer: { to: "00", amount: "1" } } } }, /call\.Transfer\.to/],
    [{ ...json, transaction: { ...transaction, call: { Stake: { amount: "x" } } } }, /call\.Stake\.amount/],
    [
      { ...json, transaction: { ...transaction, call: { WithTip: { tip: "1", call: { ClockAttest: { slot: 1 } } } } } },
      /WithTip\.call\.ClockAttest/,
    ],
  ];
  for (const [value, path] of broken) assert.throws(() => readSignedTransaction(value, "t"), path);
});

test("KRAT as text: at most six decimals, cut, without trailing zeros", () => {
  const texts = [0n, KRAT, (KRAT * 3n) / 2n, 1_234_567n, 1n, 10n ** 21n + 10n ** 7n].map((amount) => kratText(amount));
  assert.deepEqual(texts, ["0 KRAT", "1 KRAT", "1.5 KRAT", "0.000001 KRAT", "0 KRAT", "1000000000.00001 KRAT"]);
});
