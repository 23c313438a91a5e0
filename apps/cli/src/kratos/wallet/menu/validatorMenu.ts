import { registerValidator, showValidator, unregisterValidator } from "../actions/validator.ts";
import type { Prompts } from "../prompts.ts";
import type { Session } from "../session.ts";
import { chooseAgain } from "./chooseAgain.ts";
import { menuSigning } from "./money.ts";
import { withAmount } from "./stakingMenu.ts";

/** Status, register, unregister. */
export function validatorMenu(session: Session, prompts: Prompts): Promise<void> {
  return chooseAgain(session, prompts, "Validator", [
    { name: "Status", value: () => showValidator(session, session.wallet.account) },
    { name: "Register", value: withAmount(registerValidator), description: "join or rejoin with stake" },
    {
      name: "Unregister",
      value: () => unregisterValidator(session, menuSigning),
      description: "leave, and unbond all",
    },
  ]);
}
