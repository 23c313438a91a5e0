import assert from "node:assert/strict";
import { test } from "node:test";
import { type Digest, digest, epoch, height, krat12, seconds, slot } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import { type FinalityVote, votePayload } from "@polis/finality";
import { signHeader } from "../../block/header.ts";
import { KRAT } from "../../params/chainParams.ts";
import { ChainWorld } from "../../testing/chainWorld.ts";
import { type Person, person } from "../../testing/people.ts";
import { accounts } from "../accounts/account.ts";
import { credits, newCredits, totalCredits } from "../credits/creditRecord.ts";
import { economics } from "../economics/economicsState.ts";
import { epochData } from "../epoch/epochData.ts";
import { security } from "../security/securityState.ts";
import { unbondings } from "../staking/unbonding.ts";
import { Unstake } from "../staking/unstake.ts";
import { RegisterValidator } from "../validators/registerValidator.ts";
import { validators } from "../validators/validator.ts";
import { judgeLiveness } from "./liveness.ts";
import { decayed, offences, type Severity, severities, withOffence } from "./offences.ts";
import { punish } from "./penalty.ts";
import { type Evidence, SubmitEvidence } from "./submitEvidence.ts";

const chainIdentity = new Uint8Array(32);
const hash = (byte: string): Digest => digest(byte.repeat(32));

function world(stakeKrat = 600_000n, people = 3): ChainWorld {
  const made = new ChainWorld(people, 1_000_000n);
  for (let i = 0; i < people; i++) made.send(i, RegisterValidator.of({ stake: krat12(stakeKrat * KRAT) }));
  made.wait(5_000);
  return made;
}

const validator = (made: ChainWorld, who: number) => made.state.get(validators.of(made.people[who]!))!;
const vc = (made: ChainWorld, who: number) => totalCredits(made.state.get(credits.of(made.people[who]!)));

function header(author: Person, at: number, salt: string) {
  const fields = {
    ...{ number: height(at), parentHash: hash(salt), transactionsRoot: hash("00"), stateRoot: hash("00") },
    ...{ timestamp: seconds(at * 6), epoch: epoch(0), slot: slot(at), author: author.account },
  };
  return signHeader(chainIdentity, { ...fields, vrfProof: new Uint8Array(80) }, author.secret);
}

const twoHeaders = (who: number, at = 4_000): Evidence => ({
  kind: "doubleSigning",
  first: header(person(who), at, "11"),
  second: header(person(who), at, "22"),
});

function vote(
  who: Person,
  target: string,
  round = 7,
  type: FinalityVote["type"] = "prevote",
  set = epoch(6),
): FinalityVote {
  const unsigned = { type, target: { number: height(4_000), hash: hash(target) }, round, set } as const;
  return { ...unsigned, voter: who.account, signature: ed25519.sign(votePayload(chainIdentity, unsigned), who.secret) };
}

const submit = (made: ChainWorld, evidence: Evidence) => made.send(2, SubmitEvidence.of({ evidence }));

test("amounts are those of the table, credits before stake, unbonding funds included (I33)", () => {
  const expected: Readonly<Record<Severity, readonly [credits: number, bps: readonly bigint[]]>> = {
    Critical: [50, [500n, 1_250n, 2_000n]],
    High: [75, [100n, 300n, 500n]],
    Medium: [90, [0n, 50n, 100n]],
    Low: [95, [0n, 0n, 0n]],
  };
  for (const severity of severities) {
    const [left, steps] = expected[severity];
    for (const [times, bps] of steps.entries()) {
      const made = world();
      const account = made.people[0]!;
      made.state.set(credits.of(account), newCredits(100, epoch(0)));
      made.send(0, Unstake.of({ amount: krat12(50_000n * KRAT) }));
      for (let i = 0; i < times; i++) {
        made.state.update(offences.of(account), (counts) => withOffence(counts, severity, epoch(8)));
      }
      const supply = made.state.get(economics).totalSupply;
      punish(made.context, account, { severity, offenceId: hash("aa"), rulesBlock: 1 });
      assert.equal(vc(made, 0), left, severity);
      const { bonded, unbonding } = made.account(0);
      const [stake, leaving] = [550_000n * KRAT, 50_000n * KRAT].map((amount) => amount - (amount * bps) / 10_000n);
      // The third Critical offence ends the place, and the stake unbonds.
      assert.deepEqual(
        [bonded, unbonding],
        severity === "Critical" && times === 2 ? [0n, stake! + leaving!] : [stake, leaving],
      );
      assert.equal(made.state.get(unbondings.of(account))[0]!.amount, leaving);
      assert.equal(supply - made.state.get(economics).totalSupply, (600_000n * KRAT * bps) / 10_000n);
    }
  }
});

