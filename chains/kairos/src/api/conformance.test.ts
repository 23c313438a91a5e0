import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address, Digest } from "@polis/codec";
import { ethereumAddress, secp256k1 } from "@polis/crypto";
import { faceAddress } from "../addresses.ts";
import { type EthereumDraft, signAuthorization, signEthereumTransaction } from "../ethereum/signEthereum.ts";
import { buildPayment } from "../payment/buildPayment.ts";
import { signPayment } from "../payment/signPayment.ts";
import { testGenesis, testSigner } from "../testing/genesisFixture.ts";
import { createTestNode, type TestNode } from "../testing/testNode.ts";

/** Shapes of Ethereum's published method schemas (kairos J1): a pattern for a text, or shapes of fields or items. */
type Shape = RegExp | ((value: unknown, path: string) => void);

const quantity = /^0x(0|[1-9a-f][0-9a-f]*)$/;
const data = /^0x([0-9a-f]{2})*$/;
const hash = /^0x[0-9a-f]{64}$/;
const account = /^0x[0-9a-f]{40}$/;
const bloom = /^0x[0-9a-f]{512}$/;
const anything: Shape = () => {};
const boolean: Shape = (value, path) => assert.equal(typeof value, "boolean", path);
const text: Shape = (value, path) => assert.equal(typeof value, "string", path);
const number: Shape = (value, path) => assert.equal(typeof value, "number", path);
const nothing: Shape = (value, path) => assert.equal(value, null, path);
const nullable =
  (shape: Shape): Shape =>
  (value, path) =>
    value === null || check(shape, value, path);
const list =
  (shape: Shape, least = 0) =>
  (value: unknown, path: string) => {
    assert.ok(Array.isArray(value) && value.length >= least, `${path} is a list of at least ${least}`);
    for (const [i, item] of value.entries()) check(shape, item, `${path}[${i}]`);
  };
const fields =
  (known: Readonly<Record<string, Shape>>, optional: Readonly<Record<string, Shape>> = {}): Shape =>
  (value, path) => {
    assert.ok(typeof value === "object" && value !== null && !Array.isArray(value), `${path} is an object`);
    for (const [name, shape] of Object.entries(known)) {
      assert.ok(name in value, `${path}.${name} is there`);
      check(shape, (value as Record<string, unknown>)[name], `${path}.${name}`);
    }
    for (const [name, item] of Object.entries(value)) {
      if (name in known) continue;
      assert.ok(name in optional, `${path}.${name} is known`);
      check(optional[name]!, item, `${path}.${name}`);
    }
  };

function check(shape: Shape, value: unknown, path: string): void {
  if (!(shape instanceof RegExp)) shape(value, path);
  else assert.match(String(value), shape, path);
}

