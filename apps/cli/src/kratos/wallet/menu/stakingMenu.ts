import { stake, unstake, withdraw } from "../actions/staking.ts";
import type { Prompts } from "../prompts.ts";
import type { Session } from "../session.ts";
import { parseKrat } from "../text/amounts.ts";
import { type Action, chooseAgain } from "./chooseAgain.ts";
import { menuSigning } from "./money.ts";

/** Stake, unstake, withdraw. */
export function stakingMenu(session: Session, prompts: Prompts): Promise<void> {
  return chooseAgain(session, prompts, "Stake", [
    { name: "Stake", value: withAmount(stake) },
    { name: "Unstake", value: withAmount(unstake) },
    { name: "Withdraw", value: () => withdraw(session, menuSigning), description: "what was unstaked 28 days ago" },
  ]);
}

/** Asks for an amount first. */
export function withAmount(act: typeof stake): Action {
  return async (session, prompts) => {
    const amount = parseKrat(await prompts.text("How much KRAT?", parseKrat));
    await act(session, amount, menuSigning);
  };
}
