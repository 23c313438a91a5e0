import type { AccountId } from "../../identifiers.ts";
import type { BlockContext } from "../../runtime/context.ts";
import { accounts } from "../accounts/account.ts";
import { activatedCredits } from "../credits/activatedCredits.ts";
import { credits, totalCredits } from "../credits/creditRecord.ts";
import { setCredits } from "../participation/participationModule.ts";
import { changeValidator } from "./activeSet.ts";
import { newValidator } from "./newValidator.ts";

/** Credits of a bootstrap validator (kratos-core 3.9, I27). */
export const BOOTSTRAP_CREDITS = 100;

/**
 * Admits a validator without a required stake, at genesis and by early voting alike (kratos-core 3.9, 4.6): with what it has
 * bonded by then, and 100 credits. Who was a validator before keeps more, and is raised to 100 from fewer.
 */
export function admitBootstrap(context: BlockContext, account: AccountId): void {
  const { state, block } = context;
  const record = activatedCredits(state.get(credits.of(account)), BOOTSTRAP_CREDITS, block.epoch);
  const missing = Math.max(0, BOOTSTRAP_CREDITS - totalCredits(record));
  setCredits(context, account, { ...record, uptime: record.uptime + missing });
  const { bonded } = state.get(accounts.of(account));
  changeValidator(context, undefined, { ...newValidator(account, bonded, block.number), isBootstrap: true });
}