const accessList = list(fields({ address: account, storageKeys: list(hash) }));
const place = { blockHash: nullable(hash), blockNumber: nullable(quantity), transactionIndex: nullable(quantity) };
const signature = { v: quantity, r: quantity, s: quantity };
const plain = {
  ...place,
  ...signature,
  type: quantity,
  hash,
  nonce: quantity,
  from: account,
  to: nullable(account),
  value: quantity,
  gas: quantity,
  gasPrice: quantity,
  input: data,
};
const typed = { ...plain, chainId: quantity, yParity: quantity };
const priced = { ...typed, maxFeePerGas: quantity, maxPriorityFeePerGas: quantity };
const tuple = fields({
  chainId: quantity,
  address: account,
  nonce: quantity,
  yParity: quantity,
  r: quantity,
  s: quantity,
});
const payment = {
  ...priced,
  signatureKind: text,
  publicKey: data,
  signature: data,
  maxFee: quantity,
  maxTip: quantity,
  validAfter: quantity,
  validBefore: quantity,
  feePayer: nullable(account),
  payments: list(fields({ to: account, amount: quantity, memo: data }), 1),
};
const shapes: Readonly<Record<string, Shape>> = {
  "0x0": fields({ ...plain, chainId: quantity }),
  "0x1": fields({ ...typed, accessList }),
  "0x2": fields({ ...priced, accessList }),
  "0x4": fields({ ...priced, accessList, authorizationList: list(tuple, 1) }),
  "0x4b": fields(payment),
};
const transaction: Shape = (value, path) => check(shapes[(value as { type: string }).type]!, value, path);
const log = fields({
  address: account,
  topics: list(hash),
  data,
  blockHash: hash,
  blockNumber: quantity,
  blockTimestamp: quantity,
  transactionHash: hash,
  transactionIndex: quantity,
  logIndex: quantity,
  removed: boolean,
});
const receipt = fields(
  {
    type: quantity,
    status: quantity,
    blockHash: hash,
    blockNumber: quantity,
    transactionHash: hash,
    transactionIndex: quantity,
    from: account,
    to: nullable(account),
    contractAddress: nullable(account),
    gasUsed: quantity,
    cumulativeGasUsed: quantity,
    effectiveGasPrice: quantity,
    logsBloom: bloom,
    logs: list(log),
  },
  { feePayer: nullable(account) },
);
const headerFields = {
  number: quantity,
  hash,
  parentHash: hash,
  sha3Uncles: hash,
  miner: account,
  stateRoot: hash,
  transactionsRoot: hash,
  receiptsRoot: hash,
  logsBloom: bloom,
  difficulty: quantity,
  gasLimit: quantity,
  gasUsed: quantity,
  timestamp: quantity,
  extraData: data,
  mixHash: hash,
  nonce: /^0x[0-9a-f]{16}$/,
  baseFeePerGas: quantity,
  withdrawalsRoot: hash,
  blobGasUsed: quantity,
  excessBlobGas: quantity,
  parentBeaconBlockRoot: hash,
  requestsHash: hash,
  view: quantity,
  parentView: quantity,
  epoch: quantity,
  millisecond: quantity,
};
const blockFields = (transactions: Shape) => ({
  ...headerFields,
  totalDifficulty: quantity,
  withdrawals: list(anything),
  size: quantity,
  uncles: list(hash),
  transactions,
});
const block = (transactions: Shape) => fields(blockFields(transactions));
const callResult = fields(
  { returnData: data, logs: list(log), gasUsed: quantity, status: quantity },
  { error: anything },
);
const callFrame: Shape = fields(
  { type: text, from: account, gas: quantity, gasUsed: quantity, input: data },
  {
    to: account,
    value: quantity,
    output: data,
    error: text,
    revertReason: text,
    logs: anything,
    calls: (value, path) => list(callFrame)(value, path),
  },
);
const pool = fields({ pending: anything, queued: anything });
const inclusion = fields({
  blockHash: hash,
  blockNumber: quantity,
  index: quantity,
  key: data,
  value: data,
  proof: list(data, 1),
  header: data,
  finality: nullable(anything),
});

const secret = new Uint8Array(32).fill(5);
const alice = ethereumAddress(secp256k1.publicKey(secret)!);
const payer = testSigner(1);
const bob = testSigner(2).address;
const genesis = testGenesis({ funded: [alice, payer.address] });
const { chainId } = genesis.params;
const latest = { kind: "tag", tag: "latest" };
const callOf = (more: object) => ({ from: alice, to: faceAddress, data: Uint8Array.fromHex("18160ddd"), ...more });

