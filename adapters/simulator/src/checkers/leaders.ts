import { asciiBytes, type Digest, type View, Writer } from "@polis/codec";
import { keccak256 } from "@polis/crypto";

type Fail = (code: string, message: string, node: number | undefined) => void;

/** What the judge must know of the leader rule. */
export interface LeaderRule {
  readonly mode: "round-robin" | "random";
  readonly n: number;
  readonly genesis: Digest;
}

const TAG = asciiBytes("KAIROS_LEADER_V1");

/** Who leads which view: R5 written out again, with the seeds that certificates and blocks have shown (K18). */
export class Leaders {
  readonly #rule: LeaderRule;
  readonly #fail: Fail;
  readonly #seeds = new Map<number, string>();

  constructor(rule: LeaderRule, fail: Fail) {
    this.#rule = rule;
    this.#fail = fail;
    this.#seeds.set(0, rule.genesis.repeat(3));
  }

  /** A verified seed of a view; whoever combined it, every other one must be equal (Z25). */
  learn(view: number, seed: Uint8Array | undefined, node: number | undefined): void {
    if (seed === undefined) return;
    const before = this.#seeds.get(view);
    const text = seed.toHex();
    if (before === undefined) this.#seeds.set(view, text);
    else if (before !== text) this.#fail("K18", `two seeds of view ${view}`, node);
  }

  /** Leader of a view; undefined while the seed of the view before is unknown. */
  of(view: View): number | undefined {
    const { mode, n } = this.#rule;
    if (mode === "round-robin") return view % n;
    const seed = this.#seeds.get(view - 1);
    if (seed === undefined) return undefined;
    const length = 1 + TAG.length + seed.length / 2 + 8;
    const input = new Writer(length).u8(TAG.length).bytes(TAG).hex(seed).u64(view).finish();
    return Number(new DataView(keccak256(input).slice(0, 8).buffer).getBigUint64(0) % BigInt(n));
  }
}
