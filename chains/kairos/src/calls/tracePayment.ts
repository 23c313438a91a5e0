import { type Address, quantityOf } from "@polis/codec";
import type { Account } from "@polis/state";
import type { Json } from "../api/method.ts";
import type { PaymentTransaction } from "../payment/types.ts";
import { transferLog } from "../receipt/log.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";
import { nativePerUnit } from "../usdc/money.ts";
import type { TracerChoice } from "./job.ts";
import type { Replay } from "./replay.ts";

/**
 * The trace of a payment. It runs no code (kairos T16), so each form is what a contract without code would leave: one
 * call with a call per payment below it, the accounts before and after, and no opcodes.
 */
export function tracePayment(
  replay: Replay,
  verified: VerifiedTransaction<PaymentTransaction>,
  choice: TracerChoice,
): Json {
  const { transaction, sender } = verified;
  const { context } = replay;
  const { payments, feePayer } = transaction;
  const parties = [
    ...new Set([sender, ...(feePayer === undefined ? [] : [feePayer]), ...payments.map(({ to }) => to)]),
  ];
  const before = parties.map((party) => context.state.account(party));
  replay.pass(verified);
  const after = parties.map((party) => context.state.account(party));
  switch (choice.name) {
    case "prestateTracer":
      return choice.diffMode ? difference(parties, before, after) : snapshot(parties, before);
    case "callTracer":
      return callFrame(verified, choice, moved(transaction, before, after, parties));
    case "structLogger":
      return { gas: Number(transaction.gas), failed: false, returnValue: "0x", structLogs: [] };
    default:
      return {};
  }
}

/** False for a batch that failed as a whole: no recipient has more than before. */
function moved(
  { payments }: PaymentTransaction,
  before: readonly (Account | undefined)[],
  after: readonly (Account | undefined)[],
  parties: readonly Address[],
): boolean {
  const at = parties.indexOf(payments.find(({ to }) => to !== parties[0])?.to ?? parties[0]!);
  return at === 0 || (after[at]?.balance ?? 0n) !== (before[at]?.balance ?? 0n);
}

function callFrame(
  { transaction, sender }: VerifiedTransaction<PaymentTransaction>,
  { onlyTopCall, withLog }: TracerChoice,
  succeeded: boolean,
): Json {
  const gas = quantityOf(transaction.gas);
  const calls = transaction.payments.map(({ to, amount }) => ({
    type: "CALL",
    from: `0x${sender}`,
    to: `0x${to}`,
    value: quantityOf(amount * nativePerUnit),
    gas: "0x0",
    gasUsed: "0x0",
    input: "0x",
    ...(withLog && succeeded ? { logs: [logOf(sender, to, amount)] } : {}),
  }));
  return {
    type: "CALL",
    from: `0x${sender}`,
    to: `0x${transaction.payments[0]!.to}`,
    value: quantityOf(transaction.value),
    gas,
    gasUsed: gas,
    input: "0x",
    ...(succeeded ? {} : { error: "transfers are paused or a recipient is blacklisted" }),
    ...(onlyTopCall || !succeeded ? {} : { calls }),
  };
}

function logOf(from: Address, to: Address, amount: bigint): Json {
  const { address, topics, data } = transferLog(from, to, amount);
  return { address: `0x${address}`, topics: topics.map((topic) => `0x${topic}`), data: `0x${data.toHex()}` };
}

function snapshot(parties: readonly Address[], accounts: readonly (Account | undefined)[]): Record<string, Json> {
  const shown = parties.map((party, i) => [`0x${party}`, accountJson(accounts[i])] as const);
  return Object.fromEntries(shown);
}

function difference(
  parties: readonly Address[],
  before: readonly (Account | undefined)[],
  after: readonly (Account | undefined)[],
): Json {
  const existed = parties.filter((_, i) => before[i] !== undefined);
  return {
    pre: snapshot(
      existed,
      before.filter((account) => account !== undefined),
    ),
    post: snapshot(parties, after),
  };
}

function accountJson(account: Account | undefined): Json {
  const { balance, nonce } = account ?? { balance: 0n, nonce: 0n };
  return nonce === 0n ? { balance: quantityOf(balance) } : { balance: quantityOf(balance), nonce: Number(nonce) };
}
