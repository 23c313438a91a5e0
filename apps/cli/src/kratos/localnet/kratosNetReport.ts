import { INITIAL_SUPPLY, KRAT, systemAccounts } from "@polis/kratos";
import type { KratosClient } from "../client/createKratosClient.ts";
import type { KratosNet } from "./prepareKratosNet.ts";
import { TRANSFER_AMOUNT, TransferLoad } from "./transferLoad.ts";

/** The last line of `kratos localnet --json`: what the RPC of all nodes says at the end. */
export interface KratosNetReport {
  readonly validators: number;
  /** The greatest of all nodes. */
  readonly height: number;
  /** What is final at every node. */
  readonly finalizedHeight: number;
  /** Slots without a block since the first block. */
  readonly missedSlots: number;
  /** All nodes have the same block and state root at the greatest height that is final everywhere. */
  readonly stateRootsAgree: boolean;
  /** Transfers that arrived. */
  readonly transfers: number;
  /** At every node supply = initial + minted - burned, and all balances add up to it (I1). */
  readonly supplyConserved: boolean;
}

const TRIES = 4;

/** Asks all nodes. @throws KratosClientError when one does not answer */
export async function kratosNetReport(net: KratosNet, clients: readonly KratosClient[]): Promise<KratosNetReport> {
  const infos = await Promise.all(clients.map((client) => client.chain_getInfo()));
  const finalizedHeight = Math.min(...infos.map((info) => info.finalizedHeight));
  const headers = await Promise.all(clients.map((client) => client.chain_getHeader(finalizedHeight)));
  const roots = new Set(headers.map(({ hash, stateRoot }) => `${hash} ${stateRoot}`));
  const best = infos.reduce((max, { height }, i) => (height > infos[max]!.height ? i : max), 0);
  return {
    validators: net.nodes.length,
    ...{ height: infos[best]!.height, finalizedHeight, missedSlots: await missedSlots(clients[best]!) },
    ...{ stateRootsAgree: roots.size === 1, transfers: await arrived(net, clients[0]!) },
    supplyConserved: await isSupplyConserved(net, clients),
  };
}

async function missedSlots(client: KratosClient): Promise<number> {
  const { height } = await client.chain_getInfo();
  if (height === 0) return 0;
  const [first, last] = await Promise.all([client.chain_getHeader(1), client.chain_getHeader(height)]);
  return last.slot - first.slot - (height - 1);
}

async function arrived({ senders }: KratosNet, client: KratosClient): Promise<number> {
  const balances = await inTurn(senders.map(TransferLoad.recipientOf), (account) => client.state_getAccount(account));
  return balances.reduce((sum, { totalRaw }) => sum + Number(totalRaw / TRANSFER_AMOUNT), 0);
}

async function isSupplyConserved(net: KratosNet, clients: readonly KratosClient[]): Promise<boolean> {
  const books = await Promise.all(clients.map((client) => client.economics_getState()));
  if (books.some(({ total_supply, minted, burned }) => total_supply !== INITIAL_SUPPLY + minted - burned)) return false;
  for (let left = TRIES; left > 0; left--) {
    const sums = await sumAtOneBlock(net, clients[0]!);
    if (sums === undefined) continue;
    // Somebody with the key of the faucet may have paid accounts that are not known here.
    return sums.isFaucetUntouched ? sums.owned === sums.supply : sums.owned <= sums.supply;
  }
  throw new Error("the head changed during each of four counts of all balances");
}

/** @returns undefined when a block came in between */
async function sumAtOneBlock(net: KratosNet, client: KratosClient) {
  const before = await client.chain_getInfo();
  const people = [...net.nodes.map(({ account }) => account), net.faucet];
  const senders = net.senders.flatMap((sender) => [sender.account, TransferLoad.recipientOf(sender)]);
  const all = [...people, ...senders, ...Object.values(systemAccounts)];
  const accounts = await inTurn(all, (account) => client.state_getAccount(account));
  const { total_supply: supply } = await client.economics_getState();
  const after = await client.chain_getInfo();
  if (before.bestHash !== after.bestHash) return undefined;
  const owned = accounts.reduce((sum, { totalRaw }) => sum + totalRaw, 0n);
  return { owned, supply, isFaucetUntouched: accounts[net.nodes.length]!.nonce === 0 };
}

/** One after the other: many at once that a node refuses for their rate are a ban at once. */
async function inTurn<T, R>(items: readonly T[], ask: (item: T) => Promise<R>): Promise<R[]> {
  const answers: R[] = [];
  for (const item of items) answers.push(await ask(item));
  return answers;
}

/** KRAT without decimals, for a line. */
export function wholeKrat(amount: bigint): string {
  return `${(amount / KRAT).toLocaleString("en")} KRAT`;
}
