import type { AccountId } from "@polis/kratos";
import type { KratosClient } from "../../client/createKratosClient.ts";
import { walletError } from "../errors.ts";
import type { History } from "../history/historyRecord.ts";

/** No pool takes more (kratos-core 2.6). */
const MAX_NONCE = 500_000_000;

/**
 * The nonce of the next transaction: that of the state, past those that wait at the node (kratos-core 14.4).
 * @param history the wallet's own, by which a node is seen that is behind
 * @throws UserError NODE_BEHIND, NONCE; KratosClientError
 */
export async function nextNonce(client: KratosClient, account: AccountId, history: History): Promise<number> {
  const committed = await client.state_getNonce(account);
  const final = history.transactions.filter(
    ({ direction, status, blockNumber }) => direction === "Sent" && status !== "Pending" && blockNumber !== undefined,
  );
  if (final.some(({ nonce }) => nonce >= committed)) {
    const hint = "it may still be synchronising: wait, or use another node with --rpc; nothing was signed";
    throw walletError("refused", "NODE_BEHIND", "the node does not know transactions of yours that are final", hint);
  }
  const waiting = new Set<number>();
  for (const { from, nonce } of await client.author_pendingTransactions()) if (from === account) waiting.add(nonce);
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
