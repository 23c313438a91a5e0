import { krat12 } from "@polis/codec";
import { type AccountId, RegisterValidator, UnregisterValidator } from "@polis/kratos";
import { isNodeError } from "../../client/clientError.ts";
import { walletError } from "../errors.ts";
import { answer } from "../io.ts";
import { answerPerformed, perform, type SignOptions } from "../node/perform.ts";
import type { Session } from "../session.ts";
import { formatKrat, groups } from "../text/amounts.ts";
import { unbondingEntries } from "./staking.ts";

/** Shows what the chain knows of a validator: stake, credits, weight, reputation, clock, stake on its way out. */
export async function showValidator(session: Session, account: AccountId): Promise<void> {
  const node = await session.node();
  const entries = await unbondingEntries(node, account);
  const unbonding = entries.map(({ amount, releaseAt }) => ({ amount, releaseAt }));
  const waiting = unbonding.map(
    ({ amount, releaseAt }) => `leaving    ${formatKrat(amount)}, free in block ${groups(releaseAt)}`,
  );
  let info: Awaited<ReturnType<typeof node.client.validator_getInfo>>;
  try {
    info = await node.client.validator_getInfo(account);
  } catch (error) {
    if (!isNodeError(error, -32_003)) throw error;
    const lines = [`0x${account} is no validator`, "join with `kratos wallet validator register`", ...waiting];
    answer(session.io, { address: `0x${account}`, isValidator: false, unbonding }, lines);
    return;
  }
  const { vc } = info;
  const lines = [
    `validator  0x${account}`,
    `status     ${info.status}${info.is_bootstrap ? ", of the bootstrap era" : ""}${info.ejected ? ", ejected" : ""}`,
    `stake      ${formatKrat(info.stake)}`,
    `required   ${formatKrat(info.required_stake)}: what is above may be unstaked; short by ${formatKrat(info.shortfall)}`,
    `credits    ${groups(info.total_vc)} (uptime ${vc.uptime_credits}, vote ${vc.vote_credits}, arbitration ${vc.arbitration_credits}, seniority ${vc.seniority_credits})`,
    `weight     ${info.weight} in the draw of leaders`,
    `reputation ${info.reputation} of 100`,
    `blocks     ${groups(info.blocks_produced)} produced, ${groups(info.blocks_missed)} missed`,
    `clock      ${info.clock_status}`,
    `slashed    ${info.slash_count} times, ${formatKrat(info.total_slashed)}`,
    ...waiting,
  ];
  answer(session.io, { isValidator: true, ...info, id: `0x${info.id}`, unbonding }, lines);
}

/** Joins or rejoins the validators with so much more stake (kratos-core 4.2). */
export async function registerValidator(session: Session, amount: bigint, options: SignOptions): Promise<void> {
  await session.node();
  const call = RegisterValidator.of({ stake: krat12(amount) });
  const lines = [
    `stake    ${formatKrat(amount)}`,
    "A validator must run a node with this key, and be reachable all the time: missed blocks cost reputation.",
    "Stake of a validator that signs two blocks for one slot is taken away.",
  ];
  const intent = {
    call,
    amount,
    note: "register as validator",
    spends: amount,
    lines,
    question: "Register?",
    isOnce: true,
  };
  answerPerformed(session, await perform(session, intent, options), { data: { stake: amount } });
}

/** Leaves the validators; the whole stake begins to unbond. @throws UserError NOT_VALIDATOR */
export async function unregisterValidator(session: Session, options: SignOptions): Promise<void> {
  const { client } = await session.node();
  const { validators } = await client.validator_getSet();
  const own = validators.find(({ id }) => id === session.wallet.account);
  if (own === undefined) {
    const hint = "see `kratos wallet validator status`";
    throw walletError("refused", "NOT_VALIDATOR", "this account is no active validator", hint);
  }
  const lines = [`stake    ${formatKrat(own.stake)} begins to leave`, "The node can be stopped once this is final."];
  const call = UnregisterValidator.of({});
  const intent = {
    call,
    amount: 0n,
    note: "leave the validators",
    spends: 0n,
    lines,
    question: "Leave?",
    isOnce: true,
  };
  answerPerformed(session, await perform(session, intent, options));
}