test("grave offences jail, and three Critical ones end the place until they have decayed (I34)", () => {
  const made = world();
  const account = made.people[0]!;
  for (let i = 0; i < 2; i++)
    punish(made.context, account, { severity: "Critical", offenceId: hash("aa"), rulesBlock: 1 });
  assert.deepEqual([validator(made, 0).status, validator(made, 0).cooldownUntil], ["Jailed", 60]);
  punish(made.context, account, { severity: "Critical", offenceId: hash("ab"), rulesBlock: 1 });
  assert.deepEqual([validator(made, 0).status, validator(made, 0).ejected], ["Unbonding", true]);
  assert.equal(made.account(0).bonded, 0n);
  assert.equal(made.state.get(epochData).active.length, 2);
  made.wait(61 * 600);
  assert.equal(made.send(0, RegisterValidator.of({ stake: krat12(60_000n * KRAT) })).code, "Ejected");
  made.wait(20 * 600);
  assert.equal(made.send(0, RegisterValidator.of({ stake: krat12(60_000n * KRAT) })).code, undefined);
});

test("counts fall by one every 26 epochs, and each interval once", () => {
  const three = { count: 3, since: epoch(10) };
  assert.deepEqual(decayed(three, epoch(35)), three);
  assert.deepEqual(decayed(three, epoch(36)), { count: 2, since: 36 });
  assert.deepEqual(decayed(decayed(three, epoch(50)), epoch(62)), decayed(three, epoch(62)));
  assert.equal(decayed(three, epoch(1_000)).count, 0);
});

test("double signing and equivocation are proved by their signatures, punished once and refunded", () => {
  const made = world();
  const before = made.account(2).free;
  assert.equal(submit(made, twoHeaders(0)).code, undefined);
  assert.equal(made.account(2).free, before);
  assert.equal(validator(made, 0).status, "Jailed");
  assert.equal(submit(made, twoHeaders(0)).code, "DuplicateEvidence");
  const votes = { kind: "equivocation", first: vote(person(1), "11"), second: vote(person(1), "22") } as const;
  assert.equal(submit(made, votes).code, undefined);
  assert.equal(validator(made, 1).status, "Jailed");
  assert.ok(made.account(2).free < before);
});

test("where nothing is left to take the fee is kept, so that proofs against oneself are not free", () => {
  const made = world();
  const account = made.people[0]!;
  assert.equal(submit(made, twoHeaders(0, 4_000)).fee, 0n);
  made.state.set(credits.of(account), newCredits(0, epoch(0)));
  made.state.update(accounts.of(account), (before) => ({ ...before, bonded: krat12(4n) }));
  made.state.set(validators.of(account), { ...validator(made, 0), stake: krat12(4n) });
  for (let n = 1; n < 4; n++) {
    const receipt = submit(made, twoHeaders(0, 4_000 + n));
    assert.deepEqual([receipt.success, receipt.fee], [true, 10_000_000n]);
  }
});

test("prevote and precommit of a round are one offence; another round or set is another one (I34, kratos-core 8.3)", () => {
  const made = world();
  const pair = (round: number, type: FinalityVote["type"], set = 6, salt = "22"): Evidence => ({
    kind: "equivocation",
    first: vote(person(0), "11", round, type, epoch(set)),
    second: vote(person(0), salt, round, type, epoch(set)),
  });
  assert.equal(submit(made, pair(7, "prevote")).code, undefined);
  assert.equal(submit(made, pair(7, "precommit")).code, "DuplicateEvidence");
  assert.equal(submit(made, pair(7, "prevote", 6, "33")).code, "DuplicateEvidence");
  assert.equal(validator(made, 0).slashCount, 1);
  assert.equal(submit(made, pair(8, "precommit")).code, undefined);
  assert.equal(submit(made, pair(7, "prevote", 5)).code, undefined);
  assert.deepEqual([validator(made, 0).slashCount, validator(made, 0).ejected], [3, true]);
});

