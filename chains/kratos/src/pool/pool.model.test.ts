import assert from "node:assert/strict";
import { test } from "node:test";
import { krat12, millis } from "@polis/codec";
import fc from "fast-check";
import type { AccountId } from "../identifiers.ts";
import { kratosRuntime } from "../kratosRuntime.ts";
import { type Account, accounts } from "../modules/accounts/account.ts";
import { TRANSFER_FEE, Transfer } from "../modules/accounts/transfer.ts";
import { withTip } from "../modules/accounts/withTip.ts";
import { Unstake } from "../modules/staking/unstake.ts";
import { NaivePool, type NaiveTransaction } from "../testing/naivePool.ts";
import { person } from "../testing/people.ts";
import { codec } from "../testing/testChain.ts";
import { type SignedTransaction, transactionHash } from "../transaction/transaction.ts";
import { TransactionPool } from "./transactionPool.ts";
import { poolLimits } from "./types.ts";

const limits = {
  ...poolLimits,
  ...{ transactions: 8, perAccount: 5, waiting: 2, expiryMs: 90, submissions: 10, rateWindowMs: 20 },
};
const people = [0, 1, 2, 3].map((n) => person(n).account);
const FREE = 1_000n;

type Step =
  | {
      readonly kind: "add";
      readonly who: number;
      readonly nonce: number;
      readonly tip: bigint;
      readonly amount: bigint;
      readonly isExit: boolean;
      readonly isSigned: boolean;
    }
  | { readonly kind: "wait"; readonly ms: number }
  /** Accounts' nonces move: forwards as blocks take them, or back with a reorganisation. */
  | { readonly kind: "head"; readonly who: number; readonly by: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant("add" as const),
      who: fc.nat(3),
      nonce: fc.nat(5),
      tip: fc.bigInt({ min: 0n, max: 4n }).map((n) => n * 100_000n),
      amount: fc.constantFrom(1n, 1n, FREE * TRANSFER_FEE),
      isExit: fc.nat(3).map((n) => n === 0),
      isSigned: fc.nat(9).map((n) => n > 0),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(12) }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("head" as const), who: fc.nat(3), by: fc.integer({ min: -2, max: 3 }) }),
  },
);

function make({ who, nonce, tip, amount, isExit, isSigned }: Extract<Step, { kind: "add" }>) {
  const inner = isExit
    ? Unstake.of({ amount: krat12(amount) })
    : Transfer.of({ to: people[0]!, amount: krat12(amount) });
  const call = tip === 0n ? inner : withTip({ tip: krat12(tip), call: inner });
  const transaction = { sender: people[who]!, nonce, call, timestamp: 0 };
  const signed: SignedTransaction = { transaction, signature: new Uint8Array(64).fill(isSigned ? 1 : 0) };
  const moves = isExit ? 0n : amount;
  const hash = transactionHash(codec, transaction);
  const naive: NaiveTransaction = {
    hash,
    sender: people[who]!,
    nonce,
    fee: TRANSFER_FEE + tip,
    moves,
    isExit,
    isSigned,
  };
  return { signed, naive };
}

test("the pool takes, refuses, evicts and forgets as the rules say, in their order (2.7, I17)", () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120, size: "max" }), (steps) => {
      const nonces = new Map(people.map((account) => [account, 0]));
      const account = (id: AccountId): Account => ({
        ...accounts.of(id).missing,
        nonce: nonces.get(id) ?? 0,
        free: krat12(FREE * TRANSFER_FEE),
      });
      const signatures = {
        header: () => true,
        transaction: (_: Uint8Array, { signature }: SignedTransaction) => signature[0] === 1,
        vote: () => true,
        vrf: () => undefined,
      };
      const rules = { runtime: kratosRuntime, chainIdentity: new Uint8Array(32), signatures };
      const pool = new TransactionPool({ rules, codec, account, admitsFree: () => true, limits });
      const model = new NaivePool(limits, account);
      const history: { readonly signed: SignedTransaction; readonly naive: NaiveTransaction }[] = [];
      let now = 0;
      for (const next of steps) {
        if (next.kind === "wait") now += next.ms;
        else if (next.kind === "add") {
          const { signed, naive } = make(next);
          history.push({ signed, naive });
          const expected = model.add(naive, now);
          const outcome = pool.add(signed, millis(now));
          assert.equal(outcome.ok ? "ok" : outcome.reason, expected);
          seen.add(expected);
        } else {
          const id = people[next.who]!;
          const before = nonces.get(id)!;
          nonces.set(id, Math.max(0, before + next.by));
          // Going back, what the account had sent is offered again; going on, its blocks are adopted.
          const own = history.filter(({ naive }) => naive.sender === id && naive.isSigned);
          const body = own.map(({ signed }) => signed);
          const isBack = next.by < 0;
          model.headChanged(isBack ? own.map(({ naive }) => naive) : [], now);
          const adopted = own.length > 0 ? body : [make({ ...blank, who: next.who }).signed];
          pool.headChanged({ adopted: [adopted], abandoned: isBack ? [body] : [] }, millis(now));
        }
        const held = [...pool.entries()].map(({ hash }) => hash);
        assert.deepEqual(
          held,
          model.list.map(({ tx }) => tx.hash),
        );
        assert.equal(
          pool.totalFees,
          model.list.reduce((sum, { tx }) => sum + tx.fee, 0n),
        );
      }
    }),
    { numRuns: 100 },
  );
  for (const code of ["ok", "InvalidSignature", "NonceTooOld", "InvalidNonce", "RbfFeeInsufficient", "PoolFull"]) {
    assert.ok(seen.has(code), `${code} was never met`);
  }
});

const blank = { kind: "add", nonce: 0, tip: 0n, amount: 1n, isExit: false, isSigned: true } as const;
