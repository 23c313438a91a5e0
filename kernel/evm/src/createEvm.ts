import { KernelEngine } from "./engine/kernelEngine.ts";
import type { Evm, EvmLimits } from "./seam/evm.ts";
import type { ChainRules } from "./seam/rules.ts";
import { executeTransaction } from "./transaction/executeTransaction.ts";
import { systemCall } from "./transaction/systemCall.ts";

const defaults: EvmLimits = { codeCacheBytes: 32 * 1024 * 1024, tableSeed: 0n };

/**
 * Makes an engine for a chain's rules: a WebAssembly kernel of its own, about one megabyte, used again for every
 * transaction.
 * @param rules what the chain changes about Ethereum; read once, the natives' addresses included
 * @param limits see `EvmLimits`; absent members have defaults
 * @example
 * const evm = createEvm({ fork: "prague", fees: "burnAndTip" });
 * const result = evm.execute(overlay, env, transaction);
 * if (result.ok) evm.commit(overlay);
 */
export function createEvm(rules: ChainRules, limits: Partial<EvmLimits> = {}): Evm {
  const engine = new KernelEngine(rules, { ...defaults, ...limits });
  return {
    rules,
    execute: (state, env, transaction, leniency, tracer) =>
      executeTransaction({ engine, rules, state, env }, transaction, leniency, tracer),
    systemCall: (state, env, to, input) => systemCall({ engine, state, env }, to, input),
    commit: (writer) => engine.commit(writer),
  };
}
