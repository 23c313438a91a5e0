import { type Millis, millis } from "@polis/codec";
import type { Block } from "../block/block.ts";
import type { ClockChange } from "../localClock/localClock.ts";
import { LocalClock } from "../localClock/localClock.ts";
import { clocks, isOut } from "../modules/clock/clockRecord.ts";
import { activeValidators } from "../modules/validators/activeSet.ts";
import type { PeerName } from "../wire/link.ts";
import type { NodeCore } from "./core.ts";

/** Between two times that the record is saved without a change. */
const SAVE_MS = 60_000;

/** Keeps a node with a wrong clock from producing (kratos-core 11.2). Nothing of it touches what is valid (I42). */
export class ClockGuard {
  readonly local: LocalClock;
  readonly #core: NodeCore;
  #isUnsure = false;
  #savedAt: Millis = millis(0);
  #countedEpoch = -1;

  constructor(core: NodeCore) {
    this.#core = core;
    this.local = new LocalClock(core.options.clock);
  }

  /** Why nothing may be produced; undefined when the clock is good enough. @param hasPeers somebody could tell the time */
  hindrance(hasPeers: boolean): string | undefined {
    if (!this.local.mayProduce) return `the clock is ${this.local.status}`;
    return this.#isUnsure && hasPeers ? "the clock jumped" : undefined;
  }

  /** Wall time jumped, or the machine slept: until somebody shows the time again, it is not trusted. */
  jumped(): void {
    this.#isUnsure = true;
  }

  /** A block of another author came in time. */
  freshBlock({ header }: Block): void {
    if (header.author === this.#core.options.validator?.account) return;
    const { time } = this.#core;
    this.#took(this.local.observeBlock(time.wall, millis(this.#core.startOf(header.slot))));
  }

  /** A peer told its time. @param sentAt steady, when it was asked */
  heard(peer: PeerName, unixTimeMs: Millis, sentAt: number | undefined): void {
    const { time } = this.#core;
    const asked = sentAt === undefined ? undefined : time.toWall(millis(sentAt));
    this.#took(this.local.observeStatus(time.wall, peer, unixTimeMs, asked));
  }

  /** Once an epoch: many unwell clocks on chain widen the limits. */
  onHead(): void {
    const { epoch } = this.#core.tree.head.header;
    if (epoch === this.#countedEpoch) return;
    this.#countedEpoch = epoch;
    const { state, time } = this.#core;
    const all = activeValidators(state);
    const unwell = all.filter(({ id }) => {
      const clock = state.get(clocks.of(id));
      return isOut(clock) || clock.status === "Degraded";
    });
    this.local.observeNetwork(time.wall, unwell.length, all.length);
  }

  #took(change: ClockChange | undefined): void {
    this.#isUnsure = false;
    const { steady } = this.#core.time;
    if (change !== undefined) {
      this.#core.report({ kind: "clock", status: change.to, driftMs: this.local.driftMs });
    } else if (steady - this.#savedAt < SAVE_MS) return;
    this.#savedAt = steady;
    this.#core.emit({ kind: "saveClock", record: this.local.json() });
  }
}
