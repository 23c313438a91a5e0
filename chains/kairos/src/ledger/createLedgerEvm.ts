import { createEvm, type Evm, type EvmLimits } from "@polis/evm";
import type { KairosParams } from "../params.ts";
import { kairosRules } from "../usdc/kairosRules.ts";

/**
 * The engine of one ledger, with the chain's rules. On a chain that changes to Osaka's rules at a time (kairos E1) it is two,
 * of which the block's timestamp chooses one.
 * @param limits a node gives a secret `tableSeed`; no result depends on any of them
 */
export function createLedgerEvm(params: KairosParams, limits: Partial<EvmLimits> = {}): Evm {
  const first = createEvm(kairosRules(params), limits);
  const { osakaTimestampS } = params;
  if (osakaTimestampS === undefined) return first;
  const osaka = createEvm(kairosRules({ ...params, hardfork: "osaka" }), limits);
  let used = first;
  const at = (timestampS: number) => {
    used = timestampS >= osakaTimestampS ? osaka : first;
    return used;
  };
  return {
    get rules() {
      return used.rules;
    },
    execute: (state, env, ...rest) => at(env.timestampS).execute(state, env, ...rest),
    systemCall: (state, env, ...rest) => at(env.timestampS).systemCall(state, env, ...rest),
    commit: (writer) => used.commit(writer),
  };
}
