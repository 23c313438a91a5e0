import assert from "node:assert/strict";
import { test } from "node:test";
import { address, type Digest, digest, epoch, fault, type Height, height, ok, usdc18, view } from "@polis/codec";
import type { StateReader } from "@polis/state";
import { faceAddress } from "../addresses.ts";
import { emptyTrieRoot, type Header } from "../block/header.ts";
import { refuse, type TransactionErrorName, type TransactionFault, transactionErrors } from "../errors.ts";
import { defaults, type KairosParams } from "../params.ts";
import { buildPayment } from "../payment/buildPayment.ts";
import { createPaymentSigner, signPayment } from "../payment/signPayment.ts";
import { transferLog } from "../receipt/log.ts";
import { decodeTransaction, verifyTransaction } from "../transaction/decodeTransaction.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import type { ApiBlock, KairosBackend, NodeStatus } from "./backend.ts";
import { createApiEvents } from "./events.ts";
import { createFilters } from "./filters.ts";
import { kairosApi } from "./kairosApi.ts";
import { defaultApiLimits } from "./limits.ts";
import { result } from "./method.ts";
import type { BlockRef } from "./paramSpec.ts";

const hex32 = (byte: string): Digest => digest(byte.repeat(32));
const alice = createPaymentSigner(1, new Uint8Array(32).fill(1));
const bob = address("b0".repeat(20));
const params: KairosParams = {
  chainId: 52470n,
  epoch: 0,
  block: defaults.block,
  tx: { ...defaults.tx, maxGas: defaults.block.gasLimit },
  fees: { ...defaults.fees, initial: defaults.fees.floor },
  treasury: address("77".repeat(20)),
  hardfork: "prague",
  osakaTimestampS: undefined,
  usdc: { name: "USDC", symbol: "USDC", currency: "USD", version: "2" },
  randomness: "hash",
};

function payment(nonce: bigint): VerifiedTransaction {
  const fields = buildPayment({
    chainId: params.chainId,
    nonce,
    payments: [
      { to: bob, amount: 5n },
      { to: address("c0".repeat(20)), amount: 7n, memo: Uint8Array.of(1, 2) },
    ],
  });
  const decoded = decodeTransaction(signPayment(fields, alice), params);
  assert.ok(decoded.ok);
  const verified = verifyTransaction(decoded.value);
  assert.ok(verified.ok);
  return verified.value;
}

const included = [payment(0n), payment(1n)];
const waiting = payment(2n);
const speculativeOne = payment(3n);

function header(number: number, parent: Digest): Header {
  return {
    parentHash: parent,
    beneficiary: bob,
    stateRoot: hex32("11"),
    transactionsRoot: hex32("12"),
    receiptsRoot: hex32("13"),
    logsBloom: new Uint8Array(256),
    number: height(number),
    gasLimit: params.block.gasLimit,
    gasUsed: 42_000n,
    timestampS: 1_700_000_000 + number,
    extra: { millisecond: 250, view: view(number + 2), parentView: view(1), smoothedGas: 0n, epoch: epoch(0) },
    mixHash: hex32("14"),
    baseFeePerGas: params.fees.floor,
  };
}

function block(number: number, digestByte: string, transactions: readonly VerifiedTransaction[]): ApiBlock {
  return {
    digest: hex32(digestByte),
    header: header(number, hex32("ee")),
    sizeBytes: () => 1_234,
    envelope: () => undefined,
    transactionAt: (index) => transactions[index],
    decoded: () => transactions.map(({ transaction }) => transaction),
    sample: () => transactions.map(({ transaction }) => transaction),
    transactions: () => transactions,
    receipts: () =>
      transactions.map((one, i) => {
        const logs = [transferLog(one.sender, bob, 5n), transferLog(one.sender, bob, 7n)];
        const cumulativeGasUsed = one.transaction.gas * BigInt(i + 1);
        return { type: 0x4b, status: 1, cumulativeGasUsed, logsBloom: new Uint8Array(256), logs };
      }),
  };
}

const events = createApiEvents();
const genesis = block(0, "a0", []);
const final = block(1, "a1", included);
const speculative = block(2, "a2", [speculativeOne]);
const status: NodeStatus = {
  network: "local",
  role: "validator",
  currentView: view(9),
  finalizedView: view(3),
  peers: 5,
  requiredPeers: 4,
  mempool: { pending: 1, queued: 0, bytes: 300 },
  uptimeMs: 1_000,
  syncingTo: undefined,
};

function stateAt(at: Digest): StateReader {
  const balance = usdc18(at === final.digest ? 1_000n : 900n);
  return {
    account: (account) =>
      account === alice.address ? { nonce: 2n, balance, storageRoot: emptyTrieRoot, codeHash: hex32("cc") } : undefined,
    storage: (_, slot) => (slot === hex32("01") ? 5n : 0n),
    code: () => Uint8Array.of(0x60, 0x00),
  };
}

