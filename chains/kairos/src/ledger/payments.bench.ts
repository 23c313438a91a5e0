import { type Digest, millis, validatorIndex, view } from "@polis/codec";
import { buildPayment } from "../payment/buildPayment.ts";
import { type PaymentSigner, signPayment } from "../payment/signPayment.ts";
import { cpuMs } from "../testing/cpuTime.bench.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createMemoryStore } from "../testing/memoryStore.ts";
import { createKairosLedger } from "./createKairosLedger.ts";
import type { KairosLedger } from "./types.ts";

/**
 * Processor time of one validator per payment in the usual load: 1,000 accounts pay each other in a circle, every pool
 * admits every payment, a leader builds the block, the others execute it, all finalize it. Signatures are taken as
 * checked by a worker. Run: `node chains/kairos/src/ledger/payments.bench.ts [payments per size]`
 */
const accounts = 1_000;
const total = Number(process.argv[2] ?? 20_000);
const signers: PaymentSigner[] = Array.from({ length: accounts }, (_, index) => testSigner(index));
const genesis = testGenesis({
  funded: signers.map(({ address }) => address),
  fields: { block: { gasLimit: "600000000" }, fees: { targetGas: "300000000" } },
});

/** Payment number i: the next nonce of account i modulo 1,000, to its neighbour. */
function payment(i: number) {
  const signer = signers[i % accounts]!;
  const fields = buildPayment({
    chainId: 52470n,
    nonce: BigInt(Math.floor(i / accounts)),
    payments: [{ to: signers[(i + 1) % accounts]!.address, amount: 1_000n }],
  });
  return { envelope: signPayment(fields, signer), sender: signer.address };
}

function open(maxTransactions: number): KairosLedger {
  return createKairosLedger({ genesis, store: createMemoryStore(), build: { maxTransactions } });
}

for (const size of [200, 1_000]) {
  const [leader, follower] = [open(size), open(size)];
  const stages = new Map<string, number[]>();
  const time = <T>(stage: string, work: () => T): T => {
    const start = cpuMs();
    const value = work();
    const spent = stages.get(stage) ?? [];
    stages.set(stage, spent);
    spent.push(((cpuMs() - start) * 1000) / size);
    return value;
  };
  const admitAll = (ledger: KairosLedger, batch: readonly ReturnType<typeof payment>[]) => {
    for (const { envelope, sender } of batch) {
      const admitted = ledger.admit(millis(1), 1, envelope, sender);
      if (!admitted.ok) throw new Error(admitted.fault.detail);
    }
  };
  let parent: Digest = leader.genesisDigest;
  const warmUp = Math.ceil(5_000 / size);
  const rounds = warmUp + Math.ceil(total / size);
  for (let round = 0; round < rounds; round++) {
    if (round === warmUp) stages.clear();
    const batch = Array.from({ length: size }, (_, i) => payment(round * size + i));
    admitAll(leader, batch);
    time("admit", () => admitAll(follower, batch));
    const at = view(round + 1);
    const place = validatorIndex((round + 1) % genesis.n);
    const built = time("build", () =>
      leader.build({
        view: at,
        leader: place,
        parentDigest: parent,
        parentView: view(round),
        timeMs: millis((round + 1) * 1000),
        prevSeed: undefined,
      }),
    );
    if (built.transactions !== size) throw new Error(`built ${built.transactions} of ${size}`);
    const executed = time("execute", () => follower.execute(built.block, place));
    if (!executed.ok) throw new Error(executed.fault.detail);
    time("hasExecutable", () => follower.hasExecutable());
    parent = built.info.digest;
    leader.finalize(parent);
    const rows = time("finalize", () => follower.finalize(parent));
    if (rows.length === 0) throw new Error("nothing to commit");
  }
  console.log(
    `${accounts} accounts, blocks of ${size} payments, us of processor time per payment: mean, lower quartile`,
  );
  for (const [stage, spent] of stages) {
    const mean = spent.reduce((sum, one) => sum + one, 0) / spent.length;
    const quartile = spent.sort((a, b) => a - b)[Math.floor(spent.length / 4)]!;
    console.log(`  ${stage.padEnd(14)}${mean.toFixed(1).padStart(6)}${quartile.toFixed(1).padStart(8)}`);
  }
}
