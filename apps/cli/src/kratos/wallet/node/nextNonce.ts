import type { AccountId } from "@polis/kratos";
import type { KratosClient } from "../../client/createKratosClient.ts";
import { walletError } from "../errors.ts";
import type { History } from "../history/historyRecord.ts";
import { findTransaction } from "../history/refreshHistory.ts";

/** Waiting transactions that a node lists (kratos-core 13.3). */
const MAX_LISTED = 1_000;
/** A node answers 100 requests in 10 s (kratos-core 13.1). */
const MAX_ASKED = 25;
/** No pool takes more (kratos-core 2.6). */
const MAX_NONCE = 500_000_000;

/**
 * The nonce of the next transaction: that of the state, past those that wait at the node (kratos-core 14.4).
 * @param history the wallet's own, by which a node is seen that is behind
 * @throws UserError NODE_BEHIND, NONCE; KratosClientError
 */
export async function nextNonce(client: KratosClient, account: AccountId, history: History): Promise<number> {
  // Before the state: what moves from the pool into a block in between is seen in one of the two.
  const pending = await client.author_pendingTransactions();
  const committed = await client.state_getNonce(account);
  const final = history.transactions.filter(
    ({ direction, status, blockNumber }) => direction === "Sent" && status !== "Pending" && blockNumber !== undefined,
  );
  if (final.some(({ nonce }) => nonce >= committed)) {
    const hint = "it may still be synchronising: wait, or use another node with --rpc; nothing was signed";
    throw walletError("refused", "NODE_BEHIND", "the node does not know transactions of yours that are final", hint);
  }
  const waiting = new Set(pending.filter(({ from }) => from === account).map(({ nonce }) => nonce));
  if (pending.length >= MAX_LISTED) await addOwn(waiting, client, history, committed);
  let nonce = committed;
  while (waiting.has(nonce)) nonce++;
  if (nonce <= MAX_NONCE) return nonce;
  const hint = "ask another node with --rpc; nothing was signed";
  throw walletError(
    "refused",
    "NONCE",
    `the node says that the next nonce is ${nonce}, which no transaction can have`,
    hint,
  );
}

/**
 * A long list is cut: the wallet's own transactions may wait behind its end, and a second one with the nonce of the first would
 * be refused, or take its place when it has a tip. The node is asked for each by its name.
 */
async function addOwn(waiting: Set<number>, client: KratosClient, history: History, committed: number): Promise<void> {
  const own = history.transactions.filter(
    ({ direction, status, nonce }) => direction === "Sent" && status === "Pending" && nonce >= committed,
  );
  for (const record of own.slice(0, MAX_ASKED)) {
    if (waiting.has(record.nonce)) continue;
    const place = await findTransaction(client, record);
    if (place?.status === "pending") waiting.add(record.nonce);
  }
}