function backend(changes: Partial<KairosBackend> = {}): KairosBackend {
  const certificate = {
    kind: "finalization",
    scheme: "multisig",
    epoch: epoch(0),
    view: view(3),
    digest: final.digest,
    bitmap: Uint8Array.of(0x1f),
    signature: new Uint8Array(96).fill(9),
    seed: undefined,
  } as const;
  return {
    params,
    genesisHash: genesis.digest,
    clientVersion: "kairos/test",
    finalizedHeight: () => height(1),
    earliestHeight: () => height(0),
    blockByHeight: (at: Height) => [genesis, final][at],
    blockByDigest: (at) => [genesis, final, speculative].find((one) => one.digest === at),
    pendingBlock: () => speculative,
    state: (at) => (at === genesis.digest ? undefined : stateAt(at)),
    nextNonce: () => 5n,
    location: (hash) => {
      const index = included.findIndex(({ transaction }) => transaction.hash === hash);
      return index < 0 ? undefined : { height: height(1), index };
    },
    unfinal: (hash) => {
      if (hash === waiting.transaction.hash) return { state: "pending", verified: waiting };
      if (hash === speculativeOne.transaction.hash) return { state: "inBlock", block: speculative, index: 0 };
      return hash === hex32("dd") ? { state: "dropped", reason: "transaction expired" } : undefined;
    },
    submit: async () => ok(waiting.transaction.hash),
    finalityProof: () => ({ certificate, certificateBytes: Uint8Array.of(3, 1), headers: [Uint8Array.of(0xf9)] }),
    validatorSet: () => undefined,
    status: () => status,
    nextBaseFee: () => 100n,
    suggestedTip: () => 7n,
    nextTimestampS: () => 0,
    limits: defaultApiLimits,
    events,
    filters: createFilters(
      defaultApiLimits,
      events,
      () => 0,
      () => "0x1",
    ),
    facts: {},
    run: async () => result("ran"),
    after: () => () => {},
    pooled: () => [],
    addressPlaces: () => [],
    ...changes,
  };
}

async function call(name: string, args: readonly unknown[] = [], node = backend()): Promise<unknown> {
  const answer = await kairosApi[name]!.handle(node, args);
  return answer.ok ? answer.value : answer.error;
}

const tag = (name: string) => ({ kind: "tag", tag: name }) as BlockRef;

test("chain, net and web3 facts", async () => {
  assert.equal(await call("eth_chainId"), "0xccf6");
  assert.equal(await call("eth_blockNumber"), "0x1");
  assert.equal(await call("net_version"), "52470");
  assert.equal(await call("net_listening"), true);
  assert.equal(await call("net_peerCount"), "0x5");
  assert.equal(await call("web3_clientVersion"), "kairos/test");
  assert.equal(await call("eth_gasPrice"), "0x6b");
  assert.equal(await call("eth_maxPriorityFeePerGas"), "0x7");
  const emptyHash = "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470";
  assert.equal(await call("web3_sha3", [new Uint8Array(0)]), emptyHash);
});

test("syncing is false, or the three heights", async () => {
  assert.equal(await call("eth_syncing"), false);
  const behind = backend({ status: () => ({ ...status, syncingTo: height(9) }) });
  assert.deepEqual(await call("eth_syncing", [], behind), {
    startingBlock: "0x0",
    currentBlock: "0x1",
    highestBlock: "0x9",
  });
});

test("balances and nonces by tag (kairos 16.1)", async () => {
  for (const name of ["latest", "safe", "finalized"]) {
    assert.equal(await call("eth_getBalance", [alice.address, tag(name)]), "0x3e8");
    assert.equal(await call("eth_getTransactionCount", [alice.address, tag(name)]), "0x2");
  }
  assert.equal(await call("eth_getBalance", [alice.address, undefined]), "0x3e8");
  assert.equal(await call("eth_getBalance", [alice.address, tag("pending")]), "0x384");
  assert.equal(await call("eth_getTransactionCount", [alice.address, tag("pending")]), "0x5");
  assert.equal(await call("eth_getBalance", [alice.address, { kind: "hash", hash: speculative.digest }]), "0x384");
  assert.equal(await call("eth_getBalance", [bob, tag("latest")]), "0x0");
  const gone = (await call("eth_getBalance", [bob, tag("earliest")])) as { code: number; message: string };
  assert.equal(gone.code, -32001);
  const beyond = (await call("eth_getBalance", [bob, { kind: "number", height: 9 }])) as { code: number };
  assert.equal(beyond.code, -32001);
});

