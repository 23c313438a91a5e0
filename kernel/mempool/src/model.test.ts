import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, type Height, type Millis, millis } from "@polis/codec";
import fc from "fast-check";
import { createMempool } from "./createMempool.ts";
import { NaivePool } from "./testing/naivePool.ts";
import { testAddress, testTransaction } from "./testing/transaction.ts";
import type { Mempool, PoolConfig, PoolTransaction } from "./types.ts";

const config: PoolConfig = {
  maxTransactions: 9,
  maxBytes: 150,
  maxPendingPerSender: 4,
  maxQueuedPerSender: 2,
  maxPerFeePayer: 2,
  maxNonceGap: 3,
  minFeeCap: 2n,
  minReplacementBumpPercent: 10,
  ttlMs: millis(100),
};
const people = 4;

/** The chain under the pool: final nonces, and blocks above the last final one that took more. */
class Chain {
  readonly finalNonces = new Map<Address, bigint>();
  readonly balances = new Map<Address, bigint>();
  readonly flights: PoolTransaction[][] = [];
  finalNonce = (who: Address) => this.finalNonces.get(who) ?? 0n;
  nonce = (who: Address) => this.finalNonce(who) + BigInt(this.flights.flat().filter((tx) => tx.sender === who).length);
  balance = (who: Address) => {
    const spent = this.flights.flat().filter((tx) => tx.sender === who);
    return (this.balances.get(who) ?? 20n) - spent.reduce((sum, tx) => sum + tx.senderCost, 0n);
  };
}

interface Real {
  readonly pool: Mempool;
  readonly chain: Chain;
  readonly model: NaivePool;
  now: number;
  timeS: number;
}
type Model = Record<string, never>;

function check({ pool, model, chain, timeS }: Real): void {
  const hashes = (all: Iterable<PoolTransaction>) => [...all].map((tx) => tx.hash).sort((a, b) => (a < b ? -1 : 1));
  model.timeS = timeS;
  assert.deepEqual(hashes(pool.all()), hashes(model.held.map(({ tx }) => tx)));
  const pending = model.senders().flatMap((sender) => model.pending(sender)).length;
  const bytes = model.held.reduce((sum, { tx }) => sum + tx.envelope.length, 0);
  assert.deepEqual(pool.status(), { pending, queued: model.held.length - pending, bytes });
  assert.ok(model.held.length <= config.maxTransactions && bytes <= config.maxBytes);
  for (let i = 0; i < people; i++) {
    const who = testAddress(i);
    const ahead = model.pending(who).filter((tx) => tx.nonce >= chain.nonce(who));
    assert.equal(pool.nextNonce(who), chain.nonce(who) + BigInt(ahead.length));
  }
  for (const baseFee of [0n, 3n, 6n]) {
    const wanted = model.order(baseFee, timeS).map((tx) => tx.hash);
    assert.equal(pool.hasExecutable(baseFee, timeS), wanted.length > 0);
    const order = pool.candidates(baseFee, timeS);
    const got: string[] = [];
    for (let step = order.next(); !step.done; step = order.next("taken")) got.push(step.value.hash);
    assert.deepEqual(got, wanted);
  }
}

class Command implements fc.Command<Model, Real> {
  readonly #name: string;
  readonly #act: (real: Real) => void;
  constructor(name: string, act: (real: Real) => void) {
    this.#name = name;
    this.#act = act;
  }
  check = () => true;
  run(_: Model, real: Real): void {
    this.#act(real);
    check(real);
  }
  toString = () => this.#name;
}

const fee = fc.integer({ min: 0, max: 9 }).map(BigInt);
const add = fc
  .record({
    who: fc.nat(people - 1),
    ahead: fc.integer({ min: -1, max: 5 }),
    feeCap: fee,
    tipCap: fee,
    cost: fc.integer({ min: 0, max: 8 }),
    size: fc.integer({ min: 5, max: 60 }),
    // Sponsors send nothing themselves: a tip that moves unannounced changes only the senders' accounts in order.
    sponsor: fc.option(fc.integer({ min: people, max: people + 1 }), { freq: 4, nil: undefined }),
    after: fc.option(fc.nat(8), { freq: 6, nil: 0 }),
    before: fc.option(fc.nat(12), { freq: 6, nil: 0 }),
  })
  .map(
    (f) =>
      new Command(
        `add ${JSON.stringify(f, (_, v) => (typeof v === "bigint" ? `${v}` : v))}`,
        ({ pool, model, chain, now, timeS }) => {
          const tx = testTransaction(f.who, Math.max(0, Number(chain.nonce(testAddress(f.who))) + f.ahead), {
            feeCap: f.feeCap,
            tipCap: [f.tipCap, f.feeCap].sort((a, b) => Number(a - b))[0]!,
            senderCost: BigInt(f.cost),
            envelope: new Uint8Array(f.size),
            feePayer: f.sponsor === undefined ? undefined : testAddress(f.sponsor),
            feePayerCost: f.sponsor === undefined ? 0n : 3n,
            validAfterS: f.after,
            validBeforeS: f.before,
          });
          // The pool drops what has expired before anything else leaves (M6); the model is told by the same rule.
          const count = model.held.length;
          const bytes = model.held.reduce((sum, one) => sum + one.tx.envelope.length, 0);
          if (count >= config.maxTransactions || bytes + f.size > config.maxBytes) expireModel(model, now, timeS);
          const got = pool.add(now as Millis, timeS, tx);
          assert.equal(got.ok ? got.value : got.fault.code, model.add(now, timeS, tx));
        },
      ),
  );
