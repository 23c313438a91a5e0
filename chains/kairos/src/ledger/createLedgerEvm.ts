import { createEvm, type Evm } from "@polis/evm";
import type { KairosParams } from "../params.ts";
import { kairosRules } from "../usdc/kairosRules.ts";

/** The engine of one ledger, with the chain's rules. */
export function createLedgerEvm(params: KairosParams): Evm {
  return createEvm(kairosRules(params));
}