test("what proves nothing is refused with a name", () => {
  const made = world();
  const good = twoHeaders(0);
  assert.ok(good.kind === "doubleSigning");
  assert.equal(submit(made, { ...good, second: good.first }).code, "InvalidEvidence");
  assert.equal(submit(made, { ...good, second: header(person(0), 4_001, "22") }).code, "InvalidEvidence");
  assert.equal(submit(made, { ...good, second: header(person(1), 4_000, "22") }).code, "InvalidEvidence");
  const forged = { ...good.second, signature: new Uint8Array(64) };
  assert.equal(submit(made, { ...good, second: forged }).code, "InvalidEvidence");
  assert.equal(submit(made, twoHeaders(50)).code, "InvalidEvidence");
  const votes = { kind: "equivocation", first: vote(person(1), "11"), second: vote(person(1), "22", 8) } as const;
  assert.equal(submit(made, votes).code, "InvalidEvidence");
  made.wait(403_200);
  assert.equal(submit(made, twoHeaders(0)).code, "EvidenceExpired");
  assert.equal(validator(made, 0).status, "Active");
});

test("who takes part in a fork is not punished: a branch has an identity of its own, under which nothing here is proved (I51)", () => {
  const branch = new Uint8Array(32).fill(9);
  const made = world();
  const accused = person(0);
  const here = header(accused, 4_000, "11");
  const { signature: _, ...unsigned } = header(accused, 4_000, "22");
  const there = signHeader(branch, unsigned, accused.secret);
  const first = vote(accused, "11");
  const { signature: __, voter, ...rest } = vote(accused, "22");
  const second = { ...rest, voter, signature: ed25519.sign(votePayload(branch, rest), accused.secret) };
  const evidences: readonly Evidence[] = [
    { kind: "doubleSigning", first: here, second: there },
    { kind: "equivocation", first, second },
  ];
  const before = [validator(made, 0), vc(made, 0)];
  for (const evidence of evidences) assert.equal(submit(made, evidence).success, false, evidence.kind);
  assert.deepEqual([validator(made, 0), vc(made, 0)], before);
});

test("three offline epochs are Low, twelve Medium; few duties met in a month are punished once (kratos-core 8.2)", () => {
  const made = world();
  const account = made.people[0]!;
  const duty = { account, leaderSlots: 10, produced: 0, justifications: 0, signed: 0 };
  const severitiesOf = () =>
    made.events.flatMap(({ name, fields }) =>
      name === "PenaltyApplied" ? [(fields as { severity: Severity }).severity] : [],
    );
  const close = (produced: number, month = produced) => {
    made.state.update(epochData, (data) => ({
      ...data,
      epochDuties: [{ ...duty, produced }],
      monthDuties: [{ ...duty, produced: month }],
    }));
    made.wait(600);
    judgeLiveness(made.context);
  };
  for (let i = 0; i < 12; i++) close(0);
  assert.deepEqual(severitiesOf(), ["Low", "Medium"]);
  assert.equal(validator(made, 0).offlineStreak, 12);
  made.events.length = 0;
  for (let i = 0; i < 8; i++) close(10, 7);
  assert.deepEqual(severitiesOf(), ["Low", "Low"].slice(0, severitiesOf().length));
  assert.ok(severitiesOf().length >= 1);
  assert.equal(validator(made, 0).offlineStreak, 0);
});

test("in an emergency slashing does not escalate, and liveness jails nobody (kratos-core 8.4)", () => {
  const made = world();
  made.state.set(security, { ...security.missing, state: "Emergency" });
  const account = made.people[0]!;
  for (let i = 0; i < 3; i++)
    punish(made.context, account, { severity: "Critical", offenceId: undefined, rulesBlock: 1 });
  assert.equal(validator(made, 0).status, "Active");
  assert.equal(made.account(0).bonded, (((600_000n * KRAT * 95n) / 100n) * 95n * 95n) / 10_000n);
});
