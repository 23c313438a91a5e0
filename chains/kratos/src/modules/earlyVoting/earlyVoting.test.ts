import assert from "node:assert/strict";
import { test } from "node:test";
import { krat12 } from "@polis/codec";
import { KRAT } from "../../params/chainParams.ts";
import type { Call } from "../../runtime/call.ts";
import { TestChain } from "../../testing/testChain.ts";
import { Transfer } from "../accounts/transfer.ts";
import { credits, totalCredits } from "../credits/creditRecord.ts";
import { epochData } from "../epoch/epochData.ts";
import { GRACE_BLOCKS } from "../security/graces.ts";
import { security } from "../security/securityState.ts";
import { validators } from "../validators/validator.ts";
import { admitAndRemove } from "./approve.ts";
import { candidacyOf } from "./candidate.ts";
import { ProposeEarlyValidator, VoteEarlyValidator } from "./earlyVoting.ts";

const short = [{ name: "slots_per_epoch", value: 10n }];

/** Four validators and people who want to be some. Validators earn their fees by producing. */
function world(others = 8): TestChain {
  const chain = new TestChain(4, others, short);
  const give = [0, 1, 2, 3].map((i) => Transfer.of({ to: chain.people[i]!.account, amount: krat12(10n * KRAT) }));
  chain.next(give.map((call, i) => chain.sign(4, call, i)));
  return chain;
}

function code(chain: TestChain, who: number, call: Call): string | undefined {
  return chain.next([chain.sign(who, call)]).applied.receipts[0]!.code;
}

const propose = (chain: TestChain, who: number) => ProposeEarlyValidator.of({ candidate: chain.people[who]!.account });
const vote = (chain: TestChain, who: number) => VoteEarlyValidator.of({ candidate: chain.people[who]!.account });

const toNextEpoch = (chain: TestChain) => {
  const { epoch } = chain;
  while (chain.epoch === epoch) chain.next();
};

test("three votes bring a candidate in at the next boundary, with 100 credits and no stake (I26, I27)", () => {
  const chain = world();
  assert.equal(code(chain, 4, propose(chain, 5)), "NotValidator");
  assert.equal(code(chain, 0, propose(chain, 1)), "AlreadyValidator");
  assert.equal(code(chain, 0, vote(chain, 5)), "CandidacyNotFound");
  assert.equal(code(chain, 0, propose(chain, 5)), undefined);
  assert.equal(code(chain, 1, propose(chain, 5)), "CandidacyExists");
  assert.equal(code(chain, 0, vote(chain, 5)), "AlreadyVoted");
  assert.equal(code(chain, 1, vote(chain, 5)), undefined);
  assert.equal(chain.state.get(epochData).approvalQueue.length, 0);
  assert.equal(code(chain, 2, vote(chain, 5)), undefined);
  assert.equal(chain.state.get(epochData).approvalQueue.length, 1);
  toNextEpoch(chain);
  const { account } = chain.people[5]!;
  const admitted = chain.state.get(validators.of(account))!;
  assert.deepEqual(
    [admitted.status, admitted.stake, admitted.isBootstrap, admitted.reputation],
    ["Active", 0n, true, 100],
  );
  assert.ok(totalCredits(chain.state.get(credits.of(account))) >= 100);
  assert.equal(code(chain, 0, vote(chain, 5)), "CandidacyNotPending");
});

test("at most five are approved at a boundary, in the order of their quorums", () => {
  const chain = world();
  for (let who = 5; who < 11; who++) {
    chain.next([chain.sign(0, propose(chain, who))]);
    chain.next([chain.sign(1, vote(chain, who)), chain.sign(2, vote(chain, who))]);
  }
  while (chain.state.get(epochData).approvalQueue.length > 1) toNextEpoch(chain);
  assert.ok(chain.state.get(epochData).active.length >= 9);
  toNextEpoch(chain);
  assert.equal(chain.state.get(epochData).active.length, 10);
});

test("a candidacy expires after seven days, and is rejected when Bootstrap ends, both without being visited", () => {
  const chain = world();
  code(chain, 0, propose(chain, 5));
  const { account } = chain.people[5]!;
  const state = chain.state;
  const { createdAt } = candidacyOf(state, account, chain.tip.header.number)!;
  const status = (after: number) => candidacyOf(state, account, (createdAt + after) as typeof createdAt)?.status;
  assert.deepEqual([status(100_799), status(100_800)], ["Pending", "Expired"]);
  state.set(security, { ...state.get(security), state: "Normal" });
  assert.equal(status(1), "Rejected");
});

test("after Bootstrap and its grace those without stake leave four at a time, fewest credits first, but for the last one (kratos-core 4.6, I39)", () => {
  const chain = new TestChain(9, 0, short);
  const state = chain.state;
  const { number } = chain.tip.header;
  const exit = {
    from: "Bootstrap",
    to: "Normal",
    epoch: chain.epoch,
    block: number,
    validators: 80,
    reason: "T3",
  } as const;
  state.set(security, { ...state.get(security), state: "Normal", history: [exit] });
  const { params, clock, chainIdentity } = chain.rules;
  const at = (blocks: number) => {
    const block = { ...chain.tip.header, number: (number + blocks) as typeof number, params, chainIdentity };
    admitAndRemove({ state, block, emit: () => undefined });
    return state.get(epochData).active.length;
  };
  assert.ok(clock.slotsPerEpoch > 0);
  assert.deepEqual(
    [at(1), at(GRACE_BLOCKS - 1), at(GRACE_BLOCKS), at(GRACE_BLOCKS + 10), at(GRACE_BLOCKS + 20)],
    [9, 9, 5, 1, 1],
  );
});

test("a floor that rose protects whom the lower one let in, also within the grace of the bootstrap era (kratos-core 4.1)", () => {
  const chain = new TestChain(6, 0, short);
  const state = chain.state;
  const { number } = chain.tip.header;
  const change = { epoch: chain.epoch, block: number, validators: 60 } as const;
  state.set(security, {
    ...{ ...state.get(security), state: "Degraded" as const },
    history: [
      { ...change, from: "Bootstrap", to: "Degraded", reason: "T3" },
      { ...change, from: "BootstrapRecovery", to: "Degraded", reason: "T12" },
    ],
  });
  const stakes = [0n, 1n, 17_499n, 17_500n, 24_999n, 25_000n];
  const ids = chain.people.map(({ account }) => account);
  for (const [i, id] of ids.entries()) {
    state.update(validators.of(id), (was) => ({ ...was!, isBootstrap: i === 0, stake: krat12(stakes[i]! * KRAT) }));
  }
  const leftAt = (blocks: number) => {
    const { params, chainIdentity } = chain.rules;
    const block = { ...chain.tip.header, number: (number + blocks) as typeof number, params, chainIdentity };
    admitAndRemove({ state, block, emit: () => undefined });
    return ids.flatMap((id, i) => (state.get(validators.of(id))!.status === "Active" ? [stakes[i]!] : []));
  };
  assert.deepEqual(leftAt(1), [0n, 17_500n, 24_999n, 25_000n]);
  assert.deepEqual(leftAt(GRACE_BLOCKS), [25_000n]);
});
