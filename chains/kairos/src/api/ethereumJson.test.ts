import assert from "node:assert/strict";
import { test } from "node:test";
import { address, type Digest, digest, height } from "@polis/codec";
import { ethereumAddress, secp256k1 } from "@polis/crypto";
import {
  formatTransaction,
  getContractAddress,
  keccak256,
  type RpcTransaction,
  serializeTransaction,
  type TransactionSerializable,
} from "viem";
import { type EthereumDraft, signAuthorization, signEthereumTransaction } from "../ethereum/signEthereum.ts";
import { testGenesis } from "../testing/genesisFixture.ts";
import { decodeTransaction, verifyTransaction } from "../transaction/decodeTransaction.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import type { ApiBlock } from "./backend.ts";
import { receiptJson } from "./receiptJson.ts";
import { transactionJson } from "./transactionJson.ts";

const { params } = testGenesis();
const secret = new Uint8Array(32).fill(3);
const sender = ethereumAddress(secp256k1.publicKey(secret)!);
const { chainId } = params;
const to = address("ab".repeat(20));
const accessList = [{ address: to, slots: [digest("01".repeat(32)), digest("02".repeat(32))] }];
const price = 60_000_000_000n;
const common = { chainId, nonce: 7n, gas: 90_000n, maxFeePerGas: price, value: 5n, data: Uint8Array.of(1, 2, 3) };
const drafts: Readonly<Record<string, EthereumDraft>> = {
  legacy: { ...common, type: 0, to },
  creation: { ...common, type: 0, to: undefined },
  eip2930: { ...common, type: 1, to, accessList },
  eip1559: { ...common, type: 2, to, accessList, maxPriorityFeePerGas: 9n },
  eip7702: {
    ...common,
    type: 4,
    to,
    maxPriorityFeePerGas: 9n,
    authorizations: [signAuthorization({ chainId, address: to, nonce: 1n }, secret)],
  },
};

function verified(draft: EthereumDraft): VerifiedTransaction {
  const decoded = decodeTransaction(signEthereumTransaction(draft, secret), params);
  assert.ok(decoded.ok);
  const signed = verifyTransaction(decoded.value);
  assert.ok(signed.ok);
  return signed.value;
}

for (const [name, draft] of Object.entries(drafts)) {
  test(`${name}: viem reads the JSON form and computes the same hash from it`, () => {
    const one = verified(draft);
    const json = transactionJson(one, undefined) as unknown as RpcTransaction;
    assert.equal(json.from, `0x${sender}`);
    const { r, s, v, yParity, type, ...fields } = formatTransaction(json) as unknown as Record<string, never>;
    // viem names the price of types 0 and 1 differently; the node shows the highest price of a waiting transaction.
    if (type === "eip1559" || type === "eip7702") delete (fields as Record<string, unknown>).gasPrice;
    const signature = { r, s, v, yParity } as never;
    const again = serializeTransaction(
      { ...(fields as TransactionSerializable), data: json.input } as never,
      signature,
    );
    assert.equal(keccak256(again), `0x${one.transaction.hash}`);
  });
}

test("each type has the fields of its schema and no others", () => {
  const keys = (name: string) => Object.keys(transactionJson(verified(drafts[name]!), undefined) as object).sort();
  const legacy =
    "blockHash blockNumber chainId from gas gasPrice hash input nonce r s to transactionIndex type v value".split(" ");
  assert.deepEqual(keys("legacy"), legacy);
  const access = [...legacy, "accessList", "yParity"].sort();
  assert.deepEqual(keys("eip2930"), access);
  const priced = [...access, "maxFeePerGas", "maxPriorityFeePerGas"].sort();
  assert.deepEqual(keys("eip1559"), priced);
  assert.deepEqual(keys("eip7702"), [...priced, "authorizationList"].sort());
});

interface Shown {
  readonly effectiveGasPrice: string;
  readonly contractAddress: string | null;
  readonly to: string | null;
  readonly status: string;
  readonly gasUsed: string;
  readonly logs: readonly { readonly logIndex: string }[];
}

test("receipts: effective price, created contract, log indexes counted per block", () => {
  const transactions = ["eip1559", "creation", "legacy"].map((name) => verified(drafts[name]!));
  const log = { address: to, topics: [] as Digest[], data: new Uint8Array(0) };
  const receipts = transactions.map(({ transaction }, i) => ({
    type: transaction.type,
    status: i === 2 ? (0 as const) : (1 as const),
    cumulativeGasUsed: BigInt(50_000 * (i + 1)),
    logsBloom: new Uint8Array(256),
    logs: i === 2 ? [] : [log, log],
  }));
  const block = {
    digest: digest("aa".repeat(32)),
    header: { number: height(9), timestampS: 1, baseFeePerGas: 1_000n },
    transactionAt: (index: number) => transactions[index],
    receipts: () => receipts,
  } as unknown as ApiBlock;
  const shown = [0, 1, 2].map((index) => receiptJson({ block, index }) as unknown as Shown);
  assert.deepEqual(
    shown.map(({ effectiveGasPrice }) => BigInt(effectiveGasPrice)),
    [1_009n, price, price],
  );
  // Address of the contract that this sender creates with nonce 7, by viem.
  assert.deepEqual(
    shown.map(({ contractAddress, to: target }) => [contractAddress, target]),
    [
      [null, `0x${to}`],
      [getCreated(), null],
      [null, `0x${to}`],
    ],
  );
  assert.deepEqual(
    shown.map(({ status, gasUsed }) => [status, gasUsed]),
    [
      ["0x1", "0xc350"],
      ["0x1", "0xc350"],
      ["0x0", "0xc350"],
    ],
  );
  assert.deepEqual(
    shown.flatMap(({ logs }) => logs.map(({ logIndex }) => logIndex)),
    ["0x0", "0x1", "0x2", "0x3"],
  );
});

function getCreated(): string {
  return getContractAddress({ from: `0x${sender}`, nonce: 7n }).toLowerCase();
}