const expireModel = (model: NaivePool, now: number, timeS: number) => {
  model.timeS = timeS;
  return model.remove(({ tx, ms }) => now - ms >= config.ttlMs || (tx.validBeforeS !== 0 && tx.validBeforeS <= timeS));
};
const tick = fc.tuple(fc.nat(40), fc.nat(2)).map(
  ([ms, s]) =>
    new Command(`tick ${ms} ${s}`, (real) => {
      real.now += ms;
      real.timeS += s;
      const gone = real.pool.expire(real.now as Millis, real.timeS);
      const byHash = (all: readonly string[]) => [...all].sort((a, b) => (a < b ? -1 : 1));
      assert.deepEqual(byHash(gone), byHash(expireModel(real.model, real.now, real.timeS)));
    }),
);
/** A block on the tip takes some candidates; they stay in the pool until they are final (A-MEM-4). */
const block = fc.nat(4).map(
  (count) =>
    new Command(`block ${count}`, ({ pool, chain, timeS }) => {
      const order = pool.candidates(2n, timeS);
      const taken: PoolTransaction[] = [];
      for (let step = order.next(); !step.done && taken.length < count; step = order.next("taken"))
        taken.push(step.value);
      chain.flights.push(taken);
    }),
);
const settle = (real: Real, taken: readonly PoolTransaction[], included: readonly PoolTransaction[]) => {
  const touched = [...new Set(taken.map((tx) => tx.sender))];
  const hashes = included.map((tx) => tx.hash);
  real.pool.onFinalized(real.now as Millis, 1 as Height, hashes, touched);
  const { chain, model } = real;
  model.remove(({ tx }) => hashes.includes(tx.hash) || tx.nonce < chain.finalNonce(tx.sender));
  for (const sender of touched) model.trim(sender);
};
const finalize = fc.integer({ min: 1, max: 2 }).map(
  (count) =>
    new Command(`finalize ${count}`, (real) => {
      const { chain } = real;
      const taken = chain.flights.splice(0, count).flat();
      for (const tx of taken) {
        chain.balances.set(tx.sender, (chain.balances.get(tx.sender) ?? 20n) - tx.senderCost);
        chain.finalNonces.set(tx.sender, tx.nonce + 1n);
      }
      settle(real, taken, taken);
    }),
);
const abandon = fc.constant(new Command("abandon", (real) => settle(real, real.chain.flights.pop() ?? [], [])));
/** Somebody else's block moved an account: its nonce by one, or its balance. */
const touch = fc.tuple(fc.nat(people + 1), fc.boolean(), fc.nat(25)).map(
  ([i, nonce, balance]) =>
    new Command(`touch ${i} ${nonce} ${balance}`, (real) => {
      const who = testAddress(i);
      const { chain, model, pool, now } = real;
      if (chain.flights.flat().some((tx) => tx.sender === who)) return;
      if (nonce) chain.finalNonces.set(who, chain.finalNonce(who) + 1n);
      chain.balances.set(who, BigInt(balance));
      pool.onFinalized(now as Millis, 1 as Height, [], [who]);
      model.remove(({ tx }) => tx.nonce < chain.finalNonce(tx.sender));
      for (const sender of model.senders()) model.trim(sender);
    }),
);
const drop = fc.constant(
  new Command("drop", ({ pool, model, timeS }) => {
    const order = pool.candidates(0n, timeS);
    const first = order.next();
    if (first.done) return;
    order.next("drop");
    model.timeS = timeS;
    model.remove(({ tx }) => tx.hash === first.value.hash);
    assert.equal(pool.has(first.value.hash), false);
  }),
);

test("the pool equals the naive pool under any sequence of operations (A-MEM-1, A-MEM-4)", () => {
  const commands = [add, add, add, add, add, tick, block, finalize, abandon, touch, drop];
  fc.assert(
    fc.property(fc.commands(commands, { maxCommands: 60, size: "max" }), (run) => {
      const chain = new Chain();
      const model = new NaivePool(config, chain);
      const real: Real = { pool: createMempool(config, chain), chain, model, now: 0, timeS: 1 };
      fc.modelRun(() => ({ model: {}, real }), run);
    }),
    { numRuns: 200 },
  );
});
