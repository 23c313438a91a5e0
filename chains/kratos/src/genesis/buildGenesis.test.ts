import assert from "node:assert/strict";
import { test } from "node:test";
import { krat12, seconds } from "@polis/codec";
import { KRAT } from "../params/chainParams.ts";
import { person } from "../testing/people.ts";
import { buildGenesis } from "./buildGenesis.ts";
import { GenesisError, type GenesisRecord } from "./genesisRecord.ts";

const [anna, ben] = [person(0).account, person(1).account];
const krat = (amount: bigint) => krat12(amount * KRAT);
const sound: GenesisRecord = {
  ...{ chainName: "KratOs", chainId: 0, timestamp: seconds(1), protocolVersion: 1, overrides: [] },
  ...{ randomnessSeed: new Uint8Array(32), balances: [{ account: anna, amount: krat(1n) }] },
  validators: [{ account: ben, stake: krat(50_000n), isBootstrap: false }],
};

test("a record that no chain can begin with is refused with what to do about it (kratos-core 3.9)", () => {
  assert.equal(buildGenesis(sound).header.number, 0);
  const [validator, balance] = [sound.validators[0]!, sound.balances[0]!];
  const broken: Readonly<Record<string, Partial<GenesisRecord>>> = {
    "two balances": { balances: [balance, balance] },
    "a validator twice": { validators: [validator, validator] },
    "less than the floor": { validators: [{ ...validator, stake: krat12(50_000n * KRAT - 1n) }] },
    "a bootstrap validator with stake": { validators: [{ ...validator, isBootstrap: true }] },
    "more than there is": { balances: [{ ...balance, amount: krat(1_000_000_000n) }] },
  };
  for (const [name, change] of Object.entries(broken)) {
    const isRefused = (error: unknown) => error instanceof GenesisError && error.hint.length > 0;
    assert.throws(() => buildGenesis({ ...sound, ...change }), isRefused, name);
  }
});
