import type { FinalityVote, Justification } from "@polis/finality";
import { blockHash, type Header } from "../../block/header.ts";
import type { NodeReport } from "../seam.ts";

/** What no node of a world may ever do, whatever happens to it. */
export class WorldChecks {
  readonly violations: string[] = [];
  readonly #headers = new Map<string, string>();
  readonly #votes = new Map<string, string>();
  readonly #final = new Map<number, string>();

  /** I14: one header for each slot of an author, also across restarts. */
  sentHeader(header: Header): void {
    this.#once("I14", this.#headers, `${header.author} ${header.slot}`, blockHash(header));
  }

  /** One target for each vote of a voter, also across restarts. */
  sentVote({ voter, set, round, type, target }: FinalityVote): void {
    this.#once("7.5 (4)", this.#votes, `${voter} ${set} ${round} ${type}`, target.hash);
  }

  /** A precommit in a proof is as much signed as one that was sent. */
  sentProof({ set, round, precommits }: Justification): void {
    for (const { target, validator: voter } of precommits) {
      this.#once("7.5 (4)", this.#votes, `${voter} ${set} ${round} precommit`, target.hash);
    }
  }

  /** I30, I31: one final block for each height, on all nodes and at all times. */
  reported(report: NodeReport): void {
    if (report.kind !== "finalized") return;
    const before = this.#final.get(report.number);
    if (before !== undefined && before !== report.hash) this.violations.push(`I31: two final blocks ${report.number}`);
    this.#final.set(report.number, report.hash);
  }

  #once<K>(rule: string, seen: Map<K, string>, key: K, value: string): void {
    const before = seen.get(key);
    if (before !== undefined && before !== value) this.violations.push(`${rule}: ${String(key)} twice`);
    seen.set(key, value);
  }
}