/** One transaction of every type in one block, and one of each kind in the pool. */
async function scene(): Promise<{ node: TestNode; hashes: readonly Digest[]; digest: Digest }> {
  const node = createTestNode(genesis);
  const maxFeePerGas = 2n * genesis.params.fees.floor;
  const common = { gas: 100_000n, maxFeePerGas, chainId, value: 5n, to: bob };
  const slots = [{ address: bob, slots: ["11".repeat(32) as Digest] }];
  const authorizations = [signAuthorization({ chainId, address: faceAddress, nonce: 9n }, secret)];
  const drafts: readonly Omit<EthereumDraft, "nonce">[] = [
    { ...common, type: 0 },
    { ...common, type: 1, accessList: slots },
    { ...common, type: 2, accessList: slots },
    { ...common, type: 2, to: undefined, value: 0n, data: Uint8Array.of(0x00) },
    { ...common, type: 4, authorizations },
  ];
  const hashes: Digest[] = [];
  for (const [i, draft] of drafts.entries()) {
    hashes.push(await node.send(signEthereumTransaction({ ...draft, nonce: BigInt(i) }, secret)));
  }
  const pay = (nonce: bigint) => {
    const payments = [{ to: bob, amount: 7n, memo: Uint8Array.of(1) }];
    return node.send(signPayment(buildPayment({ chainId, nonce, payments }), payer));
  };
  hashes.push(await pay(0n));
  const digest = await node.mine();
  await pay(1n);
  await pay(3n);
  return { node, hashes, digest };
}

test("results have the shape of Ethereum's schemas", async () => {
  const { node, hashes, digest } = await scene();
  const account2 = alice as Address;
  const state = new Map([[bob, { balance: 5n, code: Uint8Array.of(0), stateDiff: new Map() }]]);
  const simulation = { blockStateCalls: [{ calls: [callOf({})] }], returnFullTransactions: true };
  const options = { tracer: "callTracer" };
  const asked: readonly (readonly [name: string, args: readonly unknown[], shape: Shape])[] = [
    ["eth_chainId", [], quantity],
    ["eth_blockNumber", [], quantity],
    ["eth_syncing", [], boolean],
    ["eth_getBlockByNumber", [latest, false], block(list(hash, 6))],
    ["eth_getBlockByNumber", [latest, true], block(list(transaction, 6))],
    ["eth_getBlockByHash", [digest, true], block(list(transaction, 6))],
    ["eth_getBlockByHash", ["00".repeat(32), true], nothing],
    ["eth_getHeaderByNumber", [latest], fields(headerFields)],
    ["eth_getHeaderByHash", [digest], fields(headerFields)],
    ["eth_getBlockTransactionCountByNumber", [latest], quantity],
    ["eth_getBlockTransactionCountByHash", [digest], quantity],
    ["eth_getUncleCountByBlockNumber", [latest], quantity],
    ["eth_getUncleByBlockNumberAndIndex", [latest, 0n], nothing],
    ["eth_getBlockReceipts", [latest], list(receipt, 6)],
    ["eth_getBalance", [account2, latest], quantity],
    ["eth_getTransactionCount", [account2, latest], quantity],
    ["eth_getCode", [faceAddress, latest], data],
    ["eth_getStorageAt", [faceAddress, 6n, latest], hash],
    [
      "eth_getProof",
      [faceAddress, [6n], latest],
      fields({
        address: account,
        balance: quantity,
        nonce: quantity,
        codeHash: hash,
        storageHash: hash,
        accountProof: list(data, 1),
        storageProof: list(fields({ key: text, value: quantity, proof: list(data, 1) }), 1),
      }),
    ],
    ["eth_call", [callOf({}), latest, state], data],
    ["eth_estimateGas", [callOf({})], quantity],
    ["eth_createAccessList", [callOf({})], fields({ accessList, gasUsed: quantity })],
    [
      "eth_simulateV1",
      [simulation, latest],
      list(fields({ ...blockFields(list(transaction)), calls: list(callResult, 1) }), 1),
    ],
    ["eth_getTransactionByBlockNumberAndIndex", [latest, 4n], transaction],
    ["eth_getTransactionByBlockHashAndIndex", [digest, 5n], transaction],
    ["eth_getTransactionByBlockHashAndIndex", [digest, 6n], nothing],
    ["eth_gasPrice", [], quantity],
    ["eth_maxPriorityFeePerGas", [], quantity],
    ["eth_blobBaseFee", [], quantity],
    [
      "eth_feeHistory",
      [2n, latest, [50]],
      fields({
        oldestBlock: quantity,
        baseFeePerGas: list(quantity, 3),
        gasUsedRatio: list(number, 2),
        baseFeePerBlobGas: list(quantity, 3),
        blobGasUsedRatio: list(number, 2),
        reward: list(list(quantity, 1), 2),
      }),
    ],
    ["eth_getLogs", [{ fromBlock: { kind: "number", height: 0 } }], list(log, 6)],
    ["eth_newFilter", [{}], quantity],
    ["eth_newBlockFilter", [], quantity],
    ["eth_newPendingTransactionFilter", [], quantity],
    ["eth_getFilterChanges", ["0x1"], list(log)],
    ["eth_getFilterLogs", ["0x1"], list(log, 1)],
    ["eth_uninstallFilter", ["0x1"], boolean],
    ["eth_accounts", [], list(account)],
    ["net_version", [], /^\d+$/],
    ["net_listening", [], boolean],
    ["net_peerCount", [], quantity],
    ["web3_clientVersion", [], text],
    ["web3_sha3", [Uint8Array.of(1)], hash],
    ["txpool_status", [], fields({ pending: quantity, queued: quantity })],
    ["txpool_content", [], pool],
    [
      "txpool_contentFrom",
      [payer.address],
      fields({ pending: fields({ "1": transaction }), queued: fields({ "3": transaction }) }),
    ],
    ["txpool_inspect", [], pool],
    ["debug_traceCall", [callOf({}), latest, options], callFrame],
    ["debug_traceBlockByNumber", [latest, options], list(fields({ txHash: hash, result: callFrame }), 6)],
    ["debug_traceBlockByHash", [digest, {}], list(fields({ txHash: hash, result: anything }), 6)],
    ["debug_getRawHeader", [latest], data],
    ["debug_getRawBlock", [latest], data],
    ["debug_getRawReceipts", [latest], list(data, 6)],
    ["kairos_nodeInfo", [], anything],
    ["kairos_consensusStatus", [], anything],
    ["kairos_health", [], fields({ healthy: boolean, components: anything })],
    ["kairos_chainMetadata", [], anything],
  ];
  for (const [name, args, shape] of asked) check(shape, await node.call(name, ...args), name);
  for (const one of hashes) {
    check(transaction, await node.call("eth_getTransactionByHash", one), "eth_getTransactionByHash");
    check(receipt, await node.call("eth_getTransactionReceipt", one), "eth_getTransactionReceipt");
    check(data, await node.call("eth_getRawTransactionByHash", one), "eth_getRawTransactionByHash");
    check(callFrame, await node.call("debug_traceTransaction", one, options), "debug_traceTransaction");
    check(inclusion, await node.call("kairos_getTransactionProof", one), "kairos_getTransactionProof");
    check(inclusion, await node.call("kairos_getReceiptProof", one), "kairos_getReceiptProof");
  }
});

