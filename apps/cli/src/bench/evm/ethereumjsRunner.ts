import { Common, Hardfork, Mainnet } from "@ethereumjs/common";
import { createEVM } from "@ethereumjs/evm";
import { SimpleStateManager } from "@ethereumjs/statemanager";
import { createAccount, createAddressFromString } from "@ethereumjs/util";
import { callee, type Program, programAddress } from "./programs.ts";

const gasLimit = 1n << 40n;

/**
 * Runs programs on `@ethereumjs/evm`, an EVM in JavaScript, with its quickest state.
 * @returns milliseconds and gas of one run
 */
export async function runOnEthereumjs(program: Program): Promise<{ readonly ms: number; readonly gas: bigint }> {
  const stateManager = new SimpleStateManager();
  const evm = await createEVM({ common: new Common({ chain: Mainnet, hardfork: Hardfork.Prague }), stateManager });
  const to = createAddressFromString(`0x${programAddress}`);
  const called = createAddressFromString(`0x${callee.address}`);
  for (const [address, code] of [[to, program.code] as const, [called, callee.code] as const]) {
    await stateManager.putAccount(address, createAccount({ nonce: 1n }));
    await stateManager.putCode(address, code);
  }
  const start = performance.now();
  const { execResult } = await evm.runCall({ to, gasLimit });
  const ms = performance.now() - start;
  if (execResult.exceptionError !== undefined) throw new Error(execResult.exceptionError.error);
  return { ms, gas: execResult.executionGasUsed };
}
