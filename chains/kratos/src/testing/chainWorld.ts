import { epoch, type Height, height, krat12, seconds, slot } from "@polis/codec";
import type { AccountId } from "../identifiers.ts";
import { type Account, accounts, credit, reservedOf } from "../modules/accounts/account.ts";
import { accountsModule } from "../modules/accounts/accountsModule.ts";
import { clockModule } from "../modules/clock/clockModule.ts";
import { slashingModule } from "../modules/slashing/slashingModule.ts";
import { stakingModule } from "../modules/staking/stakingModule.ts";
import { validatorsModule } from "../modules/validators/validatorsModule.ts";
import { KRAT, productionParams } from "../params/chainParams.ts";
import { type Applied, applyTransaction, type Receipt } from "../runtime/applyTransaction.ts";
import type { Call } from "../runtime/call.ts";
import type { BlockContext } from "../runtime/context.ts";
import type { ChainEvent } from "../runtime/event.ts";
import type { Module } from "../runtime/module.ts";
import { createRuntime } from "../runtime/runtime.ts";
import { noEntriesBelow, State } from "../state/state.ts";
import { person } from "./people.ts";

const allModules: readonly Module[] = [accountsModule, stakingModule, validatorsModule, clockModule, slashingModule];

/** A few people with money, and calls applied one after the other, without blocks. */
export class ChainWorld {
  readonly state = new State(noEntriesBelow);
  readonly events: ChainEvent[] = [];
  readonly people: readonly AccountId[];
  fees = 0n;
  #number = 1;
  readonly #runtime = createRuntime(allModules);

  /** @param krat what everybody begins with */
  constructor(people: number, krat: bigint) {
    this.people = Array.from({ length: people }, (_, i) => person(i).account);
    for (const account of this.people) credit(this.state, account, krat12(krat * KRAT));
  }

  /** Moves on by so many blocks. */
  wait(blocks: number): void {
    this.#number += blocks;
  }

  get number(): Height {
    return height(this.#number);
  }

  get context(): BlockContext {
    const at = this.#number;
    return {
      block: {
        ...{ number: height(at), slot: slot(at), epoch: epoch((at - (at % 600)) / 600), timestamp: seconds(at * 6) },
        ...{ author: person(99).account, params: productionParams, chainIdentity: new Uint8Array(32) },
      },
      state: this.state,
      emit: (event) => void this.events.push(event),
    };
  }

  /** Applies a call of somebody. @throws when it could not be in a block */
  send(who: number, call: Call): Receipt {
    const applied = this.trySend(who, call);
    if ("invalid" in applied) throw new Error(applied.invalid);
    this.fees += applied.receipt.fee;
    return applied.receipt;
  }

  trySend(who: number, call: Call): Applied {
    const sender = this.people[who]!;
    const { nonce } = this.state.get(accounts.of(sender));
    const transaction = { sender, nonce, call, timestamp: 0 };
    return applyTransaction(this.#runtime, this.context, transaction, 0, { feeMultiplier: 100n, admits: () => true });
  }

  account(who: number): Account {
    return this.state.get(accounts.of(this.people[who]!));
  }

  /** Everything that the people own. */
  get owned(): bigint {
    return this.people.reduce((sum, account) => {
      const entry = this.state.get(accounts.of(account));
      return sum + entry.free + reservedOf(entry);
    }, 0n);
  }
}