test("what is not there is null or -32001, by method", async () => {
  const { node } = await scene();
  const none = "00".repeat(32);
  const far = { kind: "number", height: 9_999 };
  for (const [name, ...args] of [
    ["eth_getBlockByNumber", far, false],
    ["eth_getHeaderByNumber", far],
    ["eth_getHeaderByHash", none],
    ["eth_getBlockReceipts", far],
    ["eth_getTransactionByHash", none],
    ["eth_getTransactionReceipt", none],
    ["eth_getRawTransactionByHash", none],
    ["eth_getTransactionByBlockNumberAndIndex", far, 0n],
    ["kairos_getReceiptProof", none],
  ] as const) {
    assert.equal(await node.call(name, ...args), null, name);
  }
  for (const [name, ...args] of [
    ["eth_getBalance", alice, far],
    ["eth_getProof", alice, [], far],
    ["eth_call", callOf({}), far],
    ["eth_estimateGas", callOf({}), { kind: "hash", hash: none }],
    ["eth_feeHistory", 1n, far],
    ["debug_traceTransaction", none],
    ["debug_traceBlockByHash", none],
    ["debug_getRawBlock", far],
  ] as const) {
    assert.equal(((await node.call(name, ...args)) as { code: number }).code, -32001, name);
  }
});
