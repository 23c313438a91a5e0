import { krat12 } from "@polis/codec";
import { type AccountId, EXISTENTIAL_DEPOSIT, isSystemAccount, systemAccounts, Transfer } from "@polis/kratos";
import { walletError } from "../errors.ts";
import { answerPerformed, perform, type SignOptions } from "../node/perform.ts";
import type { Session } from "../session.ts";
import { formatKrat } from "../text/amounts.ts";

/**
 * Sends KRAT (kratos-core 14.4).
 * @param amount base units
 * @throws UserError AMOUNT, INVALID_RECIPIENT, BELOW_EXISTENTIAL_DEPOSIT for what would only cost the fee, and those of `perform`
 */
export async function send(session: Session, to: AccountId, amount: bigint, options: SignOptions): Promise<void> {
  if (amount === 0n)
    throw walletError("input", "AMOUNT", "0 KRAT cannot be sent", "send at least what makes an account");
  const { client } = await session.node();
  await checkRecipient(client.state_getAccount(to), to, amount);
  const isSelf = to === session.wallet.account;
  const done = await perform(
    session,
    {
      call: Transfer.of({ to, amount: krat12(amount) }),
      ...{ amount, note: undefined, spends: amount },
      lines: [`to       0x${to}${isSelf ? " (this wallet itself)" : ""}`, `amount   ${formatKrat(amount)}`],
      question: "Send it?",
    },
    options,
  );
  answerPerformed(session, done, { data: { to: `0x${to}`, amount } });
}

/** What the chain would refuse after it has taken the fee (kratos-core 1.1, 2.5). */
async function checkRecipient(
  account: Promise<{ readonly totalRaw: bigint }>,
  to: AccountId,
  amount: bigint,
): Promise<void> {
  const { totalRaw } = await account;
  if (isSystemAccount(to) && to !== systemAccounts.treasury) {
    const hint = "of the accounts of the system only the treasury takes payments";
    throw walletError("input", "INVALID_RECIPIENT", `0x${to} is an account of the system`, hint);
  }
  if (totalRaw + amount >= EXISTENTIAL_DEPOSIT) return;
  const message = `the recipient would have less than ${formatKrat(EXISTENTIAL_DEPOSIT)}, which no account may`;
  throw walletError("refused", "BELOW_EXISTENTIAL_DEPOSIT", message, "send more; nothing was signed");
}
