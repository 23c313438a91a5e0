import {
  type Address,
  encodeDeployData,
  encodeFunctionData,
  getContractAddress,
  type Hex,
  parseEther,
  type TransactionSerializable,
} from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { TEST_ACCOUNTS, TEST_CHAIN_ID } from "../accounts.ts";
import { ownArtifact } from "../artifacts.ts";
import type { EthereumNode } from "../startAnvil.ts";
import { ask, insist } from "./ask.ts";

/** What every block of the scene charges: the floor of our fees, which anvil is told. */
export const BASE_FEE_PER_GAS = 47_619_047_620n;
const FEES = { maxFeePerGas: 2n * BASE_FEE_PER_GAS, maxPriorityFeePerGas: 1_000_000_000n };
const SECONDS_PER_BLOCK = 10;

/** Nobody's account before the scene pays it. */
export const STRANGER: Address = privateKeyToAccount(`0x${"61".repeat(32)}`).address;
/** The contract of the scene: account 0's first creation. */
export const CONTRACT: Address = getContractAddress({ from: TEST_ACCOUNTS[0]!.address, nonce: 0n });
const probe = ownArtifact("Probe");

/** Calldata for a function of the contract. */
export function callData(functionName: string, ...args: unknown[]): Hex {
  return encodeFunctionData({ abi: probe.abi, functionName, args });
}

/** What happened on both chains: one transaction in each block from height 1, by name. */
export interface Scene {
  readonly hashes: Readonly<Record<string, Hex>>;
  /** Hash of the block at each height, the chain's own. */
  readonly blockHashes: readonly Hex[];
}

/** Sends the same signed transactions to a fresh chain, each in a block with the same time and base fee. */
export async function playScene(node: EthereumNode, startSeconds: number): Promise<Scene> {
  const hashes: Record<string, Hex> = {};
  for (const [i, [name, by, transaction]] of (await transactions()).entries()) {
    const time = startSeconds + i * SECONDS_PER_BLOCK;
    await insist(node, "evm_setNextBlockTimestamp", [time]);
    if (node.name === "anvil") {
      await insist(node, "anvil_setNextBlockBaseFeePerGas", [`0x${BASE_FEE_PER_GAS.toString(16)}`]);
    }
    const raw = await TEST_ACCOUNTS[by]!.signTransaction(transaction);
    hashes[name] = (await insist(node, "eth_sendRawTransaction", [raw])) as Hex;
    const height = await heightOf(node, hashes[name]);
    if (height !== i + 1) throw new Error(`${node.name} has ${name} at height ${height}, not ${i + 1}`);
  }
  const blockHashes: Hex[] = [];
  for (let height = 0; height <= Object.keys(hashes).length; height++) {
    const { result } = await ask(node, "eth_getBlockByNumber", [`0x${height.toString(16)}`, false]);
    blockHashes.push((result as { hash: Hex }).hash);
  }
  return { hashes, blockHashes };
}

/** Asks until the transaction is mined: anvil answers a little before it has mined. */
async function heightOf(node: EthereumNode, hash: Hex): Promise<number | undefined> {
  for (let tries = 0; tries < 1_000; tries++) {
    const receipt = (await insist(node, "eth_getTransactionReceipt", [hash])) as { blockNumber: Hex } | null;
    if (receipt !== null) return Number(receipt.blockNumber);
  }
  return undefined;
}

/** The transactions with their names and the account that signs each. */
async function transactions(): Promise<readonly (readonly [string, number, TransactionSerializable])[]> {
  const base = { chainId: TEST_CHAIN_ID, gas: 300_000n };
  const fee = { ...base, ...FEES };
  const accessList = [{ address: CONTRACT, storageKeys: [`0x${"1".padStart(64, "0")}` as Hex] }];
  const authorization = await TEST_ACCOUNTS[2]!.signAuthorization!({
    address: CONTRACT,
    chainId: TEST_CHAIN_ID,
    nonce: 0,
  });
  const creation = encodeDeployData({ ...probe, args: [7n] });
  const half = TEST_ACCOUNTS[3]!.address;
  const self = TEST_ACCOUNTS[2]!.address;
  return [
    ["create", 0, { ...fee, nonce: 0, gas: 2_000_000n, data: creation }],
    ["store", 0, { ...fee, nonce: 1, to: CONTRACT, data: callData("store", 1n, 99n) }],
    ["storeMany", 0, { ...fee, nonce: 2, gas: 3_000_000n, to: CONTRACT, data: callData("storeMany", 12n) }],
    ["transfer", 1, { ...fee, nonce: 0, to: STRANGER, value: parseEther("2"), gas: 21_000n }],
    ["legacy", 1, { ...base, type: "legacy", gasPrice: 60_000_000_000n, nonce: 1, to: STRANGER, value: 1n }],
    [
      "accessList",
      1,
      {
        ...base,
        type: "eip2930",
        gasPrice: 60_000_000_000n,
        nonce: 2,
        to: CONTRACT,
        accessList,
        data: callData("store", 1n, 100n),
      },
    ],
    ["split", 0, { ...fee, nonce: 3, to: CONTRACT, value: 1_000n, data: callData("split", STRANGER, half) }],
    ["reverted", 0, { ...fee, nonce: 4, to: CONTRACT, data: callData("failWithReason") }],
    ["burnt", 0, { ...fee, nonce: 5, gas: 60_000n, to: CONTRACT, data: callData("burnAllGas") }],
    [
      "delegation",
      1,
      { ...fee, nonce: 3, to: self, authorizationList: [authorization], data: callData("store", 5n, 6n) },
    ],
    ["cleared", 0, { ...fee, nonce: 6, to: CONTRACT, data: callData("store", 1n, 0n) }],
    [
      "child",
      0,
      {
        ...fee,
        nonce: 7,
        gas: 500_000n,
        to: CONTRACT,
        value: 5n,
        data: callData("makeChild", `0x${"01".repeat(32)}`, 3n),
      },
    ],
  ];
}