test("a block has Ethereum's fields and its hashes or transactions", async () => {
  const shown = (await call("eth_getBlockByNumber", [tag("latest"), false])) as Record<string, unknown>;
  assert.equal(shown.number, "0x1");
  assert.equal(shown.hash, `0x${final.digest}`);
  assert.equal(shown.timestamp, "0x6553f101");
  assert.equal(shown.size, "0x4d2");
  assert.equal((shown.extraData as string).length, 2 + 62);
  assert.deepEqual(
    shown.transactions,
    included.map(({ transaction }) => `0x${transaction.hash}`),
  );
  const byHash = (await call("eth_getBlockByHash", [final.digest, true])) as { transactions: { hash: string }[] };
  assert.equal(byHash.transactions[1]!.hash, `0x${included[1]!.transaction.hash}`);
  assert.equal(await call("eth_getBlockByNumber", [{ kind: "number", height: 2 }, false]), null);
  assert.equal(await call("eth_getBlockByHash", [hex32("00"), undefined]), null);
  const pending = (await call("eth_getBlockByNumber", [tag("pending"), false])) as { hash: string };
  assert.equal(pending.hash, `0x${speculative.digest}`);
});

test("a payment in the form of T17", async () => {
  const { transaction } = included[1]!;
  const shown = (await call("eth_getTransactionByHash", [transaction.hash])) as Record<string, unknown>;
  assert.equal(shown.type, "0x4b");
  assert.equal(shown.from, `0x${alice.address}`);
  assert.equal(shown.to, `0x${bob}`);
  assert.equal(shown.value, `0x${(12n * 10n ** 12n).toString(16)}`);
  assert.equal(shown.input, "0x");
  assert.equal(shown.nonce, "0x1");
  assert.equal(shown.gasPrice, `0x${params.fees.floor.toString(16)}`);
  assert.equal(shown.signatureKind, "ed25519");
  assert.equal(shown.feePayer, null);
  assert.deepEqual((shown.payments as unknown[])[1], { to: `0x${"c0".repeat(20)}`, amount: "0x7", memo: "0x0102" });
  assert.deepEqual([shown.blockNumber, shown.transactionIndex], ["0x1", "0x1"]);
});

test("pending and speculative transactions are in no block (J3); unknown and dropped ones are null", async () => {
  for (const { transaction } of [waiting, speculativeOne]) {
    const shown = (await call("eth_getTransactionByHash", [transaction.hash])) as Record<string, unknown>;
    assert.deepEqual([shown.blockHash, shown.blockNumber, shown.transactionIndex], [null, null, null]);
    assert.equal(await call("eth_getTransactionReceipt", [transaction.hash]), null);
  }
  assert.equal(await call("eth_getTransactionByHash", [hex32("dd")]), null);
  assert.equal(await call("eth_getTransactionByHash", [hex32("00")]), null);
});

test("a receipt counts gas and logs within its block", async () => {
  const { transaction } = included[1]!;
  const receipt = (await call("eth_getTransactionReceipt", [transaction.hash])) as Record<string, unknown>;
  const logs = receipt.logs as { address: string; logIndex: string; transactionHash: string; data: string }[];
  assert.equal(receipt.status, "0x1");
  assert.equal(receipt.gasUsed, `0x${transaction.gas.toString(16)}`);
  assert.equal(receipt.cumulativeGasUsed, `0x${(2n * transaction.gas).toString(16)}`);
  assert.deepEqual(
    logs.map((log) => [log.address, log.logIndex, BigInt(log.data)]),
    [
      [`0x${faceAddress}`, "0x2", 5n],
      [`0x${faceAddress}`, "0x3", 7n],
    ],
  );
});

test("a submission gives the hash, or code, text and name of its refusal (kairos 7.6)", async () => {
  const raw = Uint8Array.of(0x4b);
  assert.equal(await call("eth_sendRawTransaction", [raw]), `0x${waiting.transaction.hash}`);
  const refused = (name: TransactionErrorName) =>
    call("eth_sendRawTransaction", [raw], backend({ submit: async () => refuse(name) })) as Promise<{
      code: number;
      message: string;
      data: { name: string; code: number };
    }>;
  const special: Record<string, number> = {
    INVALID_FORMAT: -32602,
    MEMPOOL_FULL: -32003,
    INTERNAL: -32603,
    NOT_SYNCED: -32002,
  };
  for (const name of Object.keys(transactionErrors) as TransactionErrorName[]) {
    const error = await refused(name);
    assert.equal(error.code, special[name] ?? -32000, name);
    assert.deepEqual(
      [error.message, error.data],
      [transactionErrors[name].text, { name, code: transactionErrors[name].code }],
    );
  }
  const bare = backend({
    submit: async () => fault("NONCE_TOO_LOW", "ignore") as { ok: false; fault: TransactionFault },
  });
  assert.equal(((await call("eth_sendRawTransaction", [raw], bare)) as { message: string }).message, "nonce too low");
});

