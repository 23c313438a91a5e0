import { encodeFunctionData, type Hex, keccak256, numberToHex, parseEther } from "viem";
import { TEST_ACCOUNTS, TEST_CHAIN_ID } from "../accounts.ts";
import { ownArtifact } from "../artifacts.ts";
import { BASE_FEE_PER_GAS, CONTRACT, callData, type Scene, STRANGER } from "./scene.ts";

/** A request with the name it has in the list of differences. */
export interface Request {
  readonly name: string;
  readonly method: string;
  readonly params: readonly unknown[];
}

const [A0, A1, A2] = TEST_ACCOUNTS.map((account) => account.address) as [Hex, Hex, Hex];
const STORED = keccak256(new TextEncoder().encode("Stored(address,uint256,uint256)"));
const topic = (value: bigint) => numberToHex(value, { size: 32 });
const NOWHERE = `0x${"99".repeat(32)}`;
const LATEST = "0xc";

/** The recorded list: what is asked of a chain after the scene, in this order. Names are `method` or `method/case`. */
export async function requestsAfter(scene: Scene): Promise<readonly Request[]> {
  return [
    ...chain(scene),
    ...transactions(scene),
    ...state(),
    ...calls(scene),
    ...precompiles(),
    ...logs(scene),
    ...traces(scene),
    ...(await wrong()),
  ].map(([name, ...params]) => ({ name, method: name.split("/")[0]!, params }));
}

/** Each precompile of Prague with inputs that it takes and some that it does not. */
function precompiles(): Line[] {
  const word = (value: bigint) => topic(value).slice(2);
  const [g1, p2] = [`${word(1n)}${word(2n)}`, word(2n)];
  const inputs: readonly Hex[] = [
    "0x",
    "0x616263",
    `0x${"00".repeat(128)}`,
    `0x${g1}${g1}`,
    `0x${g1}${p2}`,
    `0x${word(1n)}${word(1n)}${word(1n)}${"03".padEnd(2)}${"05"}${"07"}`,
    `0x${word(32n)}${word(32n)}${word(32n)}${word(3n)}${word(2n ** 255n)}${word(2n ** 256n - 189n)}`,
    `0x${STORED.slice(2)}${word(27n)}${word(5n)}${word(6n)}`,
    `0x0000000c${"01".repeat(208)}01`,
    `0x${"00".repeat(256)}`,
    `0x${"00".repeat(384)}`,
  ];
  return Array.from({ length: 17 }, (_, i) => i + 1).flatMap((address) =>
    inputs.map((data, i): Line => {
      const to = numberToHex(address, { size: 20 });
      return [
        `eth_call/precompile ${numberToHex(address)} input ${i}`,
        { from: A0, to, data, gas: "0x100000" },
        "latest",
      ];
    }),
  );
}

type Line = readonly [name: string, ...params: unknown[]];

function chain({ blockHashes }: Scene): Line[] {
  return [
    ["eth_chainId"],
    ["net_version"],
    ["net_listening"],
    ["eth_syncing"],
    ["eth_accounts"],
    ["eth_blockNumber"],
    ["web3_sha3", "0x68656c6c6f"],
    ...["0x1", "0x4", "latest", "safe", "finalized"].flatMap((block): Line[] => [
      [`eth_getBlockByNumber/hashes ${block}`, block, false],
      [`eth_getBlockByNumber/full ${block}`, block, true],
    ]),
    ["eth_getBlockByNumber/unknown", "0xffff", false],
    ["eth_getBlockByHash/known", blockHashes[2], false],
    ["eth_getBlockByHash/unknown", NOWHERE, false],
    ["eth_getBlockTransactionCountByNumber", "0x2"],
    ["eth_getBlockTransactionCountByNumber/unknown", "0xffff"],
    ["eth_getBlockTransactionCountByHash", blockHashes[2]],
    ["eth_getUncleCountByBlockNumber", "0x2"],
    ["eth_getUncleCountByBlockHash", blockHashes[2]],
    ["eth_getUncleByBlockNumberAndIndex", "0x2", "0x0"],
    ["eth_gasPrice"],
    ["eth_maxPriorityFeePerGas"],
    ["eth_blobBaseFee"],
    ["eth_feeHistory", "0x4", "0x8", [10, 50, 90]],
    ["eth_feeHistory/no rewards", "0x2", "0x8", []],
    ["txpool_status"],
    ["txpool_content"],
    ["txpool_inspect"],
  ];
}

