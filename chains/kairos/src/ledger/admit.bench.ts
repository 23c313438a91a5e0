import { millis, validatorIndex, view } from "@polis/codec";
import { buildPayment } from "../payment/buildPayment.ts";
import { type PaymentSigner, signPayment } from "../payment/signPayment.ts";
import { cpuMs } from "../testing/cpuTime.bench.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createMemoryStore } from "../testing/memoryStore.ts";
import { createKairosLedger } from "./createKairosLedger.ts";

/**
 * Admission and building through the pool: `node chains/kairos/src/ledger/admit.bench.ts`. Signatures are taken as
 * checked by a worker, so that the ledger's own cost shows.
 */
const payments = 100_000;
const accounts = 10_000;
const signers: PaymentSigner[] = Array.from({ length: accounts }, (_, index) => testSigner(index));
const genesis = testGenesis({
  funded: signers.map(({ address }) => address),
  fields: { block: { gasLimit: "600000000" }, fees: { targetGas: "300000000" } },
});
const none = new Uint8Array(0);
const envelopes: { envelope: Uint8Array; signer: PaymentSigner }[] = [];
for (let i = 0; i < payments; i++) {
  const signer = signers[i % accounts]!;
  const to = signers[(i * 31 + 17) % accounts]!.address;
  const fields = buildPayment({
    chainId: 52470n,
    nonce: BigInt(Math.floor(i / accounts)),
    maxTip: BigInt((i * 7919) % 10_007) * 21_000n,
    payments: [{ to, amount: 1_000n, memo: none }],
  });
  envelopes.push({ envelope: signPayment(fields, { ...signer, sign: () => new Uint8Array(64) }), signer });
}

for (const size of [100, 1_000, 10_000, 100_000]) {
  const ledger = createKairosLedger({
    genesis,
    store: createMemoryStore(),
    pool: { maxTransactions: 200_000 },
    build: { maxTransactions: 1_000 },
  });
  const start = cpuMs();
  for (const { envelope, signer } of envelopes.slice(0, size)) {
    const admitted = ledger.admit(millis(1), 1, envelope, signer.address);
    if (!admitted.ok) throw new Error(admitted.fault.detail);
  }
  const admitted = cpuMs();
  const built = ledger.build({
    view: view(1),
    leader: validatorIndex(0),
    parentDigest: ledger.genesisDigest,
    parentView: view(0),
    timeMs: millis(1000),
    prevSeed: undefined,
  });
  const done = cpuMs();
  const each = (ms: number, count: number) => ((ms * 1000) / count).toFixed(2).padStart(8);
  console.log(
    `pool of ${String(size).padStart(6)}: admit ${each(admitted - start, size)} us, build ${each(done - admitted, built.transactions)} us per payment (${built.transactions} payments)`,
  );
  ledger.finalize(built.info.digest);
}
