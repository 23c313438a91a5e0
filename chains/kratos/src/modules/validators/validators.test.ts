import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeKce, encodeKce, epoch, krat12 } from "@polis/codec";
import fc from "fast-check";
import { EXISTENTIAL_DEPOSIT, KRAT, productionParams } from "../../params/chainParams.ts";
import type { Call } from "../../runtime/call.ts";
import { ChainWorld } from "../../testing/chainWorld.ts";
import { Transfer } from "../accounts/transfer.ts";
import { credits, newCredits, totalCredits } from "../credits/creditRecord.ts";
import { earnSeniority } from "../credits/earnCredits.ts";
import { economics } from "../economics/economicsState.ts";
import { epochData } from "../epoch/epochData.ts";
import { roles } from "../roles/roleRegistry.ts";
import { security } from "../security/securityState.ts";
import { Stake } from "../staking/stake.ts";
import { unbondings } from "../staking/unbonding.ts";
import { Unstake } from "../staking/unstake.ts";
import { WithdrawUnbonded } from "../staking/withdrawUnbonded.ts";
import { RegisterValidator } from "./registerValidator.ts";
import { chargeMiss } from "./reputation.ts";
import { requiredStake } from "./requiredStake.ts";
import { UnregisterValidator } from "./unregisterValidator.ts";
import { validators } from "./validator.ts";

const krat = (amount: bigint) => krat12(amount * KRAT);
const register = (stake: bigint) => RegisterValidator.of({ stake: krat(stake) });

test("the required stake is that of the table, and never rises with credits (I25)", () => {
  const table: readonly (readonly [credits: number, bootstrap: bigint, after: bigint])[] = [
    [0, 500_000n, 500_000n],
    [100, 490_100n, 490_500n],
    [1_000, 401_000n, 405_000n],
    [2_500, 252_500n, 262_500n],
    [4_545, 50_045n, 68_225n],
    [4_546, 50_000n, 68_130n],
    [5_000, 50_000n, 25_000n],
  ];
  for (const [vc, bootstrap, after] of table) {
    assert.equal(requiredStake("Bootstrap", vc) / KRAT, bootstrap);
    assert.equal(requiredStake("Normal", vc) / KRAT, after);
  }
  for (let vc = 0; vc < 6_000; vc += 7) assert.ok(requiredStake("Normal", vc + 7) <= requiredStake("Normal", vc));
});

test("a validator registers with the floor, gets its first credit and its role, and cannot register twice", () => {
  const world = new ChainWorld(2, 100_000n);
  assert.equal(world.send(0, register(49_999n)).code, "InsufficientStake");
  assert.equal(world.account(0).bonded, 0n);
  assert.equal(world.send(0, register(50_000n)).code, undefined);
  assert.equal(world.send(0, register(1n)).code, "AlreadyRegistered");
  const id = world.people[0]!;
  assert.equal(totalCredits(world.state.get(credits.of(id))), 1);
  assert.deepEqual(world.state.get(epochData).active, [id]);
  assert.deepEqual(world.state.get(roles.of(id))[0]?.metadata, {
    kind: "validator",
    stake: krat(50_000n),
    isBootstrap: false,
  });
});

test("bonds before registering count, and stake above what credits require may leave", () => {
  const world = new ChainWorld(1, 2_000_000n);
  world.send(0, Stake.of({ amount: krat(600_000n) }));
  assert.equal(world.send(0, register(0n)).code, undefined);
  assert.equal(world.send(0, Unstake.of({ amount: krat(100_100n) })).code, "BelowRequiredStake");
  const id = world.people[0]!;
  world.state.set(credits.of(id), { ...newCredits(1_000, epoch(0)) });
  assert.equal(world.send(0, Unstake.of({ amount: krat(199_000n) })).code, undefined);
  assert.equal(world.state.get(validators.of(id))?.stake, krat(401_000n));
  assert.equal(world.send(0, Unstake.of({ amount: krat(1n) })).code, "BelowRequiredStake");
});

test("a validator below its required stake takes part, and leaves only as a whole (kratos-core 4.3)", () => {
  const world = new ChainWorld(1, 100_000n);
  world.send(0, register(60_000n));
  assert.equal(world.send(0, Unstake.of({ amount: krat12(1n) })).code, "BelowRequiredStake");
  assert.equal(world.send(0, UnregisterValidator.of({})).code, undefined);
  assert.equal(world.send(0, UnregisterValidator.of({})).code, "NotValidator");
  assert.equal(world.send(0, WithdrawUnbonded.of({})).code, "NothingToWithdraw");
  world.wait(productionParams.unbondingBlocks);
  assert.equal(world.send(0, WithdrawUnbonded.of({})).code, undefined);
  const id = world.people[0]!;
  assert.equal(world.state.get(validators.of(id)), undefined);
  assert.deepEqual([world.state.get(roles.of(id)), world.state.get(unbondings.of(id))], [[], []]);
  assert.equal(world.account(0).free + world.fees, 100_000n * KRAT);
});

test("at most 32 entries are open at a time, and leaving is exempt", () => {
  const world = new ChainWorld(1, 1_000_000n);
  world.send(0, Stake.of({ amount: krat(900_000n) }));
  for (let i = 0; i < 32; i++) assert.equal(world.send(0, Unstake.of({ amount: krat(1n) })).code, undefined);
  assert.equal(world.send(0, Unstake.of({ amount: krat(1n) })).code, "TooManyUnbonding");
  assert.equal(world.send(0, register(0n)).code, undefined);
  assert.equal(world.send(0, UnregisterValidator.of({})).code, undefined);
});