function transactions({ hashes, blockHashes }: Scene): Line[] {
  return [
    ...Object.entries(hashes).flatMap(([name, hash]): Line[] => [
      [`eth_getTransactionByHash/${name}`, hash],
      [`eth_getTransactionReceipt/${name}`, hash],
    ]),
    ["eth_getTransactionByHash/unknown", NOWHERE],
    ["eth_getTransactionReceipt/unknown", NOWHERE],
    ["eth_getTransactionByBlockNumberAndIndex", "0x2", "0x0"],
    ["eth_getTransactionByBlockNumberAndIndex/beyond", "0x2", "0x9"],
    ["eth_getTransactionByBlockHashAndIndex", blockHashes[2], "0x0"],
    ["eth_getRawTransactionByHash", hashes.accessList],
    ["eth_getBlockReceipts", "0x3"],
    ["eth_getBlockReceipts/hash", blockHashes[4]],
    ["eth_getBlockReceipts/unknown", "0xffff"],
  ];
}

function state(): Line[] {
  return [
    ...["latest", "0x1", "0x4", "0x0"].flatMap((block): Line[] => [
      [`eth_getBalance/stranger ${block}`, STRANGER, block],
      [`eth_getBalance/sender ${block}`, A0, block],
      [`eth_getTransactionCount/${block}`, A0, block],
      [`eth_getCode/${block}`, CONTRACT, block],
      [`eth_getStorageAt/${block}`, CONTRACT, "0x1", block],
    ]),
    ["eth_getTransactionCount/pending", A0, "pending"],
    ["eth_getTransactionCount/contract", CONTRACT, "latest"],
    ["eth_getCode/delegated", A2, "latest"],
    ["eth_getCode/nothing", STRANGER, "latest"],
    ["eth_getBalance/unknown block", A0, "0xffff"],
    ["eth_getProof/slots", CONTRACT, [topic(1n), topic(2n)], "latest"],
    ["eth_getStorageAt/short slot", CONTRACT, "0x", "latest"],
    ["eth_getStorageAt/other slot", CONTRACT, NOWHERE, "latest"],
    ["eth_getTransactionCount/earliest", A0, "earliest"],
    ["eth_getProof/earlier", CONTRACT, [topic(1n)], "0x5"],
    ["eth_getProof/nobody", NOWHERE.slice(0, 42), [], "latest"],
  ];
}

