import { availableParallelism } from "node:os";
import { type Address, millis } from "@polis/codec";
import { createKairosLedger, KAIROS_TABLES, type KairosLedger } from "@polis/kairos";
import { createMemoryStorage, type Storage } from "@polis/storage";
import { createVerifyPool, type VerifyPool } from "../node/verify/pool.ts";
import { ChainDriver } from "./chainDriver.ts";
import { createPaymentFixture, envelopeOf, type PaymentFixture } from "./paymentFixture.ts";
import { quantile } from "./stats.ts";
import { round } from "./timeIt.ts";
import type { Benchmark, BenchResult } from "./types.ts";

const SIZES = [100, 500, 1_000, 5_000];
const ACCOUNTS = 5_000;

interface Node {
  readonly ledger: KairosLedger;
  readonly storage: Storage;
}

/** Everything a replica does with a block of another one: signatures, execution, roots (kairos 5.4). */
export const validation: Benchmark = {
  name: "validation",
  run: async ({ quick, signal }) => {
    const fixture = createPaymentFixture(1, ACCOUNTS);
    const cores = availableParallelism();
    // The pool's threads do not keep a program alive, and nothing else here does while they work.
    const alive = setInterval(() => undefined, 1000);
    const failed = Promise.withResolvers<never>();
    const pool = createVerifyPool(cores, fixture.genesis.params, failed.reject);
    try {
      return await Promise.race([measure(fixture, pool, cores, quick ? 3 : 9, signal), failed.promise]);
    } finally {
      clearInterval(alive);
      await pool.close();
    }
  },
};

async function measure(
  fixture: PaymentFixture,
  pool: VerifyPool,
  cores: number,
  rounds: number,
  signal: AbortSignal,
): Promise<BenchResult[]> {
  const [leader, alone, pooled] = await Promise.all([1, 2, 3].map(() => openNode(fixture)));
  const driver = new ChainDriver(leader!.ledger, 1);
  const nonces = new Array<number>(ACCOUNTS).fill(0);
  const results: BenchResult[] = [];
  for (const size of SIZES) {
    const times: { sequential: number[]; parallel: number[] } = { sequential: [], parallel: [] };
    // The first round of each size warms up.
    for (let i = 0; i <= rounds && !signal.aborted; i++) {
      fill(leader!.ledger, fixture, nonces, size, i);
      const built = driver.build();
      if (built.transactions !== size) throw new Error(`a block of ${built.transactions} instead of ${size} payments`);
      driver.keep(built);
      const start = performance.now();
      execute(alone!.ledger, built.block);
      const between = performance.now();
      await verifyInPool(pooled!.ledger, built.block, pool, cores);
      execute(pooled!.ledger, built.block);
      const end = performance.now();
      if (i > 0) {
        times.sequential.push(between - start);
        times.parallel.push(end - between);
      }
      for (const { ledger, storage } of [leader!, alone!, pooled!]) {
        await storage.store.commit(ledger.finalize(built.info.digest));
      }
    }
    results.push(row(size, times.sequential, times.parallel, cores));
  }
  return results;
}

async function openNode({ genesis }: PaymentFixture): Promise<Node> {
  const storage = createMemoryStorage({ tables: KAIROS_TABLES });
  const ledger = createKairosLedger({ genesis, store: storage.store });
  await ledger.ready;
  return { ledger, storage };
}

function fill(ledger: KairosLedger, fixture: PaymentFixture, nonces: number[], size: number, turn: number): void {
  for (let i = 0; i < size; i++) {
    const from = (turn * 7919 + i) % ACCOUNTS;
    const envelope = envelopeOf(fixture, from, nonces[from]!);
    nonces[from]!++;
    const admitted = ledger.admit(millis(1), 1, envelope, fixture.signers[from]!.address);
    if (!admitted.ok) throw new Error(admitted.fault.code);
  }
}

function execute(ledger: KairosLedger, block: Uint8Array): void {
  const info = ledger.inspect(block);
  const executed = info.ok ? ledger.execute(block, 0 as Parameters<KairosLedger["execute"]>[1]) : info;
  if (!executed.ok) throw new Error(executed.fault.code);
}

/** Signatures in all threads at once: each gets an equal share, as one job. */
async function verifyInPool(ledger: KairosLedger, block: Uint8Array, pool: VerifyPool, threads: number): Promise<void> {
  const envelopes = ledger.unverifiedEnvelopes(block);
  const share = Math.max(1, Math.ceil(envelopes.length / threads));
  const shares = Array.from({ length: threads }, (_, i) => envelopes.slice(i * share, (i + 1) * share));
  const senders: readonly (Address | undefined)[] = (await Promise.all(shares.map((s) => pool.verify(s)))).flat();
  envelopes.forEach((envelope, i) => {
    const sender = senders[i];
    if (sender === undefined) throw new Error("a signature of the benchmark does not hold");
    ledger.markVerified(envelope, sender);
  });
}

function row(size: number, sequential: readonly number[], parallel: readonly number[], cores: number): BenchResult {
  const [alone, pooled] = [quantile(sequential, 0.5), quantile(parallel, 0.5)];
  return {
    name: `Payment validation, block of ${size.toLocaleString("en")}`,
    goal: "signature + execution + roots, sequential and with the crypto pool: a table with speed-up per core",
    measured: {
      "sequential ms": round(alone),
      "with the pool ms": round(pooled),
      "speed-up": round(alone / pooled, 2),
      "speed-up per core": round(alone / pooled / cores, 2),
      "sequential us per payment": round((alone * 1000) / size),
      threads: cores,
    },
    met: undefined,
    note: `medians of ${sequential.length} blocks`,
  };
}
