import assert from "node:assert/strict";
import { test } from "node:test";
import { epoch, height, krat12, seconds, slot } from "@polis/codec";
import { systemAccounts } from "../identifiers.ts";
import { accounts } from "../modules/accounts/account.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { credits, totalCredits } from "../modules/credits/creditRecord.ts";
import { economics } from "../modules/economics/economicsState.ts";
import { epochData } from "../modules/epoch/epochData.ts";
import { security } from "../modules/security/securityState.ts";
import { SubmitEvidence } from "../modules/slashing/submitEvidence.ts";
import { RegisterValidator } from "../modules/validators/registerValidator.ts";
import { validators } from "../modules/validators/validator.ts";
import { INITIAL_SUPPLY, KRAT } from "../params/chainParams.ts";
import { TestChain } from "../testing/testChain.ts";
import type { Header } from "./header.ts";
import { blockHash, signHeader } from "./header.ts";

const registerCall = () => RegisterValidator.of({ stake: krat12(50_000n * KRAT) });
const short = [{ name: "slots_per_epoch", value: 10n }];

function checkSupply(chain: TestChain): void {
  const { totalSupply, minted, burned } = chain.state.get(economics);
  assert.equal(chain.owned(Object.values(systemAccounts)), totalSupply);
  assert.equal(INITIAL_SUPPLY + minted - burned, totalSupply);
}

test("leaders produce, others import the same state, and every block conserves the supply (I1, I2)", () => {
  const chain = new TestChain(4, 2, short);
  for (let i = 0; i < 45; i++) {
    const pay = Transfer.of({ to: chain.people[5]!.account, amount: krat12(KRAT) });
    const done = chain.next(
      i % 3 === 0
        ? [chain.sign(4, pay), chain.sign(4, pay, chain.state.get(accounts.of(chain.people[4]!.account)).nonce + 1)]
        : [],
      i % 7 === 0 ? 2 : 0,
    );
    assert.equal(done.tree.hash, chain.tip.header.stateRoot);
    checkSupply(chain);
  }
  assert.ok(chain.epoch >= 5);
  const { active, schedule } = chain.state.get(epochData);
  assert.equal(active.length, 4);
  assert.equal(schedule.length, 4);
  const earned = active.map((account) => totalCredits(chain.state.get(credits.of(account))));
  assert.ok(
    earned.some((total) => total > 100),
    `${earned}`,
  );
  assert.equal(chain.state.get(security).state, "Bootstrap");
});

test("two nodes with one record have one genesis hash, and another record another", () => {
  assert.equal(new TestChain(3, 1).genesis.hash, new TestChain(3, 1).genesis.hash);
  assert.notEqual(new TestChain(3, 1).genesis.hash, new TestChain(3, 2).genesis.hash);
  const chain = new TestChain(3, 1);
  checkSupply(chain);
  for (const { account } of chain.people.slice(0, 3))
    assert.equal(totalCredits(chain.state.get(credits.of(account))), 100);
});

