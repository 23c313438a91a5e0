import { type Digest, digest, view } from "@polis/codec";
import { type BlockResult, openBlock } from "../ledger/openBlock.ts";
import type { Outcome } from "../transaction/execution.ts";
import { floorFee } from "./ethereumAccount.ts";
import { codeOf, expectOk } from "./expectOk.ts";
import type { TestChain } from "./testChain.ts";

/** What became of envelopes at one position behind the last finalized block. */
export interface AppliedBlock {
  /** "ok" or the refusal's code, in the order of the envelopes. */
  readonly codes: readonly string[];
  readonly outcomes: readonly Outcome[];
  readonly result: BlockResult;
}

/** Executes envelopes in one block that is then forgotten. */
export function applyBlock(chain: TestChain, envelopes: readonly Uint8Array[], timestampS = 1000): AppliedBlock {
  const open = openBlock(chain.core, chain.core.final, {
    timestampS,
    view: view(1),
    baseFee: floorFee,
    beneficiary: chain.core.genesis.validators[0]!.feeAddress,
    prevRandao: digest("5a".repeat(32)) as Digest,
  });
  const results = envelopes.map((envelope) => open.apply(expectOk(chain.core.verified.resolve(envelope))));
  return {
    codes: results.map(codeOf),
    outcomes: results.flatMap((result) => (result.ok ? [result.value] : [])),
    result: expectOk(open.seal()),
  };
}
