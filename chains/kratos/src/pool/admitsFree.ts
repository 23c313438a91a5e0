import { type AttestParams, ClockAttest, MAX_ATTEST_AGE } from "../modules/clock/clockAttest.ts";
import { clocks, isOut } from "../modules/clock/clockRecord.ts";
import { meta } from "../modules/meta/meta.ts";
import { validators } from "../modules/validators/validator.ts";
import type { State } from "../state/state.ts";
import type { Transaction } from "../transaction/transaction.ts";

/**
 * Whether a block upon a state could take a free call, so that nobody fills the pool for nothing: attestations of those whose
 * clock is out, while they are fresh (kratos-core 11.4). RecordFinality is of no use here: it is the first of its own author's
 * block (kratos-core 2.5).
 */
export function admitsFree(state: State, { sender, call }: Transaction): boolean {
  if (call.name !== ClockAttest.name || state.get(validators.of(sender)) === undefined) return false;
  const { slot } = call.fields as AttestParams;
  return isOut(state.get(clocks.of(sender))) && slot + MAX_ATTEST_AGE >= state.get(meta).lastSlot;
}
