import type { Address } from "@polis/codec";
import { faceAddress } from "../addresses.ts";
import { paymentType } from "../payment/types.ts";
import { type Log, transferTopic } from "../receipt/log.ts";
import type { VerifiedTransaction } from "../transaction/types.ts";

/** Terms of one block that the log index takes; a block with more is found by every query. */
export const maxTerms = 64;

/** What the indexes need to know of a block's logs, gathered while it is executed. */
export interface LogTrail {
  /** Emitters (20 bytes) and first topics (32 bytes) as hex; undefined when there were too many. */
  readonly terms: readonly string[] | undefined;
  /** Accounts that a transaction moved USDC from or to without naming them: position in the block, account. */
  readonly indirect: readonly (readonly [index: number, account: Address])[];
}

/** Gathers a trail. Payments name everybody whom they move USDC between, so their logs cost two comparisons each. */
export function createLogTrail() {
  const terms = new Set<string>();
  const indirect: [number, Address][] = [];
  let lastAddress = "";
  let lastTopic = "";
  return {
    add(index: number, { transaction, sender }: VerifiedTransaction, logs: readonly Log[]): void {
      for (const { address, topics } of logs) {
        const topic = topics[0] ?? "";
        if (address !== lastAddress && terms.size <= maxTerms) terms.add(address);
        if (topic !== lastTopic && topic !== "" && terms.size <= maxTerms) terms.add(topic);
        lastAddress = address;
        lastTopic = topic;
      }
      if (transaction.type === paymentType) return;
      const named = new Set([sender, transaction.to]);
      for (const { address, topics } of logs) {
        if (address !== faceAddress || topics[0] !== transferTopic) continue;
        for (const topic of [topics[1]!, topics[2]!]) {
          const account = topic.slice(24) as Address;
          if (named.has(account)) continue;
          named.add(account);
          indirect.push([index, account]);
        }
      }
    },
    finish: (): LogTrail => ({ terms: terms.size > maxTerms ? undefined : [...terms], indirect }),
  };
}
