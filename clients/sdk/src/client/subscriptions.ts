import { parseAddress } from "../text/address.ts";
import type { Hex } from "../text/hex.ts";
import type { NodeLink } from "./nodeLink.ts";
import { type FollowOptions, resumeBlocks } from "./resumeBlocks.ts";
import type { Block, FinalTransaction, HistoryEntry, Transaction } from "./types.ts";

/** Where a subscription begins. */
export interface SubscribeOptions extends FollowOptions {
  /** First height; by default the block after the last final one. */
  readonly fromHeight?: number;
}

/** Which transactions are told of; an absent member is no restriction. */
export interface TransactionFilter {
  /** Sender, recipient or fee payer. */
  readonly addresses?: readonly string[];
  /** EIP-2718 types; 0x4b is a payment. */
  readonly types?: readonly number[];
  /** 10^-18 USDC. */
  readonly minValue?: bigint;
}

/**
 * What happens on the chain, as it becomes final. Every stream goes on by itself when its connection breaks, with no gap
 * and no repetition; it ends when the loop is left or its signal is aborted.
 * @example
 * for await (const block of client.subscribe().blocks({ fromHeight: 1 })) {
 *   assert.equal(block.height, 1);
 *   break;
 * }
 */
export class Subscriptions {
  readonly #link: NodeLink;

  constructor(link: NodeLink) {
    this.#link = link;
  }

  /** Final blocks, each height once. */
  async *blocks(
    options: SubscribeOptions & { readonly withTransactions?: boolean } = {},
  ): AsyncGenerator<Block, void, undefined> {
    yield* resumeBlocks(this.#link, await this.#first(options), options.withTransactions ?? false, options);
  }

  /**
   * Final transactions with their outcome, in the order of the chain.
   * @example
   * const payments = client.subscribe().transactions({ types: [0x4b], addresses: [bob.address] }, { fromHeight: 1 });
   * for await (const payment of payments) {
   *   assert.equal(payment.hash, paid);
   *   break;
   * }
   */
  async *transactions(
    filter: TransactionFilter = {},
    options: SubscribeOptions = {},
  ): AsyncGenerator<FinalTransaction, void, undefined> {
    const matches = matcherOf(filter);
    for await (const block of this.blocks({ ...options, withTransactions: true })) {
      const wanted = (block.transactions ?? []).filter(matches);
      if (wanted.length > 0) yield* await this.#link.outcomes(block, wanted, callOf(options));
    }
  }

  /**
   * Everything that touches an account, also money that a contract sent it (kairos 15.2, SubscribeAddress).
   * @example
   * for await (const { role, transaction } of client.subscribe().address(bob.address, { fromHeight: 1 })) {
   *   assert.deepEqual([role, transaction.hash], ["recipient", paid]);
   *   break;
   * }
   */
  async *address(address: string, options: SubscribeOptions = {}): AsyncGenerator<HistoryEntry, void, undefined> {
    const account: Hex = `0x${parseAddress(address)}`;
    for await (const { height, transactionCount } of this.blocks(options)) {
      if (transactionCount > 0) yield* await this.#entriesOf(account, height, options);
    }
  }

  /** The entries of one block, oldest first. */
  async #entriesOf(account: Hex, height: number, options: SubscribeOptions): Promise<readonly HistoryEntry[]> {
    const entries: HistoryEntry[] = [];
    let cursor: string | undefined;
    do {
      const query = { fromHeight: height, toHeight: height, ...(cursor === undefined ? {} : { cursor }) };
      const page = await this.#link.history(account, query, callOf(options));
      entries.push(...page.entries);
      cursor = page.next;
    } while (cursor !== undefined);
    return entries.reverse();
  }

  async #first({ fromHeight, signal }: SubscribeOptions): Promise<number> {
    if (fromHeight !== undefined) return fromHeight;
    const tip = await this.#link.block("latest", false, callOf({ signal }));
    return (tip?.height ?? 0) + 1;
  }
}

function callOf({ signal }: { readonly signal?: AbortSignal | undefined }) {
  return signal === undefined ? {} : { signal };
}

function matcherOf({ addresses, types, minValue = 0n }: TransactionFilter): (transaction: Transaction) => boolean {
  const wanted = addresses && new Set<string>(addresses.map((address) => `0x${parseAddress(address)}`));
  return ({ type, value, from, to, feePayer, payments }) => {
    if (value < minValue || types?.includes(type) === false) return false;
    if (wanted === undefined) return true;
    const named = [from, to, feePayer, ...payments.map((payment) => payment.to)];
    return named.some((address) => address !== null && wanted.has(address));
  };
}
