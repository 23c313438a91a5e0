import assert from "node:assert/strict";
import { after, test } from "node:test";
import {
  type Address,
  concatHex,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  numberToHex,
  parseEther,
  type TransactionSerializable,
} from "viem";
import { TEST_ACCOUNTS, TEST_CHAIN_ID } from "../accounts.ts";
import { type Artifact, npmArtifact, ownArtifact } from "../artifacts.ts";
import { type EthereumNode, startAnvil, withoutFoundry } from "../startAnvil.ts";
import { startKairos } from "../startKairos.ts";
import { insist } from "./ask.ts";
import { compareAnswers } from "./compareAnswers.ts";
import { BASE_FEE_PER_GAS } from "./scene.ts";

const SEEDS = [1, 2, 3];
const TRANSACTIONS = 250;
const AHEAD_SECONDS = 1_000;
const MAX = 2n ** 256n - 1n;
const PEOPLE = [1, 2, 3];
const DEPLOYER_NONCES = { tokenA: 0, tokenB: 1, factory: 2, weth: 3, router: 4, probe: 5 } as const;
/** What follows from being another chain; see differences.json. */
const OTHER_CHAIN = /(blockHash|blockTimestamp|blobGasPrice|logsBloom|logIndex)$|\[face\]$/;

for (const seed of SEEDS) {
  test(`random transactions end alike on kairos and anvil, seed ${seed}`, {
    skip: withoutFoundry("anvil"),
  }, async (t) => {
    const kairos = await startKairos();
    after(() => kairos.stop());
    const anvil = await startAnvil(["--base-fee", `${BASE_FEE_PER_GAS}`, "--gas-limit", "60000000"]);
    after(() => anvil.stop());
    const startSeconds = Math.floor(Date.now() / 1_000) + AHEAD_SECONDS;
    const outcomes = { "0x0": 0, "0x1": 0 };
    for (const [i, { by, transaction }] of [...setUp(), ...randomTransactions(seed)].entries()) {
      const raw = await TEST_ACCOUNTS[by]!.signTransaction(transaction);
      const receipts = [];
      for (const node of [kairos, anvil]) receipts.push(await mine(node, raw, startSeconds + 3 * i));
      const differences = compareAnswers("receipt", receipts[0], receipts[1]).filter(
        ({ path }) => !OTHER_CHAIN.test(path),
      );
      assert.deepEqual(differences, [], `transaction ${i} of seed ${seed}: ${raw}`);
      outcomes[(receipts[0] as { status: "0x0" | "0x1" }).status]++;
    }
    t.diagnostic(`${outcomes["0x1"]} succeeded, ${outcomes["0x0"]} failed`);
    assert.ok(outcomes["0x0"] > TRANSACTIONS / 10 && outcomes["0x1"] > TRANSACTIONS / 4);
    for (const account of [...TEST_ACCOUNTS.map(({ address }) => address), ...Object.values(ADDRESSES)]) {
      const [ours, theirs] = [await accountOf(kairos, account), await accountOf(anvil, account)];
      assert.deepEqual(ours, theirs, account);
    }
  });
}

/** What the first account creates, by name. */
const ADDRESSES = Object.fromEntries(
  Object.entries(DEPLOYER_NONCES).map(([name, nonce]) => [
    name,
    getContractAddress({ from: TEST_ACCOUNTS[0]!.address, nonce: BigInt(nonce) }),
  ]),
) as Readonly<Record<keyof typeof DEPLOYER_NONCES, Address>>;

const token = ownArtifact("Token20");
const probe = ownArtifact("Probe");
const router = npmArtifact("@uniswap/v2-periphery/build/UniswapV2Router02.json");
const FEES = { chainId: TEST_CHAIN_ID, maxFeePerGas: 2n * BASE_FEE_PER_GAS, maxPriorityFeePerGas: 1n };

interface Step {
  readonly by: number;
  readonly transaction: TransactionSerializable;
}

/** Two tokens, an exchange with a pool of both, a probe; everybody has some of all and lets the exchange take it. */
function setUp(): Step[] {
  const supply = parseEther("1000000000");
  const creations: [Artifact, unknown[]][] = [
    [token, ["A", "A", supply]],
    [token, ["B", "B", supply]],
    [npmArtifact("@uniswap/v2-core/build/UniswapV2Factory.json"), [TEST_ACCOUNTS[0]!.address]],
    [npmArtifact("@uniswap/v2-periphery/build/WETH9.json"), []],
    [router, [ADDRESSES.factory, ADDRESSES.weth]],
    [probe, [3n]],
  ];
  const first = creations.map(([artifact, args]) => ({ data: encodeDeployData({ ...artifact, args }) }));
  const { tokenA, tokenB } = ADDRESSES;
  const call = (to: Address, abi: Artifact["abi"], functionName: string, ...args: unknown[]) => ({
    to,
    data: encodeFunctionData({ abi, functionName, args }),
  });
  const half = supply / 8n;
  const tokens = [tokenA, tokenB];
  const owner = TEST_ACCOUNTS[0]!.address;
  const then = [
    ...tokens.map((to) => call(to, token.abi, "approve", ADDRESSES.router, MAX)),
    ...tokens.flatMap((to) => PEOPLE.map((one) => call(to, token.abi, "transfer", TEST_ACCOUNTS[one]!.address, half))),
    call(ADDRESSES.router, router.abi, "addLiquidity", tokenA, tokenB, half, half / 2n, 0n, 0n, owner, MAX),
  ];
  const mine = [...first, ...then].map((part, nonce) => ({
    by: 0,
    transaction: { ...FEES, ...part, nonce, gas: 6_000_000n },
  }));
  const theirs = PEOPLE.flatMap((by) =>
    tokens.map((to, nonce) => {
      const part = call(to, token.abi, "approve", ADDRESSES.router, MAX);
      return { by, transaction: { ...FEES, ...part, nonce, gas: 200_000n } };
    }),
  );
  return [...mine, ...theirs];
}

