import type { Digest } from "@polis/codec";
import { accounts, type SignedTransaction } from "@polis/kratos";
import type { SimBlock } from "../world/simChain.ts";

const MOST = 1_000;
/** Evidence in one block (kratos-core 3.2). */
const MAX_EVIDENCE = 16;
/** Enough for the dearest fee of the core. */
const FEE_ROOM = 10n ** 12n;

/** Transactions that wait on one node, by sender and nonce. */
export class SimPool {
  readonly #waiting = new Map<string, SignedTransaction>();

  add(signed: SignedTransaction): void {
    const { sender, nonce } = signed.transaction;
    if (this.#waiting.size < MOST) this.#waiting.set(`${sender} ${nonce}`, signed);
  }

  /** The first nonce of a sender that nothing waits for, upon a state. */
  nextNonce(tip: SimBlock, sender: Digest): number {
    let { nonce } = tip.entries.get(accounts.of(sender));
    while (this.#waiting.has(`${sender} ${nonce}`)) nonce++;
    return nonce;
  }

  /** What fits upon a block, in the order of nonces; what is in the chain already is forgotten. */
  select(tip: SimBlock, limit: number): readonly SignedTransaction[] {
    const next = new Map<Digest, number>();
    const chosen: SignedTransaction[] = [];
    let evidence = 0;
    const sorted = [...this.#waiting].sort(
      ([, { transaction: a }], [, { transaction: b }]) => a.nonce - b.nonce || (a.sender < b.sender ? -1 : 1),
    );
    for (const [key, signed] of sorted) {
      const { sender, nonce } = signed.transaction;
      const account = tip.entries.get(accounts.of(sender));
      if (nonce < account.nonce) this.#waiting.delete(key);
      const isNext = nonce === (next.get(sender) ?? account.nonce);
      const isEvidence = signed.transaction.call.name === "SubmitEvidence";
      if (!isNext || account.free < FEE_ROOM || chosen.length >= limit || (isEvidence && evidence === MAX_EVIDENCE))
        continue;
      if (isEvidence) evidence++;
      next.set(sender, nonce + 1);
      chosen.push(signed);
    }
    return chosen;
  }
}
