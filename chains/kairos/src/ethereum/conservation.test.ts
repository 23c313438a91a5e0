import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, address, type Digest, digest, height } from "@polis/codec";
import fc from "fast-check";
import { faceAddress } from "../addresses.ts";
import { beginBlock, createBlockContext } from "../ledger/blockContext.ts";
import { transferTopic } from "../receipt/log.ts";
import { ethereumAccount, floorFee } from "../testing/ethereumAccount.ts";
import { expectOk } from "../testing/expectOk.ts";
import { oneUsdc, testGenesis } from "../testing/genesisFixture.ts";
import { createTestChain } from "../testing/testChain.ts";
import { decodeTransaction, verifyTransaction } from "../transaction/decodeTransaction.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { writtenFaceRules } from "../usdc/faceRules.ts";
import { nativePerUnit, readSupply } from "../usdc/money.ts";
import { executeEthereum } from "./executeEthereum.ts";
import type { EthereumTransaction } from "./types.ts";

const minter = ethereumAccount(1);
const bob = ethereumAccount(2);
const frozen = ethereumAccount(3).address;
const at = (byte: string) => address(byte.repeat(20));
/** Calls the address of its first data word with the value of the second and with the rest of its data. */
const relayCode = "60403610601c57604036038060405f375f5f825f6020355f355af1005b00";
const relays = [at("e1"), at("e2"), at("e3")];
const destroyer = at("e4");
const reverter = at("e5");
const hops = [
  ...relays,
  ...relays,
  ...relays,
  ...relays,
  bob.address,
  frozen,
  destroyer,
  reverter,
  at("00"),
  at("99"),
  faceAddress,
];
const word = (value: bigint) => value.toString(16).padStart(64, "0");

const hop = fc.record({ to: fc.constantFrom(...hops), units: fc.constantFrom(0n, 1n, 2n, 3n, 7n, 7n, 10n ** 9n) });
const step = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({ path: fc.array(hop, { minLength: 1, maxLength: 7, size: "max" }), units: fc.nat(20) }),
  },
  { weight: 1, arbitrary: fc.constantFrom("mint" as const, "burn" as const, "send" as const) },
);

/** Data that leads a call along a path: the first stop is the transaction's recipient. */
function along(path: readonly { readonly to: Address; readonly units: bigint }[]): Uint8Array {
  const rest = path.slice(1).map(({ to, units }) => word(BigInt(`0x${to}`)) + word(units * nativePerUnit));
  return Uint8Array.fromHex(rest.join(""));
}

const code = (where: Address, hex: string) => [
  `0x${where}`,
  { nonce: "1", balance: `${50n * nativePerUnit}`, code: hex },
];
const chain = createTestChain(
  testGenesis({
    fields: {
      usdc: { roles: { masterMinter: `0x${minter.address}` }, blacklisted: [`0x${frozen}`] },
      alloc: Object.fromEntries([
        ...relays.map((relay) => code(relay, `0x${relayCode}`)),
        code(destroyer, "0x33ff"),
        code(reverter, "0x5f5ffd"),
        ...[minter, bob].map((person) => [`0x${person.address}`, { balance: `${oneUsdc}` }]),
      ]),
    },
  }),
);
const accounts = [...relays, destroyer, reverter, minter.address, bob.address, frozen, at("00"), at("99"), faceAddress];

function open() {
  const state = chain.core.states.fork(chain.first.digest);
  const context = createBlockContext({
    params: chain.core.params,
    evm: chain.core.evm,
    state,
    face: writtenFaceRules(state),
    number: height(1),
    timestampS: 5,
    baseFee: floorFee,
    beneficiary: chain.core.genesis.validators[0]!.feeAddress,
    prevRandao: digest("5a".repeat(32)) as Digest,
    parentHash: chain.first.digest,
    blockHash: () => undefined,
  });
  beginBlock(context);
  return context;
}

test("U5, U7: after every transaction balances and waiting fees are the supply, and Transfer logs tell every balance", () => {
  let nested = 0;
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8, size: "max" }), (steps) => {
      const context = open();
      const { state, money } = context;
      const told = new Map<Address, bigint>(accounts.map((who) => [who, state.account(who)?.balance ?? 0n]));
      const start = readSupply(state).minted;
      let fees = 0n;
      let nonce = 0n;
      const send = (to: Address, value: bigint, data: Uint8Array) => {
        const draft = { to, value, data, nonce: nonce++, gas: 1_000_000n, maxFeePerGas: floorFee + 3n };
        const envelope = minter.sign({ ...draft, maxPriorityFeePerGas: 3n });
        const verified = expectOk(verifyTransaction(expectOk(decodeTransaction(envelope, chain.core.params))));
        const before = money.delta();
        const outcome = expectOk(executeEthereum(context, verified as VerifiedTransaction<EthereumTransaction>));
        fees += outcome.basePart + outcome.tipPart;
        if (outcome.logs.length > 2) nested++;
        told.set(minter.address, told.get(minter.address)! - outcome.basePart - outcome.tipPart);
        for (const { address: from, topics, data: amount } of outcome.logs) {
          if (from !== faceAddress || topics[0] !== transferTopic) continue;
          const value18 = BigInt(`0x${amount.toHex()}`) * nativePerUnit;
          const [payer, payee] = [topics[1]!.slice(24), topics[2]!.slice(24)] as [Address, Address];
          if (payer !== at("00")) told.set(payer, (told.get(payer) ?? 0n) - value18);
          if (payee !== at("00")) told.set(payee, (told.get(payee) ?? 0n) + value18);
        }
        const supply = readSupply(state);
        assert.equal(money.delta() + fees, (supply.minted - supply.burned - start) * nativePerUnit);
        assert.ok(outcome.status === 1 || money.delta() === before - outcome.basePart - outcome.tipPart);
        for (const [who, balance] of told) assert.equal(state.account(who)?.balance ?? 0n, balance, who);
      };
      const face = (selector: string, ...words: bigint[]) =>
        send(faceAddress, 0n, Uint8Array.fromHex(selector + words.map(word).join("")));
      face("4e44d956", BigInt(`0x${minter.address}`), 10n ** 9n);
      for (const one of steps) {
        if (one === "mint") face("40c10f19", BigInt(`0x${relays[0]}`), 11n);
        else if (one === "burn") face("42966c68", 5n);
        else if (one === "send") face("a9059cbb", BigInt(`0x${bob.address}`), 13n);
        else send(one.path[0]!.to, BigInt(one.units) * nativePerUnit, along(one.path));
      }
    }),
    { numRuns: 100 },
  );
  assert.ok(nested > 3, `${nested} transactions with more than two movements`);
});