/** Calls with arguments and gas limits at random: many run out of gas, somewhere. */
function randomTransactions(seed: number): Step[] {
  const below = random(seed);
  const pick = <T>(of: readonly T[]): T => of[below(of.length)]!;
  const nonces = new Map(PEOPLE.map((one) => [one, 2]));
  const someone = () => TEST_ACCOUNTS[below(10)]!.address;
  const amount = () => BigInt(below(1_000_000)) * 10n ** BigInt(below(22));
  const call = (to: Address, abi: Artifact["abi"], functionName: string, ...args: unknown[]) => ({
    to,
    data: encodeFunctionData({ abi, functionName, args }),
  });
  const { tokenA, tokenB, weth, probe: probeAddress } = ADDRESSES;
  const path = () =>
    pick([
      [tokenA, tokenB],
      [tokenB, tokenA],
      [tokenA, weth],
      [tokenA, tokenA],
    ]);
  const makers: (() => { to?: Address; data?: Hex; value?: bigint })[] = [
    () => call(pick([tokenA, tokenB]), token.abi, "transfer", someone(), amount()),
    () => call(pick([tokenA, tokenB]), token.abi, "transferFrom", someone(), someone(), amount()),
    () => call(ADDRESSES.router, router.abi, "swapExactTokensForTokens", amount(), 0n, path(), someone(), MAX),
    () =>
      call(ADDRESSES.router, router.abi, "addLiquidity", tokenA, tokenB, amount(), amount(), 0n, 0n, someone(), MAX),
    () => call(probeAddress, probe.abi, "store", BigInt(below(5)), BigInt(below(3))),
    () => call(probeAddress, probe.abi, "storeMany", BigInt(below(20))),
    () => ({ ...call(probeAddress, probe.abi, "split", someone(), someone()), value: BigInt(below(100)) }),
    () => ({ ...call(probeAddress, probe.abi, "payAndForget", someone()), value: BigInt(below(100)) }),
    () => ({
      ...call(probeAddress, probe.abi, "makeChild", numberToHex(below(6), { size: 32 }), 1n),
      value: BigInt(below(2)),
    }),
    () => call(probeAddress, probe.abi, pick(["loopForever", "burnAllGas", "failSilently"])),
    () => ({ to: someone(), value: amount() % parseEther("1") }),
    () => ({ data: concatHex([probe.bytecode, numberToHex(below(9), { size: 32 })]) }),
    // Any bytes may be creation code.
    () => ({ data: numberToHex(BigInt(below(2 ** 31)) * 2n ** 224n + BigInt(below(2 ** 31)), { size: 32 }) }),
  ];
  return Array.from({ length: TRANSACTIONS }, () => {
    const by = pick(PEOPLE);
    const nonce = nonces.get(by)!;
    nonces.set(by, nonce + 1);
    const part = pick(makers)();
    const least = part.to === undefined ? 120_000 : 60_000;
    const gas = below(4) === 0 ? BigInt(least + below(120_000)) : 3_000_000n;
    const accessList =
      below(5) === 0 ? [{ address: someone(), storageKeys: [numberToHex(below(3), { size: 32 })] }] : [];
    return { by, transaction: { ...FEES, ...part, nonce, gas, accessList } };
  });
}

/** Small pseudo-random numbers, the same for a seed everywhere (an LCG's upper bits). */
function random(seed: number): (below: number) => number {
  let state = BigInt(seed);
  return (below) => {
    state = (state * 6_364_136_223_846_793_005n + 1_442_695_040_888_963_407n) & (2n ** 64n - 1n);
    return Number((state >> 33n) % BigInt(below));
  };
}

async function mine(node: EthereumNode, raw: Hex, timeS: number): Promise<unknown> {
  await insist(node, "evm_setNextBlockTimestamp", [timeS]);
  if (node.name === "anvil") await insist(node, "anvil_setNextBlockBaseFeePerGas", [numberToHex(BASE_FEE_PER_GAS)]);
  const hash = await insist(node, "eth_sendRawTransaction", [raw]);
  for (let tries = 0; tries < 10_000; tries++) {
    const receipt = await insist(node, "eth_getTransactionReceipt", [hash]);
    if (receipt !== null) return receipt;
  }
  return assert.fail(`${node.name} does not mine ${raw}`);
}

async function accountOf(node: EthereumNode, account: Address): Promise<unknown> {
  const [balance, nonce, code] = await Promise.all([
    insist(node, "eth_getBalance", [account, "latest"]),
    insist(node, "eth_getTransactionCount", [account, "latest"]),
    insist(node, "eth_getCode", [account, "latest"]),
  ]);
  return { balance, nonce, code };
}
