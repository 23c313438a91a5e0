import type { Address } from "@polis/codec";
import type { StateReader } from "@polis/state";
import * as layout from "../../assembly/layout.ts";
import { kernelWasm } from "../generated/kernel.generated.ts";
import { kernelWasm as kernelTracedWasm } from "../generated/kernelTraced.generated.ts";
import { precompilesOf } from "../precompiles/precompilesOf.ts";
import type { EvmLimits } from "../seam/evm.ts";
import type { ChainRules, Fork } from "../seam/rules.ts";
import type { Tracer } from "../seam/tracer.ts";
import type { BlockEnv } from "../seam/transaction.ts";
import { compileModule, instantiateKernel } from "./instantiateKernel.ts";
import type { KernelImports } from "./kernelExports.ts";
import { loadAccount, loadBlockHash, loadCode, loadSlot, runPrecompile, type SpecialAccounts } from "./kernelHost.ts";
import { KernelMemory } from "./kernelMemory.ts";
import { Machine } from "./machine.ts";
import { NativeStack } from "./nativeStack.ts";
import { traceHooks } from "./traceHooks.ts";

const forks: Readonly<Record<Fork, number>> = {
  cancun: layout.FORK_CANCUN,
  prague: layout.FORK_PRAGUE,
  osaka: layout.FORK_OSAKA,
};

const failures: Readonly<Record<number, string>> = {
  [layout.FAIL_MEMORY]: "the EVM needs more memory than this machine gives it",
};

/** One kernel and what its running transaction is executed on. */
export interface Kernel {
  readonly machine: Machine;
  readonly natives: NativeStack;
  state: StateReader | undefined;
  env: BlockEnv | undefined;
  tracer: Tracer | undefined;
}

const modules = new Map<boolean, WebAssembly.Module>();

function moduleOf(traced: boolean): WebAssembly.Module {
  const known = modules.get(traced);
  if (known !== undefined) return known;
  const made = compileModule(traced ? kernelTracedWasm : kernelWasm);
  modules.set(traced, made);
  return made;
}

/** Makes a kernel for a chain's rules. Modules are compiled once per process, at first use. */
export function newKernel(rules: ChainRules, limits: EvmLimits, traced: boolean): Kernel {
  const special = specialAccounts(rules);
  let kernel: Kernel | undefined;
  const of = (): Kernel => kernel!;
  const exports = instantiateKernel(moduleOf(traced), hostOf(rules, special, of));
  const seed = limits.tableSeed;
  const asks = rules.onValue === undefined ? 0 : 1;
  const keeps = rules.keepsDestroyedBalance === true ? 1 : 0;
  exports.init(forks[rules.fork], asks, keeps, BigInt.asUintN(64, seed), BigInt.asUintN(64, seed >> 64n));
  const machine = new Machine(exports, new KernelMemory(exports.memory));
  const natives = new NativeStack(machine, [...(rules.natives?.values() ?? [])]);
  kernel = { machine, natives, state: undefined, env: undefined, tracer: undefined };
  return kernel;
}

function specialAccounts(rules: ChainRules): SpecialAccounts {
  const contracts = precompilesOf(rules.fork);
  const numbers = new Map<Address, number>();
  for (const [i, address] of [...contracts.keys()].entries()) numbers.set(address, i + 1);
  for (const [i, address] of [...(rules.natives?.keys() ?? [])].entries()) {
    numbers.set(address, layout.SPECIAL_NATIVE + i);
  }
  return { numbers, precompiles: [...contracts.values()] };
}

function hostOf(rules: ChainRules, special: SpecialAccounts, of: () => Kernel): KernelImports {
  const machine = () => of().machine;
  const hooks = traceHooks(machine, () => of().tracer);
  return {
    ...hooks,
    loadAccount: (entry) => loadAccount(machine(), special, of().state!, entry),
    loadSlot: (entry) => loadSlot(machine(), of().state!, entry),
    loadCode: (hash) => loadCode(machine().kernel, machine().memory, of().state!, hash),
    blockHash: (number, word) => loadBlockHash(machine().memory, of().env!, BigInt.asUintN(64, number), word),
    precompile: (index, input, length, gas) =>
      runPrecompile(machine().kernel, machine().memory, special.precompiles[index]!, input, length, gas),
    onValue: (from, to, amount) => judgeValue(rules, machine(), from, to, amount),
    fail: (why) => {
      throw new Error(failures[why] ?? `the EVM kernel failed with ${why}`);
    },
  };
}

/** Asks the chain whether value may move. */
function judgeValue(rules: ChainRules, machine: Machine, from: number, to: number, amount: number): number {
  const move = { from: machine.address(from), to: machine.address(to), amount: machine.memory.word(amount) };
  return rules.onValue!(machine, move, (log) => machine.appendLog(log)) ? 1 : 0;
}
