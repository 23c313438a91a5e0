import { clockInvariants } from "./clocks.ts";
import { creditInvariants } from "./credits.ts";
import { drawInvariants } from "./draws.ts";
import type { BlockView, Invariant } from "./invariant.ts";
import { leaderInvariants } from "./leaders.ts";
import { poolInvariants } from "./pool.ts";
import { registryInvariants } from "./registry.ts";
import { rewardInvariants } from "./rewards.ts";
import { rootInvariants } from "./roots.ts";
import { securityInvariants } from "./security.ts";
import { slashingInvariants } from "./slashing.ts";
import { Sometimes } from "./sometimes.ts";
import { stakeInvariants } from "./stakes.ts";
import { supplyInvariants } from "./supply.ts";
import { transactionInvariants } from "./transactions.ts";

/** A broken invariant. */
export interface Violation {
  readonly invariant: string;
  readonly block: number;
  readonly what: string;
}

const cheap: readonly Invariant[] = [
  ...supplyInvariants,
  ...leaderInvariants,
  ...transactionInvariants,
  ...rewardInvariants,
  ...registryInvariants,
  ...securityInvariants,
  ...clockInvariants,
  ...creditInvariants,
  ...slashingInvariants,
  ...drawInvariants,
  ...poolInvariants,
  ...stakeInvariants,
];

/** Violations that are kept: the first ones tell. */
const MOST = 100;

/** Looks at every block, keeps what is broken, and counts what was reached. */
export class Judge {
  readonly violations: Violation[] = [];
  readonly sometimes: Sometimes = new Sometimes();
  readonly #rootsEveryEpochs: number;
  #seen = 0;

  /** @param rootsEveryEpochs how often the root is built again from all entries; 0 for never */
  constructor(rootsEveryEpochs: number) {
    this.#rootsEveryEpochs = rootsEveryEpochs;
  }

  /** Blocks that were looked at. */
  get seen(): number {
    return this.#seen;
  }

  look(view: BlockView): void {
    this.#seen++;
    for (const invariant of cheap) this.#check(invariant, view);
    const period = this.#rootsEveryEpochs;
    if (view.crossed > 0 && period > 0 && view.header.epoch % period === 0) {
      for (const invariant of rootInvariants) this.#check(invariant, view);
    }
    this.sometimes.look(view);
  }

  report(invariant: string, block: number, what: string): void {
    if (this.violations.length < MOST) this.violations.push({ invariant, block, what });
  }

  #check({ id, check }: Invariant, view: BlockView): void {
    const what = check(view);
    if (what !== undefined) this.report(id, view.header.number, what);
  }
}
