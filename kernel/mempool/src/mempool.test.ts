import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, type Height, type Millis, millis } from "@polis/codec";
import fc from "fast-check";
import { createMempool } from "./createMempool.ts";
import type { mempoolFaults } from "./errors.ts";
import { mayReplace } from "./replacement.ts";
import { testAddress, testTransaction } from "./testing/transaction.ts";
import type { Mempool, PoolConfig, PoolTransaction } from "./types.ts";

const defaults: PoolConfig = {
  maxTransactions: 1000,
  maxBytes: 1_000_000,
  maxPendingPerSender: 1024,
  maxQueuedPerSender: 64,
  maxPerFeePayer: 256,
  maxNonceGap: 64,
  minFeeCap: 0n,
  minReplacementBumpPercent: 10,
  ttlMs: millis(1000),
};
const now = millis(0);

function setUp(config: Partial<PoolConfig> = {}) {
  const nonces = new Map<Address, bigint>();
  const finalNonces = new Map<Address, bigint>();
  const balances = new Map<Address, bigint>();
  const pool = createMempool(
    { ...defaults, ...config },
    {
      nonce: (who) => nonces.get(who) ?? 0n,
      finalNonce: (who) => finalNonces.get(who) ?? 0n,
      balance: (who) => balances.get(who) ?? 10n ** 30n,
    },
  );
  const add = (tx: PoolTransaction, timeS = 1) => {
    const result = pool.add(now, timeS, tx);
    return result.ok ? result.value : result.fault.code;
  };
  return { pool, nonces, finalNonces, balances, add };
}

function take(pool: Mempool, count: number, baseFee = 0n): PoolTransaction[] {
  const order = pool.candidates(baseFee, 1);
  const taken: PoolTransaction[] = [];
  for (let step = order.next(); !step.done && taken.length < count; step = order.next("taken")) taken.push(step.value);
  return taken;
}

test("a replacement pays strictly more in both prices, by the bump, for fees 0..9 too (A-MEM-3)", () => {
  for (let old = 0n; old <= 9n; old++) {
    for (let next = 0n; next <= 12n; next++) {
      const priced = (feeCap: bigint, tipCap: bigint) => testTransaction(0, 0, { feeCap, tipCap });
      assert.equal(mayReplace(priced(next, 99n), priced(old, 0n), 10), next > old, `fee cap ${old} -> ${next}`);
      assert.equal(mayReplace(priced(99n, next), priced(0n, old), 10), next > old, `tip ${old} -> ${next}`);
    }
  }
  for (const [old, least] of [
    [10n, 11n],
    [11n, 13n],
    [20n, 22n],
    [21n, 24n],
    [1000n, 1100n],
    [1001n, 1102n],
  ] as const) {
    const at = (price: bigint) => testTransaction(0, 0, { feeCap: price, tipCap: price });
    assert.equal(mayReplace(at(least), at(old), 10), true);
    assert.equal(mayReplace(at(least - 1n), at(old), 10), false);
  }
});

test("a replacement keeps its place in nonce order, pending or queued", () => {
  const { pool, add } = setUp();
  for (const nonce of [0, 1, 2, 4]) add(testTransaction(1, nonce));
  assert.equal(add(testTransaction(1, 1, { feeCap: 100n, tipCap: 1n })), "REPLACEMENT_UNDERPRICED");
  assert.equal(add(testTransaction(1, 1, { feeCap: 110n, tipCap: 2n })), "pending");
  assert.equal(add(testTransaction(1, 4, { feeCap: 110n, tipCap: 2n })), "queued");
  assert.deepEqual(
    take(pool, 9).map((tx) => [tx.nonce, tx.feeCap]),
    [
      [0n, 100n],
      [1n, 110n],
      [2n, 100n],
    ],
  );
  assert.equal(pool.status().queued, 1);
});

test("eviction under pressure never leaves a gap, and an evicted nonce can come again (A-MEM-2)", () => {
  const incoming = fc.array(fc.tuple(fc.nat(5), fc.nat(6), fc.nat(30)), { minLength: 20, maxLength: 120 });
  fc.assert(
    fc.property(incoming, (all) => {
      const { pool, add } = setUp({ maxTransactions: 12 });
      for (const [sender, nonce, price] of all) {
        add(testTransaction(sender, nonce, { feeCap: BigInt(price), tipCap: BigInt(price) }));
        const run = take(pool, 99);
        assert.equal(run.length, pool.status().pending, "every pending transaction is executable");
        for (let who = 0; who <= 5; who++) {
          const nonces = run.filter((tx) => tx.sender === testAddress(who)).map((tx) => Number(tx.nonce));
          assert.deepEqual(
            nonces,
            Array.from(nonces, (_, i) => i),
          );
        }
      }
      const tail = take(pool, 99).at(-1);
      if (tail === undefined) return;
      const best = testTransaction(9, 0, { feeCap: 1000n, tipCap: 1000n });
      if (pool.status().pending + pool.status().queued === 12) assert.equal(add(best), "pending");
    }),
    { numRuns: 60 },
  );
  const { add, pool } = setUp({ maxTransactions: 2 });
  add(testTransaction(1, 0, { feeCap: 5n }));
  add(testTransaction(1, 1, { feeCap: 5n }));
  assert.equal(add(testTransaction(2, 0, { feeCap: 5n })), "MEMPOOL_FULL", "equal fee: the newcomer would be evicted");
  assert.equal(add(testTransaction(2, 0, { feeCap: 6n })), "pending");
  assert.equal(pool.nextNonce(testAddress(1)), 1n);
  assert.equal(add(testTransaction(1, 1, { feeCap: 7n })), "pending");
  assert.equal(pool.nextNonce(testAddress(1)), 2n);
});

