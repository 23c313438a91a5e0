import { send } from "../actions/send.ts";
import { showHistory } from "../actions/showHistory.ts";
import type { SignOptions } from "../node/perform.ts";
import type { Prompts } from "../prompts.ts";
import type { Session } from "../session.ts";
import { parseAddress } from "../text/addresses.ts";
import { parseKrat } from "../text/amounts.ts";

/** In the menu everything that signs asks, and waits until it is in a block. */
export const menuSigning: SignOptions = { yes: false, tip: 0n, wait: { goal: "included", timeoutMs: 120_000 } };

/** Asks for recipient and amount, and sends. */
export async function askSend(session: Session, prompts: Prompts): Promise<void> {
  const to = parseAddress(await prompts.text("To which address?", parseAddress));
  const amount = parseKrat(await prompts.text("How much KRAT?", parseKrat));
  await send(session, to, amount, menuSigning);
}

/** Shows the history page by page. */
export async function askHistory(session: Session, prompts: Prompts): Promise<void> {
  for (let page = 1; ; page++) {
    const pages = await showHistory(session, page);
    if (page >= pages || !(await prompts.confirm("Show older ones?"))) return;
  }
}