test("who comes back has lost the quarters it was away, and seniority counts from the return (kratos-core 5.1, 5.2, 5.4)", () => {
  const world = new ChainWorld(1, 200_000n);
  const id = world.people[0]!;
  world.send(0, register(50_000n));
  world.state.set(credits.of(id), newCredits(1_000, epoch(0)));
  world.send(0, UnregisterValidator.of({}));
  world.wait(40 * 600);
  assert.equal(world.send(0, register(50_000n)).code, undefined);
  const back = world.state.get(credits.of(id))!;
  // Quarter 0 holds the credit of epoch 0; quarters 1 and 2 were idle.
  assert.equal(totalCredits(back), 810);
  assert.deepEqual([back.lastSeniorityEpoch, back.lastCreditEpoch], [40, 40]);
  assert.equal(earnSeniority(back, epoch(43)).seniority, 0);
  assert.equal(earnSeniority(back, epoch(44)).seniority, 5);
});

test("places are 101, and inactive records take none (I24)", () => {
  const world = new ChainWorld(103, 60_000n);
  for (let i = 0; i < 101; i++) assert.equal(world.send(i, register(50_000n)).code, undefined);
  assert.equal(world.send(101, register(50_000n)).code, "ValidatorSetFull");
  world.send(5, UnregisterValidator.of({}));
  assert.equal(world.send(101, register(50_000n)).code, undefined);
  const { active } = world.state.get(epochData);
  assert.deepEqual(
    active,
    active.toSorted((a, b) => (a < b ? -1 : 1)),
  );
  assert.equal(active.length, 101);
});

test("missed slots cost reputation; at 0 a validator is jailed, but never the last one", () => {
  const world = new ChainWorld(2, 100_000n);
  world.send(0, register(50_000n));
  const record = (who: number) => world.state.get(validators.of(world.people[who]!))!;
  for (let i = 0; i < 300; i++) chargeMiss(world.context, record(0));
  assert.deepEqual([record(0).status, record(0).reputation, record(0).blocksMissed], ["Active", 1, 300]);
  world.send(1, register(50_000n));
  chargeMiss(world.context, record(0));
  assert.deepEqual([record(0).status, record(0).cooldownUntil], ["Jailed", 12]);
  assert.equal(world.send(0, register(0n)).code, "InCooldown");
  world.wait(13 * 600);
  assert.equal(world.send(0, register(0n)).code, undefined);
  assert.deepEqual([record(0).status, record(0).reputation], ["Active", 20]);
});

test("after any calls money is conserved, records agree with accounts and roles, and the list is the Active ones (I1, I23)", () => {
  const amount = fc
    .constantFrom(0n, 1n, EXISTENTIAL_DEPOSIT, 1_000n * KRAT, 25_000n * KRAT, 60_000n * KRAT)
    .map(krat12);
  const call: fc.Arbitrary<Call> = fc.oneof(
    fc
      .tuple(amount, fc.nat(3))
      .map(([value, to]) => Transfer.of({ to: new ChainWorld(4, 0n).people[to]!, amount: value })),
    amount.map((value) => Stake.of({ amount: value })),
    amount.map((value) => Unstake.of({ amount: value })),
    amount.map((value) => RegisterValidator.of({ stake: value })),
    fc.constant(UnregisterValidator.of({})),
    fc.constant(WithdrawUnbonded.of({})),
  );
  const step = fc.record({ who: fc.nat(3), call, wait: fc.constantFrom(0, 1, 600, 403_200) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.constantFrom("Bootstrap", "Normal"), (steps, state) => {
      const world = new ChainWorld(4, 200_000n);
      world.state.set(security, { ...security.missing, state });
      const before = world.owned;
      for (const { who, call: next, wait } of steps) {
        world.wait(wait);
        world.trySend(who, next);
      }
      for (const [i, id] of world.people.entries()) checkAgreement(world, i, id);
      const bonded = world.people.reduce((sum, _, i) => sum + world.account(i).bonded, 0n);
      assert.equal(world.state.get(economics).totalBonded, bonded);
      const nonces = world.people.reduce((sum, _, i) => sum + world.account(i).nonce, 0);
      assert.ok(world.owned <= before && (nonces > 0 || world.owned === before));
    }),
    { numRuns: 60 },
  );
});

function checkAgreement(world: ChainWorld, who: number, id: (typeof world.people)[number]): void {
  const account = world.account(who);
  const validator = world.state.get(validators.of(id));
  const role = world.state.get(roles.of(id)).find(({ metadata }) => metadata.kind === "validator");
  assert.equal(role !== undefined, validator !== undefined);
  if (validator !== undefined && role?.metadata.kind === "validator") {
    assert.equal(role.metadata.stake, validator.stake);
    assert.equal(validator.stake, account.bonded);
  }
  const entries = world.state.get(unbondings.of(id));
  assert.equal(
    account.unbonding,
    entries.reduce((sum, entry) => sum + entry.amount, 0n),
  );
  assert.equal(world.state.get(epochData).active.includes(id), validator?.status === "Active");
}

test("records survive their encoding", () => {
  const world = new ChainWorld(1, 100_000n);
  world.send(0, register(50_000n));
  for (const item of [validators.of(world.people[0]!), epochData, economics, roles.of(world.people[0]!)]) {
    const value = world.state.get(item as typeof economics);
    const bytes = encodeKce(item.codec as typeof economics.codec, value);
    assert.ok(bytes.length <= item.maxBytes);
    assert.deepEqual(decodeKce(item.codec as typeof economics.codec, bytes, item.maxBytes), { ok: true, value });
  }
});
