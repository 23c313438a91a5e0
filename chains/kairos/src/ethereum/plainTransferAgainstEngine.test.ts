import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, address, type Digest, digest, height } from "@polis/codec";
import fc from "fast-check";
import { beginBlock, createBlockContext } from "../ledger/blockContext.ts";
import { ethereumAccount, floorFee } from "../testing/ethereumAccount.ts";
import { codeOf, expectEthereum, expectOk } from "../testing/expectOk.ts";
import { oneUsdc, testGenesis } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";
import { decodeTransaction, verifyTransaction } from "../transaction/decodeTransaction.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { writtenFaceRules } from "../usdc/faceRules.ts";
import { evmTransactionOf, executeEthereum, executeInEngine } from "./executeEthereum.ts";
import type { EthereumTransaction } from "./types.ts";

const people = Array.from({ length: 3 }, (_, i) => ethereumAccount(i));
const frozen = people[2]!;
const recipients: readonly Address[] = [
  ...people.map((person) => person.address),
  address("ab".repeat(20)),
  address(`${"0".repeat(39)}4`),
  address("0".repeat(40)),
  address("c0de".repeat(10)),
];
const fixture = (paused: boolean) =>
  createTestChain(
    testGenesis({
      funded: [...people.map((person) => person.address), [recipients[5 + 1]!, oneUsdc]],
      fields: {
        usdc: { paused, blacklisted: [`0x${frozen.address}`] },
        alloc: Object.fromEntries([
          ...people.map((person) => [`0x${person.address}`, { balance: `${oneUsdc}` }]),
          // Code that only stops; its account is no plain recipient.
          [`0x${recipients[6]!}`, { code: "0x00" }],
        ]),
      },
    }),
  );
const chains = [fixture(false), fixture(true)];

const draft = fc.record({
  type: fc.constantFrom(0 as const, 1 as const, 2 as const),
  from: fc.nat(1),
  to: fc.constantFrom(...recipients),
  value: fc.constantFrom(0n, 1n, 10n ** 12n + 5n, oneUsdc / 3n, 2n * oneUsdc),
  gas: fc.bigInt(21_000n, 60_000n),
  tip: fc.constantFrom(0n, 7n),
  data: fc.uint8Array({ maxLength: 40 }),
  skip: fc.constantFrom(0n, 0n, 0n, 1n),
});

/** A context behind genesis with an overlay of its own. */
function contextOf(chain: (typeof chains)[number]) {
  const { core, first } = chain;
  const state = core.states.fork(first.digest);
  const context = createBlockContext({
    params: core.params,
    evm: core.evm,
    state,
    face: writtenFaceRules(state),
    number: height(1),
    timestampS: 5,
    baseFee: floorFee,
    beneficiary: core.genesis.validators[0]!.feeAddress,
    prevRandao: digest("5a".repeat(32)) as Digest,
    parentHash: first.digest,
    blockHash: () => undefined,
  });
  beginBlock(context);
  return context;
}

test("a plain transfer without the engine gives what the engine gives: outcome, refusal, accounts and root", () => {
  fc.assert(
    fc.property(fc.array(draft, { minLength: 1, maxLength: 6 }), fc.nat(1), (drafts, which) => {
      const chain = chains[which]!;
      const [direct, engine] = [contextOf(chain), contextOf(chain)];
      for (const { type, from, to, value, gas, tip, data, skip } of drafts) {
        const sender = people[from]!;
        const nonce = (direct.state.account(sender.address)?.nonce ?? 0n) + skip;
        const prices = { maxFeePerGas: floorFee + tip, maxPriorityFeePerGas: type === 2 ? tip : floorFee + tip };
        const accessList = type === 0 ? [] : [{ address: to, slots: [] }];
        const envelope = sender.sign({ type, nonce, to, value, gas, data, accessList, ...prices });
        const decoded = decodeTransaction(envelope, chain.core.params);
        if (!decoded.ok) continue;
        expectEthereum(decoded);
        const verified = expectOk(verifyTransaction(decoded.value)) as VerifiedTransaction<EthereumTransaction>;
        const a = executeEthereum(direct, verified);
        const b = executeInEngine(engine, evmTransactionOf(verified, floorFee));
        assert.equal(codeOf(a), codeOf(b));
        if (a.ok && b.ok) assert.deepEqual(a.value, b.value);
      }
      assert.equal(direct.money.delta(), engine.money.delta());
      assert.deepEqual([...direct.touched].sort(), [...engine.touched].sort());
      assert.equal(direct.state.seal(), engine.state.seal());
    }),
    { numRuns: 120 },
  );
});
