import { trieRootOfList } from "@polis/state";
import { decodeBlock } from "../block/envelope.ts";
import { buildPayment } from "../payment/buildPayment.ts";
import { type PaymentSigner, signPayment } from "../payment/signPayment.ts";
import { cpuMs } from "../testing/cpuTime.bench.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";
import { decodeTransaction, verifyTransaction } from "../transaction/decodeTransaction.ts";

/**
 * Microseconds per payment of each stage of a replica, for blocks of several sizes over 10,000 accounts:
 * `node chains/kairos/src/ledger/executeBlock.bench.ts`
 */
const accounts = 10_000;
const signers: PaymentSigner[] = Array.from({ length: accounts }, (_, index) => testSigner(index));
const genesis = testGenesis({
  funded: signers.map(({ address }) => address),
  fields: { block: { gasLimit: "600000000" }, fees: { targetGas: "300000000" } },
});
const nonces = new Array<bigint>(accounts).fill(0n);

function envelopesFor(count: number, round: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => {
    const from = (round * 7919 + i) % accounts;
    const to = signers[(from * 31 + 17) % accounts]!.address;
    const nonce = nonces[from]!;
    nonces[from] = nonce + 1n;
    return signPayment(buildPayment({ chainId: 52470n, nonce, payments: [{ to, amount: 1_000n }] }), signers[from]!);
  });
}

const leader = createTestChain(genesis);
const follower = createTestChain(genesis);
const stages = new Map<string, number>();

function time<T>(stage: string, work: () => T): T {
  const start = cpuMs();
  const value = work();
  stages.set(stage, (stages.get(stage) ?? 0) + cpuMs() - start);
  return value;
}

let round = 0;
for (const size of [100, 500, 1_000, 5_000]) {
  const rounds = Math.max(4, Math.floor(10_000 / size));
  for (let i = 0; i < rounds; i++) {
    if (i === Math.floor(rounds / 4)) stages.clear();
    const envelopes = envelopesFor(size, round++);
    const decoded = time("decode", () => envelopes.map((envelope) => decodeTransaction(envelope, genesis.params)));
    const verified = time("verify", () => decoded.map((one) => (one.ok ? verifyTransaction(one.value) : one)));
    for (const one of verified) {
      if (!one.ok) throw new Error(one.fault.code);
      leader.core.verified.put(one.value);
      follower.core.verified.put(one.value);
    }
    const built = time("build", () => leader.produce(envelopes));
    if (built.transactions !== size) throw new Error(`built ${built.transactions} of ${size}`);
    const block = time("  decode block", () => decodeBlock(built.block, genesis.params));
    if (!block.ok) throw new Error(block.fault.code);
    time("  hash and match", () =>
      block.value.transactions.map((envelope) => follower.core.verified.resolve(envelope)),
    );
    time("  transactions root", () => trieRootOfList(block.value.transactions));
    const imported = time("execute", () => follower.import(built.block));
    if (!imported.ok) throw new Error(imported.fault.detail);
    const { receipts } = follower.core.executed.get(built.info.digest)!;
    time("  receipts root", () => trieRootOfList(receipts));
    time("finalize (with an in-memory commit)", () => follower.finalize(built.info.digest));
    leader.finalize(built.info.digest);
  }
  const payments = size * (rounds - Math.floor(rounds / 4));
  console.log(`blocks of ${size} payments, microseconds per payment`);
  for (const [stage, ms] of stages) console.log(`  ${stage.padEnd(38)} ${((ms * 1000) / payments).toFixed(2)}`);
  stages.clear();
}