function calls({ blockHashes }: Scene): Line[] {
  const to = CONTRACT;
  const contractCall = (functionName: string, ...args: unknown[]) => ({
    from: A0,
    to,
    data: callData(functionName, ...args),
  });
  const creation = ownArtifact("Child").bytecode + topic(4n).slice(2);
  const both = (name: string, call: object, ...more: unknown[]): Line[] => [
    [`eth_call/${name}`, call, "latest", ...more],
    [`eth_estimateGas/${name}`, call, "latest", ...more],
  ];
  return [
    ["eth_call/view", contractCall("seed"), "latest"],
    ["eth_call/at a height", contractCall("last"), "0x2"],
    ["eth_call/environment", contractCall("environment"), "0x2"],
    ...both("write", contractCall("store", 3n, 4n)),
    ...both("internal values", { ...contractCall("split", STRANGER, A1), value: "0x64" }),
    ...both("reason", contractCall("failWithReason")),
    ...both("custom error", contractCall("failWithError", 3n)),
    ...both("panic", contractCall("failWithPanic", 0n)),
    ...both("silent failure", contractCall("failSilently")),
    ...both("all gas", contractCall("burnAllGas")),
    ...both("transfer", { from: A0, to: STRANGER, value: "0x1" }),
    ...both("more than there is", { from: STRANGER, to: A0, value: numberToHex(parseEther("99999999")) }),
    ...both("creation", { from: A0, data: creation }),
    ...both("override", contractCall("last"), { [to]: { stateDiff: { [topic(1n)]: topic(77n) } } }),
    ["eth_call/gas too low", { ...contractCall("store", 3n, 4n), gas: "0x5300" }, "latest"],
    ["eth_call/block hash", contractCall("last"), { blockHash: blockHashes[2] }],
    ["eth_call/block number", contractCall("last"), { blockNumber: "0x2" }],
    ["eth_call/nobody", { to, data: callData("environment") }, "0x2"],
    ["eth_call/input and type", { ...contractCall("seed"), input: callData("seed"), type: "0x2" }, "latest"],
    [
      "eth_call/access list",
      { ...contractCall("last"), accessList: [{ address: to, storageKeys: [topic(1n)] }] },
      "latest",
    ],
    [
      "eth_call/code override",
      { from: A0, to: STRANGER, data: callData("seed") },
      "latest",
      { [STRANGER]: { code: "0x602a60005260206000f3" } },
    ],
    ["eth_call/full state override", contractCall("last"), "latest", { [to]: { state: { [topic(1n)]: topic(5n) } } }],
    [
      "eth_call/balance override",
      { from: NOWHERE.slice(0, 42), to, data: callData("environment"), value: "0x5" },
      "0x2",
      { [NOWHERE.slice(0, 42)]: { balance: "0x100" } },
    ],
    [
      "eth_call/nonce override",
      { from: A0, data: ownArtifact("Child").bytecode + topic(4n).slice(2) },
      "latest",
      { [A0]: { nonce: "0x50" } },
    ],
    [
      "eth_call/block override",
      contractCall("environment"),
      "0x2",
      {},
      { number: "0x63", time: "0x70000000", baseFeePerGas: "0x9" },
    ],
    ["eth_call/too much gas", { ...contractCall("seed"), gas: "0xffffffffffff" }, "latest"],
    ["eth_createAccessList", contractCall("store", 3n, 4n), "latest"],
    ["eth_createAccessList/failure", contractCall("failWithReason"), "latest"],
    [
      "eth_simulateV1/overrides and failures",
      {
        blockStateCalls: [
          {
            stateOverrides: { [STRANGER]: { balance: "0x10" } },
            calls: [{ from: STRANGER, to: A1, value: "0x10", gas: "0x5208" }, contractCall("failWithError", 9n)],
          },
        ],
      },
      LATEST,
    ],
    ["eth_simulateV1", { blockStateCalls: [{ calls: [contractCall("store", 3n, 4n), contractCall("last")] }] }, LATEST],
  ];
}

function logs({ blockHashes }: Scene): Line[] {
  const address = CONTRACT;
  const all = { address, fromBlock: "0x0", toBlock: LATEST };
  return [
    ["eth_getLogs/all", all],
    ["eth_getLogs/topic", { ...all, topics: [STORED, null, topic(1n)] }],
    ["eth_getLogs/either", { ...all, topics: [[STORED, NOWHERE], [], [topic(3n), topic(4n)]] }],
    ["eth_getLogs/addresses", { ...all, address: [address, A2], topics: [STORED] }],
    ["eth_getLogs/block hash", { address, blockHash: blockHashes[2] }],
    ["eth_getLogs/unknown block hash", { address, blockHash: NOWHERE }],
    ["eth_getLogs/backwards", { ...all, fromBlock: "0x9", toBlock: "0x3" }],
    ["eth_getLogs/hash and range", { ...all, blockHash: blockHashes[2] }],
    ["eth_getLogs/future", { address, fromBlock: "0xffff", toBlock: "0xfffff" }],
    ["eth_getLogs/five topics", { ...all, topics: [null, null, null, null, null] }],
    ["eth_getFilterChanges/unknown", "0x123456"],
    ["eth_uninstallFilter/unknown", "0x123456"],
    ["eth_getLogs/none", { ...all, topics: [NOWHERE] }],
  ];
}