test("every broken rule of a block has its name, and leaves the state as it was (I3, I8)", () => {
  const chain = new TestChain(3, 1, short);
  chain.next();
  const root = chain.tip.header.stateRoot;
  const { block } = chain.build([], 1);
  const leader = chain.people.find(({ account }) => account === block.header.author)!;
  const stranger = chain.people.find(({ account }) => account !== block.header.author)!;
  const sign = (change: Partial<Header>, by = leader) => ({
    ...block,
    header: signHeader(chain.rules.chainIdentity, { ...block.header, ...change }, by.secret),
  });
  const other = chain.tip.header.stateRoot;
  const { header } = block;
  assert.equal(chain.import(sign({ number: (header.number + 1) as typeof header.number })), "BlockNumberMismatch");
  assert.equal(chain.import(sign({ parentHash: other })), "InvalidParentHash");
  assert.equal(chain.import(sign({ slot: chain.tip.header.slot })), "InvalidSlot");
  assert.equal(chain.import(sign({ epoch: epoch(header.epoch + 1) })), "InvalidEpoch");
  assert.equal(chain.import(sign({ timestamp: seconds(header.timestamp + 6) })), "TimestampSlotMismatch");
  assert.equal(chain.import(sign({ author: stranger.account }, stranger)), "WrongSlotAuthor");
  assert.equal(chain.import(sign({}, stranger)), "InvalidSignature");
  assert.equal(chain.import(sign({ vrfProof: new Uint8Array(80) })), "InvalidVrfProof");
  assert.equal(chain.import(sign({ transactionsRoot: other })), "InvalidTransactionsRoot");
  assert.equal(chain.import(sign({ stateRoot: other })), "StateRootMismatch");
  const unsigned = { ...chain.sign(3, Transfer.of({ to: other, amount: krat12(1n) })), signature: new Uint8Array(64) };
  assert.throws(() => chain.import(chain.build([unsigned, unsigned], 1).block), /InvalidTransaction/);
  assert.equal(chain.tip.header.stateRoot, root);
  assert.equal(chain.import(block), undefined);
  assert.equal(chain.tip.hash, blockHash(header));
});

test("a leader that was jailed since its epoch was drawn may no longer produce, nor others take its block (V10)", () => {
  const chain = new TestChain(3, 1, short);
  const pay = chain.sign(3, Transfer.of({ to: chain.people[0]!.account, amount: krat12(KRAT) }));
  const [first, second] = [[], [pay]].map((body) => chain.build(body).block.header) as [Header, Header];
  const leader = chain.people.find(({ account }) => account === first.author)!;
  const until = Array.from({ length: 18 }, (_, i) => i + 2).find((at) => chain.leaderAt(slot(at)) === leader)!;
  const { block } = chain.build([], until - 1);
  const evidence = { kind: "doubleSigning", first, second } as const;
  const known = chain.next([chain.sign(3, SubmitEvidence.of({ evidence }))]);
  assert.equal(chain.state.get(validators.of(leader.account))?.status, "Jailed");
  const upon = { parentHash: blockHash(known.block.header), number: height(known.block.header.number + 1) };
  const header = signHeader(chain.rules.chainIdentity, { ...block.header, ...upon }, leader.secret);
  assert.equal(chain.import({ ...block, header }), "UnauthorizedAuthor");
  assert.throws(() => chain.build([], until - 2), /UnauthorizedAuthor/);
});

test("missed slots cost their leaders reputation; a long silence costs nobody (kratos-core 3.7)", () => {
  const chain = new TestChain(3, 0, [{ name: "slots_per_epoch", value: 200n }]);
  const missed = () =>
    chain.state.get(epochData).active.reduce((sum, id) => sum + chain.state.get(validators.of(id))!.blocksMissed, 0);
  chain.next();
  chain.next([], 5);
  assert.equal(missed(), 5);
  chain.next([], 60);
  assert.equal(missed(), 5);
  // Thirty empty slots on both sides of a boundary are two short runs.
  while (chain.tip.header.slot < 169) chain.next();
  chain.next([], 60);
  assert.equal(missed(), 65);
  assert.equal(chain.epoch, 1);
});

test("snapshots choose leaders one to two epochs later, never in the running epoch (I13)", () => {
  const chain = new TestChain(2, 1, short);
  const scheduled = () => chain.state.get(epochData).schedule.length;
  chain.next([chain.sign(2, registerCall())]);
  assert.equal(chain.state.get(epochData).active.length, 3);
  while (chain.epoch < 2) {
    assert.equal(scheduled(), 2);
    chain.next();
  }
  assert.equal(scheduled(), 3);
});

test("a chain that slept for many epochs goes on", () => {
  const chain = new TestChain(2, 0, short);
  chain.next();
  chain.next([], 500);
  assert.equal(chain.epoch, 50);
  assert.equal(chain.state.get(epochData).participationBps.length, 50);
  assert.equal(chain.tip.header.slot, slot(502));
  checkSupply(chain);
});
