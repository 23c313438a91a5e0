import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digest, epoch, height, krat12 } from "@polis/codec";
import { KRAT } from "../../params/chainParams.ts";
import { ChainWorld } from "../../testing/chainWorld.ts";
import { accounts } from "../accounts/account.ts";
import { credits, newCredits, totalCredits } from "../credits/creditRecord.ts";
import { epochData } from "../epoch/epochData.ts";
import { GRACE_BLOCKS } from "../security/graces.ts";
import { security } from "../security/securityState.ts";
import { Stake } from "../staking/stake.ts";
import { unbondings } from "../staking/unbonding.ts";
import { Unstake } from "../staking/unstake.ts";
import { WithdrawUnbonded } from "../staking/withdrawUnbonded.ts";
import { admitBootstrap } from "../validators/admitBootstrap.ts";
import { canParticipate } from "../validators/canParticipate.ts";
import { RegisterValidator } from "../validators/registerValidator.ts";
import { UnregisterValidator } from "../validators/unregisterValidator.ts";
import { validators } from "../validators/validator.ts";
import type { Severity } from "./offences.ts";
import { punish } from "./penalty.ts";

const krat = (amount: bigint) => krat12(amount * KRAT);
const offence = (n: number): Digest => digest(n.toString(16).padStart(64, "0"));
const validator = (made: ChainWorld, who: number) => made.state.get(validators.of(made.people[who]!))!;
const entries = (made: ChainWorld, who: number) => made.state.get(unbondings.of(made.people[who]!));

function world(people: number, stake: bigint): ChainWorld {
  const made = new ChainWorld(people, 1_000_000n);
  for (let i = 0; i < people; i++) made.send(i, RegisterValidator.of({ stake: krat(stake) }));
  made.wait(5_000);
  return made;
}

const prove = (made: ChainWorld, who: number, n: number, severity: Severity = "Critical") =>
  punish(made.context, made.people[who]!, { severity, offenceId: offence(n), rulesBlock: 1 });
const neglect = (made: ChainWorld, who: number, severity: Severity) =>
  punish(made.context, made.people[who]!, { severity, offenceId: undefined, rulesBlock: 1 });

test("who was ejected and stakes a little before each further proof does not make the list of entries grow", () => {
  const made = world(2, 60_000n);
  for (let n = 1; n <= 3; n++) prove(made, 0, n);
  assert.deepEqual(
    [validator(made, 0).status, validator(made, 0).ejected, entries(made, 0).length],
    ["Unbonding", true, 1],
  );
  for (let n = 4; n < 60; n++) {
    assert.equal(made.send(0, Stake.of({ amount: krat12(1n) })).code, undefined);
    prove(made, 0, n);
  }
  assert.equal(entries(made, 0).length, 1);
  assert.deepEqual([validator(made, 0).status, validator(made, 0).stake], ["Unbonding", made.account(0).bonded]);
});

test("a proof against one who has left keeps it out, and its record goes with its last entry", () => {
  const made = world(2, 60_000n);
  made.send(0, UnregisterValidator.of({}));
  prove(made, 0, 1);
  const { status, cooldownUntil } = validator(made, 0);
  assert.deepEqual([status, cooldownUntil], ["Unbonding", made.context.block.epoch + 52]);
  assert.equal(made.send(0, RegisterValidator.of({ stake: krat(60_000n) })).code, "InCooldown");
  made.wait(403_200);
  assert.equal(made.send(0, WithdrawUnbonded.of({})).code, undefined);
  assert.equal(made.state.get(validators.of(made.people[0]!)), undefined);
});

test("a lighter offence does not shorten the cooldown of a graver one", () => {
  const made = world(2, 600_000n);
  prove(made, 0, 1);
  const { cooldownUntil } = validator(made, 0);
  prove(made, 0, 2, "High");
  assert.equal(validator(made, 0).cooldownUntil, cooldownUntil);
});

