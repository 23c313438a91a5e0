import type { EthereumNode } from "../startAnvil.ts";
import { castSuite } from "./castSuite.ts";
import { devSuite } from "./devSuite.ts";
import { ethersSuite } from "./ethersSuite.ts";
import { foundrySuite } from "./foundrySuite.ts";
import { hardhatSuite } from "./hardhatSuite.ts";
import { openZeppelinSuite } from "./openZeppelinSuite.ts";
import { permit2Suite } from "./permit2Suite.ts";
import { safeSuite } from "./safeSuite.ts";
import { uniswapV2Suite } from "./uniswapV2Suite.ts";
import { uniswapV3Suite } from "./uniswapV3Suite.ts";
import { viemAccounts } from "./viemAccounts.ts";
import { viemContracts } from "./viemContracts.ts";
import { viemSubscriptions } from "./viemSubscriptions.ts";
import { viemTraces } from "./viemTraces.ts";
import { viemTransactions } from "./viemTransactions.ts";

/** Suites that any chain with the test accounts must pass. Each registers its tests. */
export const chainSuites: readonly ((node: EthereumNode) => void)[] = [
  viemTransactions,
  viemContracts,
  viemAccounts,
  viemSubscriptions,
  viemTraces,
  ethersSuite,
  castSuite,
  openZeppelinSuite,
  uniswapV2Suite,
  uniswapV3Suite,
  safeSuite,
  permit2Suite,
];

/** Those, and suites for nodes with development helpers, which mine a block for every transaction. */
export const allSuites: readonly ((node: EthereumNode) => void)[] = [
  ...chainSuites,
  devSuite,
  hardhatSuite,
  foundrySuite,
];
