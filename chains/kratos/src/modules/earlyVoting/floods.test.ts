import assert from "node:assert/strict";
import { test } from "node:test";
import { height, krat12 } from "@polis/codec";
import type { AccountId } from "../../identifiers.ts";
import type { Call } from "../../runtime/call.ts";
import type { CallContext } from "../../runtime/context.ts";
import { person } from "../../testing/people.ts";
import { TestChain } from "../../testing/testChain.ts";
import { accounts, credit } from "../accounts/account.ts";
import { credits, newCredits, totalCredits } from "../credits/creditRecord.ts";
import { epochData, MAX_VALIDATORS } from "../epoch/epochData.ts";
import { Stake } from "../staking/stake.ts";
import { changeStatus, changeValidator } from "../validators/activeSet.ts";
import { newValidator } from "../validators/newValidator.ts";
import { validators } from "../validators/validator.ts";
import { admitAndRemove } from "./approve.ts";
import { candidacies, candidacyOf } from "./candidate.ts";
import { ProposeEarlyValidator, VoteEarlyValidator } from "./earlyVoting.ts";

/** Somebody without a key that is used. */
const stranger = (n: number): AccountId => n.toString(16).padStart(64, "0") as AccountId;

/** Effects of calls on one state, without blocks: what many blocks would do. */
function world(validatorCount: number) {
  const chain = new TestChain(validatorCount, 1);
  const { state } = chain;
  let number = 1;
  const context = (sender: AccountId): CallContext => ({
    block: {
      ...chain.tip.header,
      number: height(number),
      params: chain.rules.params,
      chainIdentity: new Uint8Array(32),
    },
    ...{ state, sender, index: 0, emit: () => undefined, refund: () => undefined },
  });
  const rules = { ProposeEarlyValidator, VoteEarlyValidator, Stake } as const;
  const send = (sender: AccountId, call: Call) => {
    const mark = state.mark();
    const code = rules[call.name as keyof typeof rules].rules.apply(context(sender), call.fields as never);
    if (code !== undefined) state.revert(mark);
    return code;
  };
  return {
    ...{ chain, state, send, context, people: chain.people.map(({ account }) => account) },
    propose: (who: AccountId, candidate: AccountId) => send(who, ProposeEarlyValidator.of({ candidate })),
    vote: (who: AccountId, candidate: AccountId) => send(who, VoteEarlyValidator.of({ candidate })),
    wait: (blocks: number) => {
      number += blocks;
    },
    boundary: () => admitAndRemove(context(person(0).account)),
  };
}

test("no more candidates wait than there are places: each costs little, and the entry is written in every block", () => {
  const { people, propose, vote, state } = world(3);
  const codes = new Set<string | undefined>();
  for (let n = 1; n <= 5_000; n++) {
    codes.add(propose(people[0]!, stranger(n)));
    vote(people[1]!, stranger(n));
    codes.add(vote(people[2]!, stranger(n)));
  }
  assert.ok(state.get(epochData).approvalQueue.length <= MAX_VALIDATORS - 3);
  assert.deepEqual([...codes], [undefined, "ValidatorSetFull"]);
  assert.ok(state.entry(epochData)!.length < 100_000);
});

test("a refused quorum leaves the candidacy as it was, and the vote can be cast when there is room", () => {
  const { people, propose, vote, state, boundary } = world(3);
  for (let n = 1; n <= 99; n++) {
    propose(people[0]!, stranger(n));
    vote(people[1]!, stranger(n));
    if (n < 99) assert.equal(vote(people[2]!, stranger(n)), undefined);
  }
  assert.equal(vote(people[2]!, stranger(99)), "ValidatorSetFull");
  assert.equal(state.get(candidacies.of(stranger(99)))!.voters.length, 2);
  boundary();
  assert.equal(state.get(epochData).approvalQueue.length, 93);
  // Five came in and five left the queue: the places are all promised still.
  assert.equal(vote(people[2]!, stranger(99)), "ValidatorSetFull");
});

test("voters who come and go do not make a candidacy longer than its entry", () => {
  const { people, propose, vote, state, context } = world(3);
  const candidate = stranger(1_000_000);
  assert.equal(propose(people[0]!, candidate), undefined);
  for (let n = 1; n <= 300; n++) {
    const voter = stranger(n);
    changeValidator(context(voter), undefined, newValidator(voter, krat12(0n), height(1)));
    assert.equal(vote(voter, candidate), undefined);
    changeStatus(context(voter), state.get(validators.of(voter))!, "Unbonding");
  }
  const { voters } = state.get(candidacies.of(candidate))!;
  assert.ok(voters.length <= MAX_VALIDATORS && voters.includes(people[0]!));
  assert.ok(state.entry(candidacies.of(candidate)) !== undefined);
  assert.deepEqual(state.get(epochData).approvalQueue, []);
});

test("an expired candidacy loses its place in the queue, and proposed again it needs its votes again", () => {
  const { people, propose, vote, state, wait, boundary } = world(3);
  const candidate = stranger(1);
  for (const who of [1, 2]) {
    if (who === 1) propose(people[0]!, candidate);
    vote(people[who]!, candidate);
  }
  assert.deepEqual(state.get(epochData).approvalQueue, [candidate]);
  wait(100_800);
  assert.equal(candidacyOf(state, candidate, height(100_801))!.status, "Expired");
  assert.equal(propose(people[0]!, candidate), undefined);
  assert.deepEqual(state.get(epochData).approvalQueue, []);
  boundary();
  assert.equal(state.get(validators.of(candidate)), undefined);
  wait(100_800);
  for (const who of [1, 2]) {
    if (who === 1) propose(people[0]!, candidate);
    vote(people[who]!, candidate);
  }
  wait(100_800);
  boundary();
  assert.equal(state.get(validators.of(candidate)), undefined);
  assert.deepEqual(state.get(epochData).approvalQueue, []);
});

test("a candidate who has bonded something comes in with it: record, role and account agree (I23)", () => {
  const { people, propose, vote, state, send, boundary } = world(3);
  const candidate = stranger(1);
  credit(state, candidate, krat12(10n ** 16n));
  assert.equal(send(candidate, Stake.of({ amount: krat12(7n) })), undefined);
  propose(people[0]!, candidate);
  vote(people[1]!, candidate);
  vote(people[2]!, candidate);
  boundary();
  assert.equal(state.get(validators.of(candidate))!.stake, state.get(accounts.of(candidate)).bonded);
});

test("one who was a validator before begins with 100 credits too (I27)", () => {
  const { people, propose, vote, state, boundary } = world(3);
  const [poor, rich] = [stranger(1), stranger(2)];
  state.set(credits.of(poor), newCredits(1, 0 as never));
  state.set(credits.of(rich), newCredits(700, 0 as never));
  for (const candidate of [poor, rich]) {
    propose(people[0]!, candidate);
    vote(people[1]!, candidate);
    vote(people[2]!, candidate);
  }
  boundary();
  assert.equal(totalCredits(state.get(credits.of(poor))), 100);
  assert.equal(totalCredits(state.get(credits.of(rich))), 700);
});
