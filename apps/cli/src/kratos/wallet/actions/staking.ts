import { decodeKce, krat12 } from "@polis/codec";
import {
  type AccountId,
  type Call,
  Stake,
  type UnbondingEntry,
  Unstake,
  unbondings,
  WithdrawUnbonded,
} from "@polis/kratos";
import { KratosClientError } from "../../client/clientError.ts";
import { walletError } from "../errors.ts";
import type { WalletNode } from "../node/openNode.ts";
import { answerPerformed, perform, type SignOptions } from "../node/perform.ts";
import type { Session } from "../session.ts";
import { formatKrat, groups } from "../text/amounts.ts";

/** Moves free KRAT into the bonded balance. */
export async function stake(session: Session, amount: bigint, options: SignOptions): Promise<void> {
  const call = Stake.of({ amount: krat12(checkAmount(amount)) });
  const lines = [
    `stake    ${formatKrat(amount)}`,
    "It stays until you unstake it, and then for 28 days more (a value of genesis).",
  ];
  await session.node();
  const intent = { call, amount, note: "stake", spends: amount, lines, question: "Stake it?" };
  answerPerformed(session, await perform(session, intent, options), { data: { amount } });
}

/** Begins to take stake out; it can be withdrawn after the time of unbonding (kratos-core 4.4). */
export async function unstake(session: Session, amount: bigint, options: SignOptions): Promise<void> {
  const call = Unstake.of({ amount: krat12(checkAmount(amount)) });
  await checkUnstake(await session.node(), session.wallet.account, amount);
  const lines = [
    `unstake  ${formatKrat(amount)}`,
    "It can be withdrawn after 28 days (a value of genesis), and earns nothing until then.",
  ];
  const intent = { call, amount, note: "unstake", spends: 0n, lines, question: "Unstake it?" };
  answerPerformed(session, await perform(session, intent, options), { data: { amount } });
}

/** Takes back what has waited long enough. @throws UserError NOTHING_TO_WITHDRAW */
export async function withdraw(session: Session, options: SignOptions): Promise<void> {
  const node = await session.node();
  const entries = await unbondingEntries(node, session.wallet.account);
  const ripe = entries.filter(({ releaseAt }) => releaseAt <= node.info.height + 1);
  if (ripe.length === 0) {
    const next = entries.reduce((least, { releaseAt }) => Math.min(least, releaseAt), Number.MAX_SAFE_INTEGER);
    const hint =
      entries.length === 0 ? "unstake something first" : `the first can be withdrawn in block ${groups(next)}`;
    throw walletError("refused", "NOTHING_TO_WITHDRAW", "nothing can be withdrawn yet", hint);
  }
  const amount = ripe.reduce((sum, entry) => sum + entry.amount, 0n);
  const call: Call = WithdrawUnbonded.of({});
  const lines = [`withdraw ${formatKrat(amount)} of ${ripe.length} entries`];
  const intent = { call, amount, note: "withdraw", isOnce: true, spends: 0n, lines, question: "Withdraw it?" };
  answerPerformed(session, await perform(session, intent, options), { data: { amount } });
}

/** Stake on its way out, oldest first, read from the state of the node. */
export async function unbondingEntries({ client }: WalletNode, account: AccountId): Promise<readonly UnbondingEntry[]> {
  const { key, codec, maxBytes } = unbondings.of(account);
  const { value } = await client.state_getProof(key.toHex());
  if (value === undefined) return [];
  const hex = /^0x((?:[0-9a-f]{2})*)$/.exec(value)?.[1];
  const read = hex === undefined ? undefined : decodeKce(codec, Uint8Array.fromHex(hex), maxBytes);
  if (read?.ok === true) return read.value;
  throw new KratosClientError(
    { kind: "malformed", detail: "the entry of unbonding stake" },
    client.url,
    "state_getProof",
  );
}

/** What the chain would refuse after it has taken the fee (kratos-core 2.5, 4.3). */
async function checkUnstake(node: WalletNode, account: AccountId, amount: bigint): Promise<void> {
  const { client } = node;
  const { reservedRaw } = await client.state_getAccount(account);
  const leaving = (await unbondingEntries(node, account)).reduce((sum, entry) => sum + entry.amount, 0n);
  const staked = reservedRaw - leaving;
  if (amount > staked) {
    const message = `${formatKrat(staked)} are staked`;
    throw walletError("refused", "INSUFFICIENT_STAKE", message, "unstake less; nothing was signed");
  }
  const { validators } = await client.validator_getSet();
  if (!validators.some(({ id }) => id === account)) return;
  const { required_stake: required } = await client.validator_getInfo(account);
  const least = required < staked ? required : staked;
  if (staked - amount >= least) return;
  const message = `a validator with your credits keeps ${formatKrat(required)}, and you have ${formatKrat(staked)}`;
  const hint = "nothing was signed; `validator unregister` takes the whole stake out, and you leave the validators";
  throw walletError("refused", "BELOW_REQUIRED_STAKE", message, hint);
}

function checkAmount(amount: bigint): bigint {
  if (amount > 0n) return amount;
  throw walletError("input", "AMOUNT", "0 KRAT is no amount to move", "give an amount above zero");
}
