import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { faceAddress } from "../addresses.ts";
import { recount } from "../ledger/recount.ts";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { applyBlock } from "../testing/applyBlock.ts";
import { ethereumAccount } from "../testing/ethereumAccount.ts";
import { expectOk } from "../testing/expectOk.ts";
import { oneUsdc, testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";
import { nativePerUnit, readSupply } from "./money.ts";
import { encodeCall, hex, unit } from "./testing/token.ts";

/** The first holds all roles and may mint. */
const accounts = [1, 2, 3, 4].map(ethereumAccount);
const admin = accounts[0]!;
const payer = testSigner(5);
const roles = ["owner", "masterMinter", "pauser", "blacklister", "rescuer"].map((role) => [role, hex(admin.address)]);
const genesis = testGenesis({
  funded: [...accounts.map(({ address }) => address), payer.address],
  fields: { usdc: { roles: Object.fromEntries(roles) } },
});
const minting = {
  gas: 200_000n,
  to: faceAddress,
  data: encodeCall("configureMinter", [hex(admin.address), 10n ** 30n]),
};

/** What one transaction does: who sends which call of the face, or which value. */
const index = fc.nat(accounts.length - 1);
const units = fc.bigInt({ min: 0n, max: 1_500n * unit });
const intent = fc.oneof(
  { weight: 4, arbitrary: fc.record({ by: index, method: fc.constant("transfer"), to: index, units }) },
  { weight: 3, arbitrary: fc.record({ by: fc.constant(0), method: fc.constant("mint"), to: index, units }) },
  { weight: 3, arbitrary: fc.record({ by: fc.constant(0), method: fc.constant("burn"), to: index, units }) },
  { weight: 2, arbitrary: fc.record({ by: index, method: fc.constant("approve"), to: index, units }) },
  { weight: 2, arbitrary: fc.record({ by: index, method: fc.constant("value"), to: index, units }) },
  { weight: 2, arbitrary: fc.record({ by: index, method: fc.constant("payment"), to: index, units }) },
  {
    weight: 1,
    arbitrary: fc.record({
      by: fc.constant(0),
      method: fc.constantFrom("pause", "unpause", "blacklist", "unBlacklist"),
      to: index,
      units,
    }),
  },
);

type Intent = typeof intent extends fc.Arbitrary<infer T> ? T : never;

/** Calldata by method; the rest of the arguments are not used. */
function calldata({ method, to, units }: Intent): Uint8Array {
  const target = hex(accounts[to]!.address);
  if (method === "burn") return encodeCall(method, [units]);
  if (method === "pause" || method === "unpause") return encodeCall(method, []);
  if (method === "blacklist" || method === "unBlacklist") return encodeCall(method, [target]);
  return encodeCall(method, [target, units]);
}

function sign(wanted: Intent, nonce: bigint, payerNonce: bigint): Uint8Array {
  const { by, method, to, units } = wanted;
  if (method === "payment") {
    const payments = [{ to: accounts[to]!.address, amount: 1n + units / 100n }];
    return signPayment(buildPayment({ chainId: 52_470n, nonce: payerNonce, kind: payer.kind, payments }), payer);
  }
  const sender = accounts[by]!;
  if (method === "value") {
    return sender.sign({ nonce, to: accounts[to]!.address, value: (units * nativePerUnit) / 7n });
  }
  return sender.sign({ nonce, gas: 200_000n, to: faceAddress, data: calldata(wanted) });
}

test("A-USD-3: whatever is minted, burned and moved, balances are the supply after every block, on every node", () => {
  let issued = 0;
  fc.assert(
    fc.property(fc.array(fc.array(intent, { maxLength: 10 }), { minLength: 1, maxLength: 4 }), (blocks) => {
      const [producer, importer] = [createTestChain(genesis), createTestChain(genesis)];
      let state = producer.core.states.at(producer.first.digest)!;
      for (const [at, intents] of [[], ...blocks].entries()) {
        const nonces = new Map(accounts.map(({ address }) => [address, state.account(address)?.nonce ?? 0n]));
        let payerNonce = state.account(payer.address)?.nonce ?? 0n;
        const envelopes = at === 0 ? [admin.sign({ ...minting, nonce: 0n })] : [];
        for (const wanted of intents) {
          const sender = accounts[wanted.by]!.address;
          envelopes.push(sign(wanted, nonces.get(sender)!, payerNonce));
          if (wanted.method === "payment") payerNonce++;
          else nonces.set(sender, nonces.get(sender)! + 1n);
        }
        const built = producer.produce(envelopes);
        expectOk(importer.import(built.block));
        producer.finalize(built.info.digest);
        importer.finalize(built.info.digest);
        state = producer.core.states.at(built.info.digest)!;
        const { minted, burned } = readSupply(state);
        if (minted > 5_000n * unit || burned > 0n) issued++;
        assert.equal(recount(importer.store), (minted - burned) * nativePerUnit);
        assert.equal(importer.core.states.rootAt(built.info.digest), producer.core.states.rootAt(built.info.digest));
      }
    }),
    { numRuns: 20 },
  );
  assert.ok(issued > 5);
});

test("U13: a pause binds the transactions behind it in its block, payments too, until it is lifted", () => {
  const chain = createTestChain(genesis);
  const [, alice, bob] = accounts;
  const pay = (nonce: bigint) =>
    signPayment(
      buildPayment({ chainId: 52_470n, nonce, kind: payer.kind, payments: [{ to: bob!.address, amount: 1n }] }),
      payer,
    );
  const call = (nonce: bigint, method: string) =>
    admin.sign({ nonce, gas: 100_000n, to: faceAddress, data: encodeCall(method, []) });
  const send = (nonce: bigint) => alice!.sign({ nonce, to: bob!.address, value: oneUsdc });
  const { outcomes } = applyBlock(chain, [
    ...[pay(0n), send(0n)],
    ...[call(0n, "pause"), pay(1n), send(1n)],
    ...[call(1n, "unpause"), pay(2n), send(2n)],
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    [1, 1, 1, 0, 0, 1, 1, 1],
  );
});
