import assert from "node:assert/strict";
import { test } from "node:test";
import { krat12, millis, slot } from "@polis/codec";
import fc from "fast-check";
import { checkBody } from "../block/checkBody.ts";
import { previewBlock } from "../block/previewBlock.ts";
import type { AccountId } from "../identifiers.ts";
import { kratosRuntime } from "../kratosRuntime.ts";
import { accounts } from "../modules/accounts/account.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { withTip } from "../modules/accounts/withTip.ts";
import { ClockAttest } from "../modules/clock/clockAttest.ts";
import { WithdrawUnbonded } from "../modules/staking/withdrawUnbonded.ts";
import { KRAT } from "../params/chainParams.ts";
import { codec, TestChain } from "../testing/testChain.ts";
import type { SignedTransaction } from "../transaction/transaction.ts";
import { selectTransactions } from "./selectTransactions.ts";
import { TransactionPool } from "./transactionPool.ts";
import { type PoolLimits, poolLimits } from "./types.ts";

const now = millis(0);

function poolOf(chain: TestChain, limits: PoolLimits = poolLimits): TransactionPool {
  const account = (id: AccountId) => chain.state.get(accounts.of(id));
  return new TransactionPool({ rules: chain.rules, codec, account, admitsFree: () => true, limits });
}

function pay(chain: TestChain, who: number, nonce: number, tip = 0n, amount: bigint = KRAT): SignedTransaction {
  const call = Transfer.of({ to: chain.people[3]!.account, amount: krat12(amount) });
  return chain.sign(who, tip === 0n ? call : withTip({ tip: krat12(tip), call }), nonce);
}

function reasonOf(pool: TransactionPool, signed: SignedTransaction, at = now): string {
  const outcome = pool.add(signed, at);
  return outcome.ok ? "ok" : outcome.reason;
}

function choose(chain: TestChain, pool: TransactionPool): readonly SignedTransaction[] {
  const at = slot(chain.tip.header.slot + 1);
  const { leader } = previewBlock(chain.rules, chain.tip, at);
  const { context } = previewBlock(chain.rules, chain.tip, at, leader);
  return selectTransactions(pool, { runtime: kratosRuntime, context });
}

test("a signature of somebody else, or for another chain, is refused before anything is counted (S15, I15, I17)", () => {
  const chain = new TestChain(3, 1);
  const other = new TestChain(3, 2);
  const pool = poolOf(chain, { ...poolLimits, submissions: 2 });
  for (let i = 0; i < 5; i++) {
    const forged = { ...pay(chain, 3, 0), signature: new Uint8Array(64).fill(i) };
    assert.equal(reasonOf(pool, forged), "InvalidSignature");
  }
  assert.equal(reasonOf(pool, pay(other, 3, 0)), "InvalidSignature");
  assert.equal(reasonOf(pool, pay(chain, 3, 0)), "ok");
  assert.equal(reasonOf(pool, pay(chain, 3, 0)), "DuplicateTransaction");
  assert.equal(reasonOf(pool, pay(chain, 3, 1)), "ok");
  assert.equal(reasonOf(pool, pay(chain, 3, 2)), "TooManySubmissions");
  assert.equal(reasonOf(pool, pay(chain, 3, 2), millis(60_000)), "ok");
  assert.equal(reasonOf(pool, pay(chain, 3, 500_000_001), millis(60_000)), "NonceTooHigh");
});

test("what is chosen makes a valid block, by fee and in the order of nonces (2.7 (9))", () => {
  const chain = new TestChain(3, 2);
  const chosen = fc.record({
    who: fc.constantFrom(0, 3, 4),
    nonce: fc.nat(3),
    tip: fc.bigInt(0n, 3n),
    big: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(chosen, { maxLength: 12 }), (list) => {
      const pool = poolOf(chain);
      for (const { who, nonce, tip, big } of list) {
        pool.add(pay(chain, who, nonce, tip * 1_000_000n, big ? 999_999n * KRAT : KRAT), now);
      }
      const transactions = choose(chain, pool);
      const { block } = chain.build(transactions);
      assert.equal(checkBody(chain.rules, codec, block), undefined);
      const next = new Map<string, number>();
      for (const { transaction } of transactions) {
        assert.equal(transaction.nonce, next.get(transaction.sender) ?? 0);
        next.set(transaction.sender, transaction.nonce + 1);
      }
      // Nothing that is ready and can be paid for stays behind.
      if ([...pool.entries()].some(({ signed }) => signed.transaction.nonce === 0)) assert.ok(transactions.length > 0);
    }),
    { numRuns: 15 },
  );
});

test("calls that the block would not admit stay in the pool", () => {
  const chain = new TestChain(3, 1);
  const pool = poolOf(chain);
  assert.equal(reasonOf(pool, chain.sign(0, ClockAttest.of({ slot: slot(1) }), 0)), "ok");
  assert.equal(reasonOf(pool, pay(chain, 3, 0)), "ok");
  assert.deepEqual(
    choose(chain, pool).map(({ transaction }) => transaction.sender),
    [chain.people[3]!.account],
  );
  assert.equal(pool.size, 2);
});

test("other classes stop at 900 transactions; exits go on (3.2, I38)", () => {
  const chain = new TestChain(3, 12);
  const signatures = { ...chain.rules.signatures, transaction: () => true };
  const rules = { ...chain.rules, signatures };
  const account = (id: (typeof chain.people)[number]["account"]) => chain.state.get(accounts.of(id));
  const pool = new TransactionPool({
    ...{ rules, codec, account, admitsFree: () => true },
    limits: { ...poolLimits, submissions: 1_000 },
  });
  const fake = (who: number, nonce: number, isExit: boolean): SignedTransaction => {
    const to = chain.people[3]!.account;
    const call = isExit ? WithdrawUnbonded.of({}) : Transfer.of({ to, amount: krat12(KRAT) });
    const transaction = { sender: chain.people[who]!.account, nonce, call, timestamp: 0 };
    return { transaction, signature: new Uint8Array(64) };
  };
  for (let nonce = 0; nonce < 100; nonce++) {
    for (let who = 3; who < 13; who++) assert.ok(pool.add(fake(who, nonce, false), now).ok);
  }
  for (let nonce = 0; nonce < 100; nonce++) {
    for (let who = 13; who < 15; who++) assert.ok(pool.add(fake(who, nonce, true), now).ok);
  }
  const chosen = choose(chain, pool);
  const exits = chosen.filter(({ transaction }) => transaction.call.name === "WithdrawUnbonded").length;
  assert.deepEqual([chosen.length, exits], [1_000, 100]);
});

test("a reorganisation puts transactions back, and a block takes them out (2.7 (10))", () => {
  const chain = new TestChain(3, 1);
  const pool = poolOf(chain);
  const [first, second] = [pay(chain, 3, 0), pay(chain, 3, 1)];
  pool.add(first, now);
  pool.add(second, now);
  const before = chain.tip;
  const { block } = chain.next([first]);
  pool.headChanged({ adopted: [block.transactions], abandoned: [] }, now);
  assert.deepEqual(
    [...pool.entries()].map(({ signed }) => signed),
    [second],
  );
  chain.tip = before;
  pool.headChanged({ adopted: [], abandoned: [block.transactions] }, now);
  assert.equal(choose(chain, pool).length, 2);
  pool.headChanged({ adopted: [], abandoned: [] }, millis(3_600_000));
  assert.equal(pool.size, 0);
  assert.deepEqual(pool.stats, { totalAdded: 3, totalRemoved: 3, totalEvicted: 0, totalRejected: 0, totalReplaced: 0 });
});
