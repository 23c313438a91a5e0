import assert from "node:assert/strict";
import { test } from "node:test";
import { height } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { verifyProof } from "@polis/state";
import fc from "fast-check";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createMemoryStore } from "../testing/memoryStore.ts";
import { createTestChain } from "../testing/testChain.ts";
import { proofsAtHeight, stateAtHeight } from "./earlierState.ts";
import { createStateHistory, keptHeights } from "./stateHistory.ts";

const people = Array.from({ length: 4 }, (_, i) => testSigner(i));
const genesis = testGenesis({ funded: people.map(({ address }) => address) });

/** A chain of blocks with one payment each, and all balances after every height. */
function history(payments: readonly (readonly [from: number, to: number])[]) {
  const chain = createTestChain(genesis);
  const nonces = people.map(() => 0n);
  const picture = () =>
    people.map(({ address }) => chain.core.states.at(chain.core.final.info.digest)!.account(address));
  const pictures = [picture()];
  const roots = [chain.core.final.header.stateRoot];
  for (const [from, to] of payments) {
    const nonce = nonces[from]!;
    nonces[from] = nonce + 1n;
    const fields = buildPayment({ chainId: 52470n, nonce, payments: [{ to: people[to]!.address, amount: 1n }] });
    chain.finalize(chain.produce([signPayment(fields, people[from]!)]).info.digest);
    pictures.push(picture());
    roots.push(chain.core.final.header.stateRoot);
  }
  return { chain, pictures, roots };
}

test("6.4: every kept height shows its own state and proves it under its own root", () => {
  const person = fc.nat(people.length - 1);
  fc.assert(
    fc.property(fc.array(fc.tuple(person, person), { maxLength: 6 }), (payments) => {
      const { chain, pictures, roots } = history(payments);
      pictures.forEach((expected, at) => {
        const state = stateAtHeight(chain.core, height(at))!;
        assert.deepEqual(
          people.map(({ address }) => state.account(address)),
          expected,
        );
        const proofs = proofsAtHeight(chain.core, height(at))!;
        for (const { address } of people) {
          const { proof, account } = proofs.account(address);
          assert.deepEqual(account, state.account(address));
          const proven = verifyProof(roots[at]!, keccak256(Uint8Array.fromHex(address)), proof);
          assert.ok(proven.ok && proven.value !== undefined);
        }
      });
      assert.equal(stateAtHeight(chain.core, height(pictures.length)), undefined);
    }),
    { numRuns: 12 },
  );
});

test("6.4: a state that was taken stays right while the chain grows", () => {
  const { chain, pictures } = history([[0, 1]]);
  const state = stateAtHeight(chain.core, height(0))!;
  const fields = buildPayment({ chainId: 52470n, nonce: 1n, payments: [{ to: people[2]!.address, amount: 9n }] });
  chain.finalize(chain.produce([signPayment(fields, people[0]!)]).info.digest);
  assert.deepEqual(
    people.map(({ address }) => state.account(address)),
    pictures[0],
  );
});

test("6.4: rows are deleted when they are older than ten minutes and 128 heights, and not before", () => {
  const kept = (policy: "full" | "archive" | "none", secondsPerBlock: number) => {
    const store = createMemoryStore();
    const history = createStateHistory(store, policy);
    const rows = new Set<number>();
    for (let at = 1; at <= 900; at++) {
      const written = history.advance(height(at), at * secondsPerBlock, () => ({ accounts: [], slots: [] }));
      for (const { key, value } of written) {
        if (value === undefined) rows.delete(key[6]! * 256 + key[7]!);
        else rows.add(key[6]! * 256 + key[7]!);
      }
      void store.commit(written);
    }
    return rows.size;
  };
  assert.equal(kept("full", 60), keptHeights);
  assert.equal(kept("full", 1), 601);
  assert.equal(kept("archive", 60), 900);
  assert.equal(kept("none", 1), 0);
});