function traces({ hashes, blockHashes }: Scene): Line[] {
  const callTracer = { tracer: "callTracer" };
  return [
    ["debug_traceTransaction/calls of split", hashes.split, callTracer],
    ["debug_traceTransaction/calls with logs", hashes.store, { ...callTracer, tracerConfig: { withLog: true } }],
    ["debug_traceTransaction/top call", hashes.child, { ...callTracer, tracerConfig: { onlyTopCall: true } }],
    ["debug_traceTransaction/calls of a creation", hashes.child, callTracer],
    ["debug_traceTransaction/calls of a failure", hashes.reverted, callTracer],
    ["debug_traceTransaction/all gas", hashes.burnt, callTracer],
    ["debug_traceTransaction/state before", hashes.store, { tracer: "prestateTracer" }],
    [
      "debug_traceTransaction/state changes",
      hashes.store,
      { tracer: "prestateTracer", tracerConfig: { diffMode: true } },
    ],
    ["debug_traceTransaction/opcodes", hashes.store, {}],
    [
      "debug_traceTransaction/opcodes with memory",
      hashes.split,
      { enableMemory: true, disableStack: true, disableStorage: true },
    ],
    ["debug_traceTransaction/delegation", hashes.delegation, callTracer],
    ["debug_traceTransaction/creation", hashes.create, { tracer: "prestateTracer", tracerConfig: { diffMode: true } }],
    ["debug_traceBlockByHash", blockHashes[8], callTracer],
    ["debug_traceCall/opcodes", { from: A0, to: CONTRACT, data: callData("last") }, "latest", {}],
    ["debug_traceTransaction/unknown", NOWHERE, callTracer],
    ["debug_traceCall/failure", { from: A0, to: CONTRACT, data: callData("failWithError", 3n) }, "latest", callTracer],
    ["debug_traceBlockByNumber", "0x7", callTracer],
  ];
}

/** What must be refused. */
async function wrong(): Promise<Line[]> {
  const sign = (index: number, more: object) =>
    TEST_ACCOUNTS[index]!.signTransaction({
      chainId: TEST_CHAIN_ID,
      to: STRANGER,
      gas: 21_000n,
      maxFeePerGas: 2n * BASE_FEE_PER_GAS,
      nonce: 0,
      ...more,
    });
  return [
    ["eth_noSuchMethod"],
    ["eth_getBalance/no address"],
    ["eth_getBalance/short address", "0x12", "latest"],
    ["eth_getBalance/strange block", A0, "yesterday"],
    ["eth_getBlockByNumber/decimal", 3.5, false],
    ["eth_getTransactionByHash/short", "0x12"],
    ["eth_getBlockByNumber/leading zero", "0x01", false],
    ["eth_getBlockByNumber/no prefix", "1", false],
    ["eth_getBlockByNumber/no flag", "0x1"],
    ["eth_feeHistory/no blocks", "0x0", "latest", []],
    ["eth_feeHistory/percentiles backwards", "0x2", "latest", [50, 10]],
    ["eth_feeHistory/percentile too large", "0x2", "latest", [101]],
    ["eth_sendRawTransaction/nothing", "0x"],
    ["eth_sendRawTransaction/garbage", "0xdeadbeef"],
    ["eth_sendRawTransaction/nonce too low", await sign(0, {})],
    ["eth_sendRawTransaction/wrong chain", await sign(5, { chainId: 1 })],
    ["eth_sendRawTransaction/too poor", await sign(5, { value: parseEther("99999999") })],
    ["eth_sendRawTransaction/too little gas", await sign(5, { gas: 20_000n })],
    ["eth_sendRawTransaction/too much gas", await sign(5, { gas: 10n ** 12n })],
    [
      "eth_sendRawTransaction/tip over fee",
      await sign(5, { maxPriorityFeePerGas: 3n * BASE_FEE_PER_GAS }).catch(() => "0x"),
    ],
    [
      "eth_call/unknown to",
      { to: "somebody", data: encodeFunctionData({ abi: ownArtifact("Probe").abi, functionName: "last" }) },
      "latest",
    ],
  ];
}
