import assert from "node:assert/strict";
import { test } from "node:test";
import { type Address, address, asciiBytes } from "@polis/codec";
import { ethereumAddress, secp256k1 } from "@polis/crypto";
import fc from "fast-check";
import { faceAddress } from "../addresses.ts";
import { signEthereumTransaction } from "../ethereum/signEthereum.ts";
import { testGenesis } from "../testing/genesisFixture.ts";
import { createTestNode, type TestNode } from "../testing/testNode.ts";

const secret = new Uint8Array(32).fill(5);
const alice = ethereumAddress(secp256k1.publicKey(secret)!);
const bob = address("b0".repeat(20));
const genesis = testGenesis({ funded: [alice] });
const { chainId } = genesis.params;
const latest = { kind: "tag", tag: "latest" };
const at = address("c0de".repeat(10));
const inner = address("1e".repeat(20));
const bytes = (hex: string) => Uint8Array.fromHex(hex.replaceAll(" ", ""));

/** Adds 1 to slot 0 and returns it. */
const counter = bytes("6000 54 6001 01 6000 55 6000 54 6000 52 6020 6000 f3");
/** Returns NUMBER, TIMESTAMP, COINBASE, BASEFEE, PREVRANDAO, GASLIMIT, BLOBBASEFEE and CHAINID. */
const environment = bytes(
  "43 6000 52 42 6020 52 41 6040 52 48 6060 52 44 6080 52 45 60a0 52 4a 60c0 52 46 60e0 52 610100 6000 f3",
);
/** Writes ten slots. */
const writer = bytes(Array.from({ length: 10 }, (_, i) => `600160${(i + 1).toString(16).padStart(2, "0")}55`).join(""));
/** Calls `inner` with all gas and reverts when that fails. */
const caller = bytes(`6000 6000 6000 6000 6000 73${inner} 5a f1 15 6026 57 00 5b 6000 6000 fd`);
/** Reverts with Error("no"). */
const reverter = new Uint8Array(112);
reverter.set(bytes("6064 600c 6000 39 6064 6000 fd 08c379a0"));
reverter[12 + 35] = 32;
reverter[12 + 67] = 2;
reverter.set(asciiBytes("no"), 12 + 68);

/** Decoded arguments of a call. */
const call = (fields: object = {}) => ({
  from: alice,
  to: at,
  gas: undefined,
  data: undefined,
  input: undefined,
  accessList: undefined,
  authorizationList: undefined,
  ...fields,
});
type Override = Record<string, unknown>;
const overrides = (...list: readonly (readonly [Address, Override])[]) => new Map(list);
const code = (of: Uint8Array): Override => ({ code: of });