test("the status of a transaction (kairos 15.2)", async () => {
  const statusOf = (hash: Digest) => call("kairos_getTransactionStatus", [hash]);
  assert.deepEqual(await statusOf(included[0]!.transaction.hash), {
    status: "FINALIZED",
    height: "0x1",
    index: "0x0",
    confirmations: "0x1",
  });
  assert.deepEqual(await statusOf(waiting.transaction.hash), { status: "PENDING" });
  const inBlock = { status: "IN_BLOCK", blockHash: `0x${speculative.digest}` };
  assert.deepEqual(await statusOf(speculativeOne.transaction.hash), inBlock);
  assert.deepEqual(await statusOf(hex32("dd")), { status: "DROPPED", reason: "transaction expired" });
  assert.deepEqual(await statusOf(hex32("00")), { status: "UNKNOWN" });
});

test("finality certificates exist for finalized blocks only (L2)", async () => {
  const proof = (await call("kairos_getFinalityCertificate", [tag("latest")])) as {
    certificate: Record<string, unknown>;
    headers: string[];
  };
  assert.deepEqual([proof.certificate.raw, proof.certificate.view, proof.headers], ["0x0301", "0x3", ["0xf9"]]);
  const of = (ref: BlockRef) => call("kairos_getFinalityCertificate", [ref]);
  assert.equal(await of(tag("pending")), null);
  assert.equal(await of(tag("earliest")), null);
  assert.equal(await of({ kind: "hash", hash: hex32("00") }), null);
});

test("validator set, status and metadata", async () => {
  assert.equal(await call("kairos_getValidatorSet", [undefined]), null);
  const validator = {
    blsPublicKey: new Uint8Array(48),
    blsPop: undefined,
    p2pPublicKey: new Uint8Array(32),
    p2pBinding: undefined,
    feeAddress: bob,
    name: "one",
    address: undefined,
    shareKeyM: undefined,
    shareKeyL: undefined,
  };
  const set = {
    epoch: epoch(0),
    n: 6,
    f: 1,
    scheme: "multisig",
    validators: [validator],
    groupKeyM: undefined,
    groupKeyL: undefined,
  } as const;
  const shown = (await call("kairos_getValidatorSet", [0n], backend({ validatorSet: () => set }))) as Record<
    string,
    unknown
  >;
  assert.deepEqual([shown.quorumM, shown.quorumL, shown.groupKeyM], [3, 5, null]);
  const now = (await call("kairos_status")) as Record<string, unknown>;
  assert.deepEqual([now.finalizedHeight, now.currentView, now.syncing], ["0x1", "0x9", false]);
  const metadata = (await call("kairos_chainMetadata")) as { face: { decimals: number }; chainId: string };
  assert.deepEqual([metadata.face.decimals, metadata.chainId], [6, "0xccf6"]);
});

test("parts of a block, and transactions by their place", async () => {
  const byNumber = { kind: "number", height: 1 } as const;
  assert.equal(await call("eth_getBlockTransactionCountByNumber", [byNumber]), "0x2");
  assert.equal(await call("eth_getBlockTransactionCountByHash", [speculative.digest]), "0x1");
  assert.equal(await call("eth_getBlockTransactionCountByHash", [hex32("00")]), null);
  assert.equal(await call("eth_getUncleCountByBlockNumber", [byNumber]), "0x0");
  assert.equal(await call("eth_getUncleByBlockHashAndIndex", [final.digest, 0n]), null);
  const second = (await call("eth_getTransactionByBlockNumberAndIndex", [byNumber, 1n])) as { hash: string };
  assert.equal(second.hash, `0x${included[1]!.transaction.hash}`);
  assert.equal(await call("eth_getTransactionByBlockHashAndIndex", [final.digest, 2n]), null);
  for (const { transaction } of [included[0]!, waiting, speculativeOne]) {
    assert.equal(await call("eth_getRawTransactionByHash", [transaction.hash]), `0x${transaction.envelope.toHex()}`);
  }
  assert.equal(await call("eth_getRawTransactionByHash", [hex32("dd")]), null);
  const receipts = (await call("eth_getBlockReceipts", [tag("latest")])) as { logs: { logIndex: string }[] }[];
  assert.deepEqual([receipts.length, receipts[1]!.logs[0]!.logIndex], [2, "0x2"]);
  assert.equal(await call("eth_getBlockReceipts", [tag("pending")]), null);
  assert.deepEqual(await call("txpool_status"), { pending: "0x1", queued: "0x0" });
});
