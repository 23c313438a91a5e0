import type { NodeReport } from "./nodeReport.ts";
import { Samples } from "./samples.ts";

/** How many views wait for the other half of their measurement. */
const OPEN_VIEWS = 4096;

/** Brings the reports of all validators together into finality and view times. */
export class NetworkLatency {
  readonly finalityMs = new Samples();
  readonly viewMs = new Samples();
  readonly #proposedUs = new Map<number, number>();
  readonly #waiting = new Map<number, number[]>();
  readonly #lastEntered = new Map<number, readonly [view: number, atUs: number]>();

  /** @param node index of the reporting validator. */
  add(node: number, report: NodeReport): void {
    for (const [view, atUs] of report.proposed) this.#onProposed(view, atUs);
    for (const [view, atUs] of report.finalized) this.#onFinalized(view, atUs);
    for (const entry of report.entered) this.#onEntered(node, entry);
  }

  /** A restarted process starts a new series of views. */
  forget(node: number): void {
    this.#lastEntered.delete(node);
  }

  #onProposed(view: number, atUs: number): void {
    this.#proposedUs.set(view, atUs);
    for (const finalUs of this.#waiting.get(view) ?? []) this.finalityMs.add((finalUs - atUs) / 1000);
    this.#waiting.delete(view);
    trim(this.#proposedUs);
  }

  #onFinalized(view: number, atUs: number): void {
    const proposedUs = this.#proposedUs.get(view);
    if (proposedUs !== undefined) {
      this.finalityMs.add((atUs - proposedUs) / 1000);
      return;
    }
    // The leader's report may come after this one: reports travel on separate channels.
    this.#waiting.set(view, [...(this.#waiting.get(view) ?? []), atUs]);
    trim(this.#waiting);
  }

  #onEntered(node: number, entry: readonly [view: number, atUs: number]): void {
    const last = this.#lastEntered.get(node);
    this.#lastEntered.set(node, entry);
    if (last !== undefined && entry[0] === last[0] + 1) this.viewMs.add((entry[1] - last[1]) / 1000);
  }
}

function trim(map: Map<number, unknown>): void {
  for (const key of map.keys()) {
    if (map.size <= OPEN_VIEWS) return;
    map.delete(key);
  }
}