interface Failed {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

const run = (node: TestNode, name: string, fields: object, state?: unknown, block?: unknown) =>
  node.call(name, call(fields), latest, state, block) as Promise<never>;

test("a call sees the block it is made on, or what it pretends of it", async () => {
  const node = createTestNode(genesis);
  await node.mine();
  const state = overrides([at, code(environment)]);
  const words = (answer: string) => [...answer.slice(2).matchAll(/.{64}/g)].map(([word]) => BigInt(`0x${word}`));
  const { header } = node.ledger.head();
  const real = words(await run(node, "eth_call", {}, state));
  assert.deepEqual(real.slice(0, 4), [
    1n,
    BigInt(header.timestampS),
    BigInt(`0x${header.beneficiary}`),
    header.baseFeePerGas,
  ]);
  assert.deepEqual(real.slice(5), [header.gasLimit, 1n, chainId]);
  const pretended = words(
    await run(node, "eth_call", {}, state, {
      number: 77n,
      time: 88n,
      gasLimit: 99n,
      feeRecipient: bob,
      prevRandao: "11".repeat(32),
      baseFeePerGas: 12n,
      blobBaseFee: 13n,
    }),
  );
  assert.deepEqual(pretended, [77n, 88n, BigInt(`0x${bob}`), 12n, BigInt(`0x${"11".repeat(32)}`), 99n, 13n, chainId]);
});

test("overrides of balance, storage and code; errors name what is wrong", async () => {
  const node = createTestNode(genesis);
  const slot = (value: number) => new Map([["00".repeat(32), value.toString(16).padStart(64, "0")]]);
  const answer = async (override: Override) =>
    BigInt((await run(node, "eth_call", {}, overrides([at, { ...code(counter), ...override }]))) as string);
  assert.equal(await answer({}), 1n);
  assert.equal(await answer({ stateDiff: slot(41) }), 42n);
  assert.equal(await answer({ state: slot(9) }), 10n);
  // Wiping the face's storage takes its total away.
  const supply = { to: faceAddress, data: bytes("18160ddd") };
  assert.notEqual(BigInt(await run(node, "eth_call", supply)), 0n);
  assert.equal(BigInt(await run(node, "eth_call", supply, overrides([faceAddress, { state: new Map() }]))), 0n);
  const both = (await run(node, "eth_call", {}, overrides([at, { state: slot(1), stateDiff: slot(1) }]))) as Failed;
  assert.equal(both.code, -32602);
  const poor = { from: bob, value: 10n ** 20n };
  const broke = (await run(node, "eth_call", poor)) as Failed;
  assert.deepEqual([broke.code, broke.message.split(":")[0]], [-32000, "insufficient funds for gas * price + value"]);
  assert.equal(await run(node, "eth_call", poor, overrides([bob, { balance: 10n ** 21n }])), "0x");
});

test("reverts are code 3 with data and reason; halts are -32000", async () => {
  const node = createTestNode(genesis);
  const failed = (await run(node, "eth_call", {}, overrides([at, code(reverter)]))) as Failed;
  assert.deepEqual([failed.code, failed.message], [3, "execution reverted: no"]);
  assert.equal(failed.data, `0x${reverter.subarray(12).toHex()}`);
  const halted = (await run(node, "eth_call", {}, overrides([at, code(bytes("fe"))]))) as Failed;
  assert.deepEqual([halted.code, halted.message], [-32000, "invalid opcode"]);
  const endless = (await run(node, "eth_call", { gas: 1n << 60n }, overrides([at, code(bytes("5b600056"))]))) as Failed;
  assert.deepEqual([endless.code, endless.message], [-32000, "out of gas"]);
});

test("with the estimate the call works, with one gas less it does not", async () => {
  const node = createTestNode(genesis);
  const states = {
    counter: overrides([at, code(counter)]),
    writer: overrides([at, code(writer)]),
    nested: overrides([at, code(caller)], [inner, code(writer)]),
    transfer: undefined,
  };
  for (const [name, state] of Object.entries(states)) {
    const fields = name === "transfer" ? { to: bob, value: 1n } : {};
    const gas = BigInt((await run(node, "eth_estimateGas", fields, state)) as string);
    assert.equal(typeof (await run(node, "eth_call", { ...fields, gas }, state)), "string", name);
    const less = (await run(node, "eth_call", { ...fields, gas: gas - 1n }, state)) as Failed;
    assert.equal(less.code < 0 || less.code === 3, true, name);
    if (name === "transfer") assert.equal(gas, 21_000n);
  }
});

test("estimates are made for the block that comes next", async () => {
  const node = createTestNode(genesis, { nextTimestampS: () => 2_000_000_000 });
  // Writes a slot when the time is 2,000,000,000 and the number is 1.
  const late = bytes("42 6377359400 14 43 6001 14 16 15 6015 57 6001 6000 55 5b 00");
  const gas = BigInt((await run(node, "eth_estimateGas", {}, overrides([at, code(late)]))) as string);
  assert.ok(gas > 43_000n, `${gas}`);
});

test("access lists hold what is touched beyond what is warm", async () => {
  const node = createTestNode(genesis);
  const state = overrides([at, code(caller)], [inner, code(writer)]);
  const answer = (await run(node, "eth_createAccessList", {}, state)) as {
    accessList: { address: string; storageKeys: string[] }[];
    gasUsed: string;
  };
  assert.deepEqual(
    answer.accessList.map(({ address, storageKeys }) => [address, storageKeys.length]),
    [[`0x${inner}`, 10]],
  );
  assert.ok(BigInt(answer.gasUsed) > 200_000n);
  // The beneficiary of the block is warm (EIP-3651).
  const warm = await run(node, "eth_createAccessList", {}, overrides([at, code(bytes("41 31 00"))]));
  assert.deepEqual((warm as { accessList: unknown[] }).accessList, []);
});

/** Sends a transaction of type 2 and mines it. */
async function transact(node: TestNode, nonce: bigint, fields: object): Promise<string> {
  const maxFeePerGas = 2n * genesis.params.fees.floor;
  const hash = await node.send(
    signEthereumTransaction({ type: 2, chainId, nonce, gas: 500_000n, maxFeePerGas, ...fields }, secret),
  );
  await node.mine();
  return hash;
}

/** Init code that deploys some code of at most 32 bytes. */
const deploy = (runtime: Uint8Array) => {
  const length = runtime.length.toString(16).padStart(2, "0");
  return bytes(`60${length} 600c 6000 39 60${length} 6000 f3 ${runtime.toHex()}`);
};

test("a contract from creation to trace", async () => {
  const node = createTestNode(genesis);
  const created = await transact(node, 0n, { data: deploy(counter) });
  const receipt = (await node.call("eth_getTransactionReceipt", created)) as {
    contractAddress: string;
    status: string;
    to: null;
  };
  assert.deepEqual([receipt.status, receipt.to], ["0x1", null]);
  const contract = receipt.contractAddress.slice(2) as Address;
  assert.equal(await node.call("eth_getCode", contract), `0x${counter.toHex()}`);
  const hash = await transact(node, 1n, { to: contract });
  assert.equal(BigInt((await run(node, "eth_call", { to: contract })) as string), 2n);
  // The state of the block before is still there.
  const before = (await node.call("eth_call", call({ to: contract }), { kind: "number", height: 1 })) as string;
  assert.equal(BigInt(before), 1n);

  const trace = (options: object) => node.call("debug_traceTransaction", hash, options) as Promise<never>;
  const frame = (await trace({ tracer: "callTracer" })) as { to: string; output: string; gasUsed: string };
  const used = ((await node.call("eth_getTransactionReceipt", hash)) as { gasUsed: string }).gasUsed;
  assert.deepEqual([frame.to, BigInt(frame.output), frame.gasUsed], [`0x${contract}`, 1n, used]);
  const steps = (await trace({})) as { structLogs: { op: string }[]; failed: boolean };
  assert.equal(steps.failed, false);
  assert.equal(steps.structLogs.filter(({ op }) => op === "SSTORE").length, 1);
  const states = (await trace({ tracer: "prestateTracer", tracerConfig: { diffMode: true } })) as {
    post: Record<string, { storage?: Record<string, string> }>;
  };
  assert.equal(Object.values(states.post[`0x${contract}`]?.storage ?? {}).length, 1);
});

test("simulated blocks see what those before them did", async () => {
  const node = createTestNode(genesis);
  await node.mine();
  const state = overrides([at, code(counter)]);
  const block = (calls: readonly object[], blockOverrides?: object, stateOverrides?: unknown) => ({
    blockOverrides,
    stateOverrides,
    calls: calls.map(call),
  });
  const simulation = {
    blockStateCalls: [block([{}, {}], undefined, state), block([{ to: bob, value: 10n ** 18n }, {}], { number: 5n })],
    validation: false,
    returnFullTransactions: true,
  };
  const blocks = (await node.call("eth_simulateV1", simulation, latest)) as {
    number: string;
    hash: string;
    parentHash: string;
    transactions: { from: string }[];
    calls: { returnData: string; status: string; logs: { address: string; topics: string[] }[] }[];
  }[];
  assert.deepEqual(
    blocks.map(({ number }) => Number(number)),
    [2, 3, 4, 5],
  );
  for (let i = 1; i < blocks.length; i++) assert.equal(blocks[i]!.parentHash, blocks[i - 1]!.hash);
  assert.deepEqual(
    blocks[0]!.calls.map(({ returnData }) => BigInt(returnData)),
    [1n, 2n],
  );
  const [transfer, third] = blocks[3]!.calls;
  assert.equal(BigInt(third!.returnData), 3n);
  assert.deepEqual([transfer!.status, transfer!.logs[0]?.address], ["0x1", `0x${faceAddress}`]);
  assert.equal(blocks[3]!.transactions[0]?.from, `0x${alice}`);
  assert.equal(await node.call("eth_getBalance", bob, latest), "0x0");
});

test("a simulated transfer has the state root of the same transfer in a block", async () => {
  const node = createTestNode(genesis);
  await node.mine();
  const parent = node.ledger.head();
  // The accounts that a block changes beside the call's own: fees, and the history of block hashes.
  const base = (await simulateRoot(node, [])).stateRoot;
  assert.equal(base, `0x${parent.header.stateRoot}`);
  const { stateRoot } = await simulateRoot(node, [{ to: bob, value: 5n }]);
  const overlay = node.ledger.forkAt(parent.digest)!;
  const from = overlay.account(alice)!;
  overlay.setAccount(alice, from.nonce + 1n, (from.balance - 5n) as never);
  overlay.setAccount(bob, 0n, 5n as never);
  assert.equal(stateRoot, `0x${overlay.seal()}`);
});

async function simulateRoot(node: TestNode, calls: readonly object[]): Promise<{ stateRoot: string }> {
  const simulation = { blockStateCalls: [{ calls: calls.map(call) }] };
  return ((await node.call("eth_simulateV1", simulation, latest)) as { stateRoot: string }[])[0]!;
}

test("eth_simulateV1 refuses what could not be a chain", async () => {
  const node = createTestNode(genesis);
  await node.mine();
  const code = async (validation: boolean, ...blocks: readonly object[]) =>
    ((await node.call("eth_simulateV1", { blockStateCalls: blocks, validation }, latest)) as Failed).code;
  assert.equal(await code(false, { blockOverrides: { number: 1n } }), -38020);
  assert.equal(await code(false, { blockOverrides: { number: 5_000n } }), -38026);
  assert.equal(await code(false, { blockOverrides: { time: 1n } }), -38021);
  assert.equal(await code(true, { calls: [call({ nonce: 7n, maxFeePerGas: 10n ** 12n })] }), -38011);
  assert.equal(await code(true, { calls: [call({})] }), -38012);
  assert.equal(await code(false, { calls: [call({ from: bob, value: 1n })] }), -38014);
  assert.equal(await code(false, { calls: [call({ gas: 10n ** 9n })] }), -38015);
});

test("no simulated execution changes the chain", async () => {
  const quiet = createTestNode(genesis);
  await transact(quiet, 0n, { to: bob, value: 5n });
  const methods = fc.constantFrom("eth_call", "eth_estimateGas", "eth_createAccessList", "debug_traceCall");
  const codes = fc.constantFrom(counter, environment, writer, reverter, caller);
  const calls = fc.array(fc.tuple(methods, codes, fc.bigInt(0n, 100n)), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(calls, async (list) => {
      const node = createTestNode(genesis);
      for (const [name, of, value] of list) {
        const state = overrides([at, { ...code(of), balance: value }]);
        const options = name === "debug_traceCall" ? { tracer: "callTracer", stateOverrides: state } : state;
        await node.call(name, call({ value }), latest, options);
      }
      await transact(node, 0n, { to: bob, value: 5n });
      assert.equal(node.ledger.head().digest, quiet.ledger.head().digest);
    }),
    { numRuns: 20 },
  );
});
