import type { Slot } from "@polis/codec";
import { ClockAttest } from "../modules/clock/clockAttest.ts";
import { clocks, isOut } from "../modules/clock/clockRecord.ts";
import type { NodeCore } from "./core.ts";
import type { ValidatorKey } from "./options.ts";

/** An attestation is good for two slots: one in every second slot is enough (kratos-core 11.4). */
const EVERY = 2;
/** Epochs after an exclusion in which an attestation brings nothing (decision KD6). */
const WAIT_EPOCHS = 2;

/** Shows a validator's clock to the chain when the chain holds it for wrong, so that it may produce again (kratos-core 11.4). */
export class Attestor {
  readonly #core: NodeCore;
  readonly #key: ValidatorKey;
  #last = -EVERY;

  constructor(core: NodeCore, key: ValidatorKey) {
    this.#core = core;
    this.#key = key;
  }

  /** At every slot; only while the local clock is good. */
  onSlot(slot: Slot): void {
    const { state, pool, tree, rules, crypto, time } = this.#core;
    const { account, secret } = this.#key;
    const clock = state.get(clocks.of(account));
    if (Math.abs(slot - this.#last) < EVERY || !isOut(clock)) return;
    const { epoch } = tree.head.header;
    if (clock.status === "Excluded" && epoch < (clock.lastExclusionEpoch ?? 0) + WAIT_EPOCHS) return;
    this.#last = slot;
    // An older attestation that no block took gives its nonce to the new one.
    const own = [...pool.senders()].find(([sender]) => sender === account)?.[1];
    const old = [...(own?.values() ?? [])].find(({ signed }) => signed.transaction.call.name === "ClockAttest");
    const nonce = old?.signed.transaction.nonce ?? pool.nextNonce(account);
    const transaction = { sender: account, nonce, call: ClockAttest.of({ slot }), timestamp: this.#core.nowS };
    const signed = crypto.signTransaction(rules.chainIdentity, transaction, secret);
    if (pool.add(signed, time.steady).ok) this.#core.publish({ topic: "transactions", signed });
  }
}