test("a refused newcomer leaves everything as it was", () => {
  const { pool, add } = setUp({ maxBytes: 100 });
  add(testTransaction(1, 0, { feeCap: 50n, envelope: new Uint8Array(60) }));
  add(testTransaction(2, 0, { feeCap: 5n, envelope: new Uint8Array(20) }));
  add(testTransaction(2, 2, { feeCap: 9n, envelope: new Uint8Array(20) }));
  const before = [...pool.all()].map((tx) => tx.hash).sort((a, b) => (a < b ? -1 : 1));
  assert.equal(add(testTransaction(3, 0, { feeCap: 7n, envelope: new Uint8Array(50) })), "MEMPOOL_FULL");
  assert.deepEqual(
    [...pool.all()].map((tx) => tx.hash).sort((a, b) => (a < b ? -1 : 1)),
    before,
  );
  assert.deepEqual(pool.status(), { pending: 2, queued: 1, bytes: 100 });
  assert.equal(add(testTransaction(3, 0, { envelope: new Uint8Array(101) })), "MEMPOOL_FULL");
});

test("several blocks in flight: the builder goes on after them, an abandoned one comes back, final ones leave (A-MEM-4)", () => {
  const { pool, add, nonces, finalNonces } = setUp();
  const who = testAddress(1);
  const all = Array.from({ length: 6 }, (_, i) => testTransaction(1, i));
  for (const tx of all) assert.equal(add(tx), "pending");
  nonces.set(who, 2n);
  assert.deepEqual(take(pool, 2), all.slice(2, 4));
  nonces.set(who, 4n);
  assert.deepEqual(take(pool, 9), all.slice(4));
  assert.equal(pool.nextNonce(who), 6n);
  assert.equal(add(testTransaction(1, 3, { feeCap: 1000n, tipCap: 1000n })), "NONCE_TOO_LOW");
  nonces.set(who, 6n);
  assert.equal(pool.hasExecutable(0n, 1), false);
  assert.equal(add(testTransaction(1, 6)), "pending");
  assert.equal(pool.hasExecutable(0n, 1), true);
  // The second block is abandoned, and only the first becomes final.
  nonces.set(who, 2n);
  finalNonces.set(who, 2n);
  pool.onFinalized(
    now,
    1 as Height,
    all.slice(0, 2).map((tx) => tx.hash),
    [who],
  );
  assert.deepEqual(take(pool, 2), all.slice(2, 4));
  assert.equal(pool.status().pending, 5);
  // A variant of nonce 2 by another node was final: ours is stale though its hash was never named.
  finalNonces.set(who, 3n);
  nonces.set(who, 3n);
  pool.onFinalized(now, 2 as Height, [], [who]);
  assert.equal(pool.has(all[2]!.hash), false);
  assert.equal(pool.status().pending, 4);
});

test("skip leaves the sender's later nonces out of this block, drop takes the transaction out of the pool", () => {
  const { pool, add } = setUp();
  const [a0, a1, b0, c0, c1] = [
    testTransaction(1, 0, { tipCap: 9n }),
    testTransaction(1, 1, { tipCap: 9n }),
    testTransaction(2, 0, { tipCap: 5n }),
    testTransaction(3, 0, { tipCap: 3n }),
    testTransaction(3, 1, { tipCap: 3n }),
  ];
  for (const tx of [a0, a1, b0, c0, c1]) add(tx!);
  const order = pool.candidates(0n, 1);
  assert.equal(order.next().value, a0);
  assert.equal(order.next("skip").value, b0);
  assert.equal(order.next("taken").value, c0);
  assert.equal(order.next("drop").done, true);
  assert.equal(pool.has(c0!.hash), false);
  assert.deepEqual(pool.status(), { pending: 3, queued: 1, bytes: 40 });
  assert.deepEqual(take(pool, 9), [a0, a1, b0]);
});

