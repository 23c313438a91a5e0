import assert from "node:assert/strict";
import { test } from "node:test";
import { Transaction } from "ethers";
import fc from "fast-check";
import { parseTransaction, type TransactionSerialized } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { ethereumFields } from "../testing/ethereumArbitrary.ts";
import { expectEthereum, expectOk } from "../testing/expectOk.ts";
import { testGenesis, testSecret } from "../testing/genesisFixture.ts";
import { decodeTransaction, verifyTransaction } from "../transaction/decodeTransaction.ts";
import { authorizationsOf } from "./authorities.ts";
import { signEthereumTransaction } from "./signEthereum.ts";
import type { EthereumFields, EthereumType } from "./types.ts";

const { params } = testGenesis();
const secret = testSecret(1);
const account = privateKeyToAccount(`0x${secret.toHex()}`);
const hex = (bytes: Uint8Array) => `0x${bytes.toHex()}` as const;

/** The same transaction as viem names its fields. */
function viemFields(fields: EthereumFields) {
  const { type, chainId, nonce, gas, maxFeePerGas, maxPriorityFeePerGas, to, value, data } = fields;
  const base = {
    chainId: Number(chainId),
    nonce: Number(nonce),
    gas,
    value,
    data: hex(data),
    ...(to === undefined ? {} : { to: `0x${to}` as const }),
  };
  const accessList = fields.accessList.map(({ address, slots }) => ({
    address: `0x${address}` as const,
    storageKeys: slots.map((slot) => `0x${slot}` as const),
  }));
  if (type === 0) return { type: "legacy", gasPrice: maxFeePerGas, ...base } as const;
  if (type === 1) return { type: "eip2930", gasPrice: maxFeePerGas, accessList, ...base } as const;
  const fees = { maxFeePerGas, maxPriorityFeePerGas, accessList };
  if (type === 2) return { type: "eip1559", ...fees, ...base } as const;
  const authorizationList = fields.authorizations.map((tuple) => ({
    chainId: Number(tuple.chainId),
    address: `0x${tuple.address}` as const,
    nonce: Number(tuple.nonce),
    yParity: tuple.yParity,
    r: hex(tuple.signature.subarray(0, 32)),
    s: hex(tuple.signature.subarray(32)),
  }));
  return { type: "eip7702", authorizationList, ...fees, ...base } as const;
}

for (const type of [0, 1, 2, 4] as const satisfies readonly EthereumType[]) {
  test(`type ${type}: viem signs the same bytes, and viem and ethers read the same sender`, async () => {
    // viem keeps nonces as numbers.
    const fields = ethereumFields(type).map((one) => ({
      ...one,
      nonce: one.nonce >> 12n,
      authorizations: one.authorizations.map((tuple) => ({ ...tuple, nonce: tuple.nonce >> 12n })),
    }));
    await fc.assert(
      fc.asyncProperty(fields, async (one) => {
        const envelope = signEthereumTransaction(one, secret);
        assert.equal(await account.signTransaction(viemFields(one) as never), hex(envelope));
        assert.equal(parseTransaction(hex(envelope) as TransactionSerialized).value ?? 0n, one.value);
        const parsed = Transaction.from(hex(envelope));
        assert.equal(parsed.from?.toLowerCase(), account.address.toLowerCase());
        const decoded = expectEthereum(decodeTransaction(envelope, params));
        assert.equal(parsed.hash, `0x${decoded.hash}`);
        assert.equal(`0x${expectOk(verifyTransaction(decoded)).sender}`, account.address.toLowerCase());
      }),
      { numRuns: 15 },
    );
  });
}

test("EIP-7702: authorities are those that viem's signatures name, and a bad signature names none", async () => {
  const target = `0x${"c0".repeat(20)}` as const;
  const signed = await account.signAuthorization({ chainId: 52470, contractAddress: target, nonce: 3 });
  const good = {
    chainId: 52470n,
    address: "c0".repeat(20) as EthereumFields["authorizations"][number]["address"],
    nonce: 3n,
    yParity: signed.yParity!,
    signature: Uint8Array.fromHex(signed.r.slice(2) + signed.s.slice(2)),
  };
  const authorizations = [good, { ...good, yParity: 2 }, { ...good, signature: new Uint8Array(64) }];
  const draft = { type: 4, chainId: 52470n, nonce: 0n, gas: 200_000n, maxFeePerGas: 1n } as const;
  const envelope = signEthereumTransaction({ ...draft, to: good.address, authorizations }, secret);
  const transaction = expectEthereum(decodeTransaction(envelope, params));
  assert.deepEqual(
    authorizationsOf(transaction).map(({ authority }) => authority),
    [account.address.slice(2).toLowerCase(), undefined, undefined],
  );
  assert.equal(authorizationsOf(transaction), authorizationsOf(transaction));
});

test("unprotected legacy transactions are what viem makes without a chain id", async () => {
  const open = testGenesis({ fields: { tx: { allowUnprotected: true } } }).params;
  const unsigned = { type: "legacy", gas: 21_000n, gasPrice: 5n, nonce: 0, to: account.address } as const;
  const serialized = await account.signTransaction(unsigned as never);
  const decoded = expectEthereum(decodeTransaction(Uint8Array.fromHex(serialized.slice(2)), open));
  assert.equal(`0x${expectOk(verifyTransaction(decoded)).sender}`, account.address.toLowerCase());
});
