import { slot } from "@polis/codec";
import { accounts, ClockAttest, clocks, isOut, type SignedTransaction } from "@polis/kratos";
import type { SimBlock, SimChain } from "../world/simChain.ts";
import { ownSlot } from "./roles.ts";
import type { SimNode } from "./simNode.ts";

/** Attestations of a block at most (kratos-core 3.2). */
const MOST = 16;
const MAX_AGE = 2;

/**
 * What validators whose clocks are out say in every slot to whoever leads it (kratos-core 11.4): the slot that their own clock
 * shows. Those that a block may hold.
 */
export function attestations(
  chain: SimChain,
  nodes: readonly SimNode[],
  head: SimBlock,
  leading: number,
  nowMs: number,
): readonly SignedTransaction[] {
  const sent: SignedTransaction[] = [];
  for (const node of nodes) {
    const { account } = node.person;
    const record = head.entries.get(clocks.of(account));
    const shown = ownSlot(node, nowMs);
    const isNew = record.lastAttestedSlot === undefined || shown > record.lastAttestedSlot;
    if (!isOut(record) || !isNew || nowMs < node.downUntilMs || shown > leading || shown + MAX_AGE < leading) continue;
    const { nonce } = head.entries.get(accounts.of(account));
    const transaction = { sender: account, nonce, call: ClockAttest.of({ slot: slot(shown) }), timestamp: 0 };
    sent.push(chain.crypto.signTransaction(chain.rules.chainIdentity, transaction, node.person));
  }
  return sent.slice(0, MOST);
}
