import assert from "node:assert/strict";
import { test } from "node:test";
import { digest, krat12, seconds } from "@polis/codec";
import type { GenesisRecord } from "@polis/kratos";
import fc from "fast-check";
import { UserError } from "../../errors.ts";
import { genesisOf, parseRecord, recordText } from "./recordFile.ts";

const account = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => digest(bytes.toHex()));
const amount = fc.bigInt(0n, 10n ** 21n).map(krat12);
const record: fc.Arbitrary<GenesisRecord> = fc.record({
  chainName: fc.string({ minLength: 1, maxLength: 64 }),
  chainId: fc.nat(),
  timestamp: fc.nat().map(seconds),
  protocolVersion: fc.constant(1),
  randomnessSeed: fc.uint8Array({ minLength: 32, maxLength: 32 }),
  balances: fc.array(fc.record({ account, amount }), { maxLength: 4 }),
  validators: fc.array(fc.record({ account, stake: amount, isBootstrap: fc.boolean() }), { maxLength: 4 }),
  overrides: fc.array(fc.record({ name: fc.string({ maxLength: 8 }), value: fc.nat().map(BigInt) }), { maxLength: 4 }),
});

const problem = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof UserError && error.hint.length > 0, String(error));
    assert.equal(error.code, "RECORD_INVALID");
    return error.message;
  }
  return "accepted";
};

test("a record file reads back as the record that was written", () => {
  fc.assert(fc.property(record, (one) => assert.deepEqual(parseRecord(recordText(one), "it"), structuredClone(one))));
});

test("each malformed field of a record file is named (kratos-core 3.9)", () => {
  const good = {
    ...{ chain_name: "x", chain_id: 0, timestamp: 1, protocol_version: 1, randomness_seed: `0x${"00".repeat(32)}` },
    balances: [{ account: `0x${"01".repeat(32)}`, amount: "1" }],
    validators: [{ account: `0x${"02".repeat(32)}`, stake: "0", is_bootstrap: true }],
    overrides: [{ name: "slot_seconds", value: 1 }],
  };
  const judged = (change: object) => problem(() => parseRecord(JSON.stringify({ ...good, ...change }), "it"));
  assert.equal(judged({}), "accepted");
  const wrong: readonly (readonly [string, object])[] = [
    ["chain_name", { chain_name: "" }],
    ["chain_id", { chain_id: 2 ** 32 }],
    ["timestamp", { timestamp: -1 }],
    ["protocol_version", { protocol_version: 2 }],
    ["randomness_seed", { randomness_seed: "0x00" }],
    ["balances.0.account", { balances: [{ account: "0xAB", amount: "1" }] }],
    ["balances.0.amount", { balances: [{ account: good.balances[0]!.account, amount: 1 }] }],
    ["validators.0.is_bootstrap", { validators: [{ account: good.balances[0]!.account, stake: "0" }] }],
    ["overrides.0.value", { overrides: [{ name: "slot_seconds", value: 0.5 }] }],
    ["extra", { extra: 1 }],
  ];
  for (const [name, change] of wrong) assert.match(judged(change), new RegExp(name.replaceAll(".", "\\.")));
  assert.match(
    problem(() => parseRecord("{", "it")),
    /not JSON/,
  );
});

test("a record that the rules refuse is a person's mistake with a hint (kratos-core 3.9)", () => {
  const one = fc.sample(record, 1)[0]!;
  const base = { ...one, balances: [], validators: [], overrides: [] };
  const [a] = fc.sample(account, 1);
  assert.equal(
    problem(() => genesisOf(base)),
    "accepted",
  );
  const tooMuch = { ...base, balances: [{ account: a!, amount: krat12(10n ** 21n + 1n) }] };
  assert.match(
    problem(() => genesisOf(tooMuch)),
    /exceed/,
  );
  assert.match(
    problem(() => genesisOf({ ...base, overrides: [{ name: "fast", value: 1n }] })),
    /fast/,
  );
});
