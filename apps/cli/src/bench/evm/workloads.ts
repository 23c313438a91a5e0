import type { Address } from "@polis/codec";
import { getContractAddress, type Hex } from "viem";
import { contracts, creation, input } from "./contractCode.ts";
import type { BenchAccount, LedgerPair } from "./ledgerPair.ts";

/** A kind of transaction that a chain lives on. */
export interface Workload {
  readonly name: string;
  readonly goalPerSecond: number;
  /** About what one costs: how many go into a block. */
  readonly gas: bigint;
  /** Deploys and funds; returns what sends one transaction of account `i`. */
  prepare(pair: LedgerPair): Promise<(i: number) => void>;
}

const NEVER = 2n ** 64n;
const gasCap = 10_000_000n;

/** Plain transfers of native USDC between accounts. */
export const transfers: Workload = {
  name: "Simple transfers",
  goalPerSecond: 50_000,
  gas: 21_000n,
  prepare: async (pair) => (i) => {
    const from = of(pair, i);
    pair.submit(from, { to: of(pair, i * 31 + 17).address, value: 10n ** 15n, gas: 21_000n });
  },
};

/** Transfers of OpenZeppelin's ERC-20 between accounts that hold some already. */
export const tokenTransfers: Workload = {
  name: "ERC-20 transfers (OpenZeppelin)",
  goalPerSecond: 20_000,
  gas: 36_000n,
  prepare: async (pair) => {
    const { token } = contracts();
    const address = await deploy(pair, creation(token, ["Token", "TOK", 10n ** 30n]));
    await fund(pair, address);
    return (i) => {
      const args = [hex(of(pair, i * 31 + 17).address), 1_000n];
      pair.submit(of(pair, i), { to: address, data: input(token, "transfer", args), gas: 100_000n });
    };
  },
};

/** Swaps through the router of Uniswap v2, by many accounts in one pair. */
export const swaps: Workload = {
  name: "Uniswap v2 swaps",
  goalPerSecond: 4_000,
  gas: 110_000n,
  prepare: async (pair) => {
    const { token, factory, router, wrapped } = contracts();
    const owner = of(pair, 0);
    const wrappedAt = await deploy(pair, creation(wrapped, []));
    const factoryAt = await deploy(pair, creation(factory, [hex(owner.address)]));
    const routerAt = await deploy(pair, creation(router, [hex(factoryAt), hex(wrappedAt)]));
    const tokens = [
      await deploy(pair, creation(token, ["A", "A", 10n ** 30n])),
      await deploy(pair, creation(token, ["B", "B", 10n ** 30n])),
    ] as const;
    for (const at of tokens) {
      await fund(pair, at);
      for (const one of pair.accounts) {
        pair.submit(one, { to: at, data: input(token, "approve", [hex(routerAt), 2n ** 256n - 1n]), gas: 100_000n });
      }
      await drain(pair);
    }
    const path = tokens.map(hex);
    const liquidity = [...path, 10n ** 29n, 10n ** 29n, 0n, 0n, hex(owner.address), NEVER];
    pair.submit(owner, { to: routerAt, data: input(router, "addLiquidity", liquidity), gas: gasCap });
    await drain(pair);
    return (i) => {
      const from = of(pair, i);
      const way = i % 2 === 0 ? path : [...path].reverse();
      const data = input(router, "swapExactTokensForTokens", [10n ** 9n, 0n, way, hex(from.address), NEVER]);
      pair.submit(from, { to: routerAt, data, gas: 300_000n });
    };
  },
};

function of({ accounts }: LedgerPair, i: number): BenchAccount {
  return accounts[i % accounts.length]!;
}

function hex(address: Address): Hex {
  return `0x${address}`;
}

async function deploy(pair: LedgerPair, data: Uint8Array): Promise<Address> {
  const owner = of(pair, 0);
  const at = getContractAddress({ from: hex(owner.address), nonce: owner.nonce });
  pair.submit(owner, { data, gas: gasCap });
  await drain(pair);
  return at.slice(2).toLowerCase() as Address;
}

/** Gives every account a share of the first one's tokens. */
async function fund(pair: LedgerPair, address: Address): Promise<void> {
  const { token } = contracts();
  for (const { address: to } of pair.accounts.slice(1)) {
    pair.submit(of(pair, 0), { to: address, data: input(token, "transfer", [hex(to), 10n ** 20n]), gas: 100_000n });
  }
  await drain(pair);
}

async function drain(pair: LedgerPair): Promise<void> {
  while ((await pair.mine()).transactions > 0);
}
