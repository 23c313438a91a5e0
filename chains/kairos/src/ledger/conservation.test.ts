import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { expectOk } from "../testing/expectOk.ts";
import { oneUsdc, testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";
import { recount } from "./recount.ts";

const people = Array.from({ length: 8 }, (_, index) => testSigner(index, (index % 3) as 0 | 1 | 2));
const frozen = people[7]!;
const genesis = testGenesis({
  n: 6,
  f: 1,
  funded: people.map(({ address }) => [address, 2n * oneUsdc] as const),
  fields: { usdc: { blacklisted: [`0x${frozen.address}`] } },
});
const index = fc.nat(people.length - 1);
const intent = fc.record({
  from: index,
  sponsor: fc.option(index, { nil: undefined }),
  payments: fc.array(
    fc.record({ to: index, amount: fc.bigInt(1n, 900_000n), memo: fc.uint8Array({ maxLength: 40 }) }),
    { minLength: 1, maxLength: 4 },
  ),
  maxTip: fc.bigInt(0n, 10n ** 12n),
  skipNonce: fc.boolean(),
});

test("U5, B10: any payments conserve USDC, and every node that imports them has the producer's results", () => {
  fc.assert(
    fc.property(fc.array(fc.array(intent, { maxLength: 12 }), { minLength: 1, maxLength: 4 }), (blocks) => {
      const [producer, importer] = [createTestChain(genesis), createTestChain(genesis)];
      const nonces = people.map(() => 0n);
      for (const intents of blocks) {
        const envelopes: Uint8Array[] = [];
        for (const { from, sponsor, payments, maxTip, skipNonce } of intents) {
          const signer = people[from]!;
          const payer = sponsor === undefined || sponsor === from ? undefined : people[sponsor];
          const fields = buildPayment({
            chainId: 52470n,
            nonce: nonces[from]! + (skipNonce ? 1n : 0n),
            kind: signer.kind,
            maxTip,
            payments: payments.map(({ to, amount, memo }) => ({ to: people[to]!.address, amount, memo })),
            ...(payer === undefined ? {} : { feePayer: payer.address, feePayerKind: payer.kind }),
          });
          envelopes.push(signPayment(fields, signer, payer));
          if (!skipNonce) nonces[from] = nonces[from]! + 1n;
        }
        const built = producer.produce(envelopes);
        expectOk(importer.import(built.block));
        const root = producer.core.states.rootAt(built.info.digest);
        assert.equal(importer.core.states.rootAt(built.info.digest), root);
        producer.finalize(built.info.digest);
        importer.finalize(built.info.digest);
        assert.equal(recount(importer.store), 16n * oneUsdc);
        people.forEach(({ address }, at) => {
          nonces[at] = producer.core.states.at(built.info.digest)!.account(address)?.nonce ?? 0n;
        });
      }
    }),
    { numRuns: 25 },
  );
});