test("the pool may change while a block is built", () => {
  const { pool, add } = setUp();
  const low = testTransaction(1, 0, { tipCap: 1n });
  const high = testTransaction(2, 0, { tipCap: 5n });
  const late = testTransaction(3, 0, { tipCap: 3n });
  for (const tx of [low, high]) add(tx);
  const order = pool.candidates(0n, 1);
  assert.equal(order.next().value, high);
  add(late);
  assert.equal(order.next("taken").value, late);
  pool.onFinalized(now, 1 as Height, [low.hash], []);
  assert.equal(order.next("taken").done, true);
});

test("effective tips follow the base fee; ties go to the earlier arrival", () => {
  const { pool, add } = setUp();
  const capped = testTransaction(1, 0, { feeCap: 12n, tipCap: 10n });
  const steady = testTransaction(2, 0, { feeCap: 100n, tipCap: 5n });
  const later = testTransaction(3, 0, { feeCap: 100n, tipCap: 5n });
  for (const tx of [capped, steady, later]) add(tx);
  assert.deepEqual(take(pool, 9, 0n), [capped, steady, later]);
  assert.deepEqual(take(pool, 9, 7n), [capped, steady, later], "5, 5, 5");
  assert.deepEqual(take(pool, 9, 8n), [steady, later, capped], "5, 5, 4");
  assert.deepEqual(take(pool, 9, 13n), [steady, later], "skipped, not dropped");
  assert.equal(pool.status().pending, 3);
});

test("time: validAfter waits in queued, validBefore and the TTL expire", () => {
  const { pool, add } = setUp();
  const waits = testTransaction(1, 0, { validAfterS: 5 });
  assert.equal(add(waits, 5), "queued");
  assert.equal(pool.hasExecutable(0n, 5), false);
  assert.equal(pool.hasExecutable(0n, 6), true);
  assert.equal(pool.status().pending, 1);
  assert.equal(add(testTransaction(2, 0, { validBeforeS: 6 }), 6), "EXPIRED");
  const short = testTransaction(2, 0, { validBeforeS: 7 });
  assert.equal(add(short, 6), "pending");
  assert.deepEqual(pool.expire(now, 6), []);
  assert.deepEqual(pool.expire(now, 7), [short.hash]);
  assert.deepEqual(pool.expire(999 as Millis, 7), []);
  assert.deepEqual(pool.expire(1000 as Millis, 7), [waits.hash]);
  assert.deepEqual(pool.status(), { pending: 0, queued: 0, bytes: 0 });
});

test("each refusal has its code, and the codes are those of the documented list", () => {
  const { add, nonces, balances, pool } = setUp({
    maxPendingPerSender: 2,
    maxQueuedPerSender: 2,
    maxPerFeePayer: 1,
    minFeeCap: 10n,
  });
  nonces.set(testAddress(1), 5n);
  balances.set(testAddress(2), 10n);
  balances.set(testAddress(8), 3n);
  const known = testTransaction(3, 0, { feePayer: testAddress(9), feePayerCost: 1n });
  assert.equal(add(known), "pending");
  const cases: [keyof typeof mempoolFaults, PoolTransaction][] = [
    ["ALREADY_KNOWN", known],
    ["NONCE_TOO_LOW", testTransaction(1, 4)],
    ["NONCE_TOO_HIGH", testTransaction(1, 70)],
    ["FEE_TOO_LOW", testTransaction(1, 5, { feeCap: 9n })],
    ["INSUFFICIENT_BALANCE", testTransaction(2, 0, { senderCost: 11n })],
    ["INSUFFICIENT_BALANCE", testTransaction(2, 3, { senderCost: 11n })],
    ["INSUFFICIENT_BALANCE", testTransaction(4, 0, { feePayer: testAddress(8), feePayerCost: 4n })],
    ["LIMIT_EXCEEDED", testTransaction(4, 0, { feePayer: testAddress(9), feePayerCost: 1n })],
    ["REPLACEMENT_UNDERPRICED", testTransaction(3, 0)],
    ["EXPIRED", testTransaction(5, 0, { validBeforeS: 1 })],
  ];
  for (const [code, tx] of cases) assert.equal(add(tx), code);
  assert.equal(add(testTransaction(2, 0, { senderCost: 6n })), "pending");
  assert.equal(add(testTransaction(2, 1, { senderCost: 5n })), "INSUFFICIENT_BALANCE", "with the earlier one");
  for (const nonce of [0, 1]) assert.equal(add(testTransaction(6, nonce)), "pending");
  assert.equal(add(testTransaction(6, 2)), "LIMIT_EXCEEDED");
  for (const nonce of [1, 2]) assert.equal(add(testTransaction(7, nonce)), "queued");
  assert.equal(add(testTransaction(7, 3)), "LIMIT_EXCEEDED");
  const refused = pool.add(now, 1, known);
  assert.equal(refused.ok ? "" : refused.fault.verdict, "ignore", "an honest peer with another tip may send it");
});