test("an ejected validator's record goes with its last entry once its Critical count has decayed (kratos-core 4.1)", () => {
  const made = world(2, 60_000n);
  for (let n = 1; n <= 3; n++) prove(made, 0, n);
  made.wait(403_200);
  assert.equal(made.send(0, WithdrawUnbonded.of({})).code, undefined);
  assert.equal(made.state.get(validators.of(made.people[0]!)), undefined);
});

test("leaving without stake opens an entry of nothing, so that the record stays as long as evidence counts, and no longer", () => {
  const made = new ChainWorld(1, 1_000n);
  const id = made.people[0]!;
  made.send(0, Stake.of({ amount: krat12(5n) }));
  made.send(0, Unstake.of({ amount: krat12(5n) }));
  made.wait(1_000);
  admitBootstrap(made.context, id);
  assert.equal(made.send(0, UnregisterValidator.of({})).code, undefined);
  assert.deepEqual(
    entries(made, 0).map(({ amount }) => amount),
    [5n, 0n],
  );
  // The old entry does not take the record along before its time.
  made.wait(402_200);
  assert.equal(made.send(0, WithdrawUnbonded.of({})).code, undefined);
  assert.ok(made.state.get(validators.of(id)) !== undefined);
  made.wait(1_000);
  assert.equal(made.send(0, WithdrawUnbonded.of({})).code, undefined);
  assert.equal(made.state.get(validators.of(id)), undefined);
});

test("automatic penalties never take the last one, whatever they would take it for (kratos-core 4.5, D23)", () => {
  const made = world(1, 50_000n);
  for (let i = 0; i < 6; i++) neglect(made, 0, "Medium");
  assert.ok(made.account(0).bonded < krat(50_000n), "below the floor");
  assert.ok(canParticipate(validator(made, 0), made.context.block.epoch), validator(made, 0).status);
  const two = world(2, 50_000n);
  for (let i = 0; i < 2; i++) neglect(two, 0, "Medium");
  assert.equal(validator(two, 0).status, "Slashed");
});

test("where liveness jails nobody, its penalties leave a validator able to take part (kratos-core 8.4)", () => {
  const made = world(2, 60_000n);
  made.state.set(security, { ...security.missing, state: "Emergency" });
  for (let i = 0; i < 9; i++) neglect(made, 0, "Low");
  const { status, reputation } = validator(made, 0);
  assert.deepEqual([status, reputation], ["Active", 1]);
  assert.ok(canParticipate(validator(made, 0), epoch(9)));
});

test("below a floor that has risen nobody is Slashed while the lower one still holds (kratos-core 4.1)", () => {
  const rise = { from: "BootstrapRecovery", to: "Degraded", epoch: epoch(8), validators: 50, reason: "T12" } as const;
  for (const [passed, status] of [
    [0, "Active"],
    [GRACE_BLOCKS, "Slashed"],
  ] as const) {
    const made = world(2, 60_000n);
    const block = made.number;
    made.state.update(accounts.of(made.people[0]!), (before) => ({ ...before, bonded: krat(20_000n) }));
    made.state.set(validators.of(made.people[0]!), { ...validator(made, 0), stake: krat(20_000n) });
    made.state.set(security, { ...security.missing, state: "Degraded", history: [{ ...rise, block: height(block) }] });
    made.wait(passed);
    neglect(made, 0, "Low");
    assert.equal(validator(made, 0).status, status);
  }
});

test("idle quarters are settled before a penalty takes its part (kratos-core 5.4)", () => {
  const made = world(2, 60_000n);
  const id = made.people[0]!;
  made.state.set(credits.of(id), newCredits(1_000, epoch(0)));
  made.send(0, UnregisterValidator.of({}));
  made.wait(32 * 600);
  prove(made, 0, 1);
  assert.equal(totalCredits(made.state.get(credits.of(id))), 405);
  assert.ok(made.state.get(epochData).active.length === 1);
});
