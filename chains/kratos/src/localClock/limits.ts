/** Thresholds in milliseconds (kratos-core 11.2). */
export interface ClockLimits {
  readonly healthy: number;
  readonly degraded: number;
  readonly recovery: number;
  readonly good: number;
}

/** While most clocks of the network are well. */
export const normalLimits: ClockLimits = { healthy: 1_000, degraded: 1_500, recovery: 1_300, good: 800 };
/** While many are not: then it is the network that is slow. */
export const emergencyLimits: ClockLimits = { healthy: 1_500, degraded: 2_000, recovery: 1_800, good: 1_200 };

/** Percent of the validators above which the emergency begins, and below which it ends after a while. */
const BEGINS_ABOVE = 30;
const ENDS_BELOW = 15;
const ENDS_AFTER_MS = 600_000;

/** Whether many clocks of the network are out, by what the chain says (kratos-core 11.2). */
export class NetworkEmergency {
  #active = false;
  #calmSince: number | undefined;

  get active(): boolean {
    return this.#active;
  }

  /** @param unwell validators that are Degraded or Excluded on chain @param validators all Active ones */
  observe(now: number, unwell: number, validators: number): void {
    if (validators > 0 && unwell * 100 > BEGINS_ABOVE * validators) this.#active = true;
    if (unwell * 100 >= ENDS_BELOW * validators && unwell > 0) {
      this.#calmSince = undefined;
      return;
    }
    if (this.#calmSince === undefined || now < this.#calmSince) this.#calmSince = now;
    if (now - this.#calmSince >= ENDS_AFTER_MS) this.#active = false;
  }
}
