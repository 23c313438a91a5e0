import {
  type Address,
  createPublicClient,
  createTestClient,
  createWalletClient,
  defineChain,
  type Hex,
  http,
  type TransactionReceipt,
  webSocket,
} from "viem";
import { TEST_ACCOUNTS, TEST_CHAIN_ID } from "./accounts.ts";
import type { Artifact } from "./artifacts.ts";
import type { EthereumNode } from "./startAnvil.ts";

const POLLING_MS = 50;

/** A contract on a chain, with ABI and address as viem's calls want them. */
export interface Deployed extends Artifact {
  readonly address: Address;
}

/** viem's clients of one node, and what suites do all the time. */
export type TestChain = ReturnType<typeof connect>;

/** Connects viem to a node: one public client, one wallet for each test account. */
export function connect(node: EthereumNode) {
  const chain = defineChain({
    id: TEST_CHAIN_ID,
    name: node.name,
    nativeCurrency: { name: "USDC", symbol: "USDC", decimals: 18 },
    rpcUrls: { default: { http: [node.url], webSocket: [node.wsUrl] } },
  });
  const base = { chain, pollingInterval: POLLING_MS, cacheTime: 0 };
  const publicClient = createPublicClient({ ...base, transport: http(node.url) });
  const wallets = TEST_ACCOUNTS.map((account) => createWalletClient({ ...base, account, transport: http(node.url) }));
  const testClient = createTestClient({ ...base, mode: "anvil", transport: http(node.url) });

  /** Waits for a transaction and insists that it succeeded. */
  const mined = async (hash: Hex): Promise<TransactionReceipt> => {
    const receipt = await publicClient.waitForTransactionReceipt({ hash, timeout: 10_000 });
    if (receipt.status !== "success") throw new Error(`transaction ${hash} reverted`);
    return receipt;
  };

  return {
    node,
    chain,
    publicClient,
    testClient,
    mined,
    wallet: (index: number) => wallets[index]!,
    address: (index: number) => TEST_ACCOUNTS[index]!.address,
    /** Clients over WebSocket hold a connection: the suite that asks for one closes it. */
    overWebSocket: () => createPublicClient({ ...base, transport: webSocket(node.wsUrl, { reconnect: false }) }),

    /** Creates a contract with account 0 or the given one. */
    deploy: async (artifact: Artifact, args: readonly unknown[] = [], by = 0, value = 0n): Promise<Deployed> => {
      const hash = await wallets[by]!.deployContract({ ...artifact, args, value });
      return { ...artifact, address: (await mined(hash)).contractAddress! };
    },

    /** Calls a contract's function and decodes what it returns. */
    read: (contract: Deployed, functionName: string, ...args: unknown[]): Promise<unknown> =>
      publicClient.readContract({ ...contract, functionName, args }),

    /** Sends a transaction to a contract's function and waits for its success. */
    write: async (by: number, contract: Deployed, functionName: string, args: readonly unknown[] = [], value = 0n) =>
      mined(await wallets[by]!.writeContract({ ...contract, functionName, args, value })),
  };
}
