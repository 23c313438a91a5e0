import assert from "node:assert/strict";
import { test } from "node:test";
import { epoch, krat12 } from "@polis/codec";
import fc from "fast-check";
import { systemAccounts } from "../../identifiers.ts";
import { TestChain } from "../../testing/testChain.ts";
import { accounts, credit } from "../accounts/account.ts";
import { credits } from "../credits/creditRecord.ts";
import { epochData } from "../epoch/epochData.ts";
import { type Validator, validators } from "../validators/validator.ts";
import { economicsModule } from "./economicsModule.ts";
import { economics } from "./economicsState.ts";

/** Settles a pool at the boundary into epoch 9. @returns what each of four validators and the Reserve get */
function settle(pool: bigint, statuses: readonly Validator["status"][], met: readonly boolean[]) {
  const chain = new TestChain(4, 0);
  const { state } = chain;
  const ids = chain.people.map(({ account }) => account);
  credit(state, systemAccounts.validatorPool, krat12(pool));
  state.update(economics, (before) => ({ ...before, poolBalance: krat12(before.poolBalance + pool) }));
  const duty = { leaderSlots: 10, justifications: 0, signed: 0 };
  const epochDuties = ids
    .map((account, i) => ({ ...duty, account, produced: met[i] === true ? 10 : 9 }))
    .sort((a, b) => (a.account < b.account ? -1 : 1));
  state.update(epochData, (data) => ({ ...data, epochDuties }));
  for (const [i, id] of ids.entries()) {
    state.update(validators.of(id), (before) => ({ ...before!, status: statuses[i]! }));
    if (met[i]) state.update(credits.of(id), (before) => ({ ...before!, lastCreditEpoch: epoch(8) }));
  }
  const free = () =>
    [...ids, systemAccounts.reserve, systemAccounts.validatorPool].map((id) => state.get(accounts.of(id)).free);
  const before = free();
  const block = { ...chain.tip.header, epoch: epoch(9), params: chain.rules.params, chainIdentity: new Uint8Array(32) };
  economicsModule.epoch!.validatorPool!({ state, block, emit: () => undefined });
  assert.equal(state.get(economics).poolBalance, 0n);
  return free().map((after, i) => after - before[i]!);
}

test("an offence that is found at the boundary does not take the pool's part of an epoch that was served (kratos-core 9.4)", () => {
  const shares = settle(1_003n, ["Active", "Jailed", "Slashed", "Unbonding"], [true, true, true, true]);
  assert.deepEqual(shares, [334n, 334n, 334n, 0n, 1n, -1_003n]);
});

test("whoever earned, the pool is emptied to the last unit, in equal parts, the rest to the Reserve (kratos-core 9.4)", () => {
  const flags = fc.array(fc.boolean(), { minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 21n }), flags, (pool, met) => {
      const shares = settle(pool, ["Active", "Active", "Active", "Active"], met);
      assert.equal(
        shares.reduce((sum, share) => sum + share, 0n),
        0n,
      );
      const count = BigInt(met.filter(Boolean).length);
      for (const [i, isMet] of met.entries()) assert.equal(shares[i], isMet ? pool / count : 0n);
      assert.equal(shares[4], count === 0n ? pool : pool % count);
    }),
    { numRuns: 40 },
  );
});
