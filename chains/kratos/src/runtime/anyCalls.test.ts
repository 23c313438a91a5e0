import assert from "node:assert/strict";
import { test } from "node:test";
import { epoch, height, krat12, seconds, slot } from "@polis/codec";
import fc from "fast-check";
import { systemAccounts } from "../identifiers.ts";
import { kratosRuntime } from "../kratosRuntime.ts";
import { accounts, reservedOf } from "../modules/accounts/account.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { withTip } from "../modules/accounts/withTip.ts";
import { showClock } from "../modules/clock/clockEvent.ts";
import { ProposeEarlyValidator, VoteEarlyValidator } from "../modules/earlyVoting/earlyVoting.ts";
import { economics } from "../modules/economics/economicsState.ts";
import { epochData } from "../modules/epoch/epochData.ts";
import { admitsClass } from "../modules/security/effects.ts";
import { security } from "../modules/security/securityState.ts";
import { punish } from "../modules/slashing/penalty.ts";
import { Stake } from "../modules/staking/stake.ts";
import { Unstake } from "../modules/staking/unstake.ts";
import { WithdrawUnbonded } from "../modules/staking/withdrawUnbonded.ts";
import { RegisterValidator } from "../modules/validators/registerValidator.ts";
import { UnregisterValidator } from "../modules/validators/unregisterValidator.ts";
import { validators } from "../modules/validators/validator.ts";
import { KRAT } from "../params/chainParams.ts";
import type { State } from "../state/state.ts";
import { TestChain } from "../testing/testChain.ts";
import { applyTransaction } from "./applyTransaction.ts";
import type { Call } from "./call.ts";

const PEOPLE = 6;
const MOST = 2n ** 128n - 1n;
const amount = fc.constantFrom(0n, 1n, 10n ** 9n, KRAT, 49_999n * KRAT, 60_000n * KRAT, MOST - 1n, MOST).map(krat12);
const shape = fc.record({
  who: fc.nat(PEOPLE - 1),
  kind: fc.nat(11),
  amount,
  other: fc.nat(PEOPLE - 1),
  wait: fc.constantFrom(1, 1, 300, 600, 9_000, 403_200),
});
type Step = { readonly who: number; readonly kind: number; readonly amount: typeof MOST; readonly other: number };

/** A call, or undefined for what happens without one. */
function callOf(chain: TestChain, { kind, amount: value, other }: Step): Call | undefined {
  const { account } = chain.people[other]!;
  const calls: readonly Call[] = [
    Transfer.of({ to: account, amount: krat12(value) }),
    Transfer.of({ to: Object.values(systemAccounts)[other % 5]!, amount: krat12(value) }),
    Stake.of({ amount: krat12(value) }),
    Unstake.of({ amount: krat12(value) }),
    WithdrawUnbonded.of({}),
    RegisterValidator.of({ stake: krat12(value) }),
    UnregisterValidator.of({}),
    ProposeEarlyValidator.of({ candidate: account }),
    VoteEarlyValidator.of({ candidate: account }),
    withTip({ tip: krat12(value), call: UnregisterValidator.of({}) }),
  ];
  return calls[kind];
}

/** Everything that accounts own. */
function ownedIn(chain: TestChain, state: State): bigint {
  const all = [...chain.people.map(({ account }) => account), ...Object.values(systemAccounts)];
  return all.reduce((sum, id) => {
    const account = state.get(accounts.of(id));
    return sum + account.free + reservedOf(account);
  }, 0n);
}

function check(chain: TestChain, state: State, fees: bigint): void {
  const { totalSupply, totalBonded } = state.get(economics);
  assert.equal(ownedIn(chain, state) + fees, totalSupply);
  let bonded = 0n;
  for (const { account } of chain.people) {
    const validator = state.get(validators.of(account));
    const own = state.get(accounts.of(account)).bonded;
    bonded += own;
    if (validator !== undefined) assert.equal(validator.stake, own);
    assert.equal(state.get(epochData).active.includes(account), validator?.status === "Active");
  }
  assert.equal(totalBonded, bonded);
  // Each entry has room for what it holds.
  for (const { item, value } of state.changes()) assert.ok(value === undefined || value.length <= item.maxBytes);
}

test("no order of calls, penalties and epochs, with amounts up to 2^128 - 1, breaks a book, an entry or a rule (I1, I23)", () => {
  fc.assert(
    fc.property(
      fc.array(shape, { minLength: 40, maxLength: 80 }),
      fc.constantFrom("Bootstrap", "Normal", "Emergency", "BootstrapRecovery"),
      (steps, name) => {
        const chain = new TestChain(3, PEOPLE - 3);
        const { state } = chain;
        state.set(security, { ...state.get(security), state: name });
        let number = 1;
        let fees = 0n;
        for (const step of steps) {
          const before = (number - (number % 600)) / 600;
          number += step.wait;
          const now = (number - (number % 600)) / 600;
          const at = (entered: number) => ({
            block: {
              ...{ number: height(number), slot: slot(number), epoch: epoch(entered), timestamp: seconds(number * 6) },
              ...{ author: chain.people[0]!.account, params: chain.rules.params, chainIdentity: new Uint8Array(32) },
            },
            state,
            emit: () => undefined,
          });
          for (let entered = before + 1; entered <= Math.min(now, before + 20); entered++)
            kratosRuntime.enterEpoch(at(entered));
          const { account } = chain.people[step.who]!;
          const call = callOf(chain, step);
          if (call !== undefined) {
            const transaction = { sender: account, nonce: state.get(accounts.of(account)).nonce, call, timestamp: 0 };
            const { state: current } = state.get(security);
            const admits = (callClass: Parameters<typeof admitsClass>[1]) => admitsClass(current, callClass);
            const applied = applyTransaction(kratosRuntime, at(now), transaction, 0, { feeMultiplier: 100n, admits });
            if ("receipt" in applied) fees += applied.receipt.fee;
          } else if (step.kind === 10) {
            const severity = (["Critical", "High", "Medium", "Low"] as const)[step.other % 4]!;
            punish(at(now), account, { severity, offenceId: chain.tip.hash, rulesBlock: 1 });
          } else showClock(at(now), account, step.other % 2 === 0 ? "bad" : "good");
          check(chain, state, fees);
        }
      },
    ),
    { numRuns: 40 },
  );
});
