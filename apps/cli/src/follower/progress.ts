import type { FollowerState } from "./followerState.ts";

/** How far a follower is, and how long the rest will take at its pace. */
export interface Progress {
  readonly state: FollowerState["name"];
  readonly height: number;
  readonly targetHeight: number;
  /** Over the last seconds. */
  readonly blocksPerSecond: number;
  /** Undefined while nothing is known of the pace, or nothing is left. */
  readonly secondsLeft: number | undefined;
}

/** The pace is taken over so many last looks. */
const LOOKS = 10;
const BAR = 24;

/** Turns looks at a follower into its progress. */
export class ProgressMeter {
  readonly #looks: { readonly atMs: number; readonly height: number }[] = [];

  /**
   * @param height finalized here now
   * @param nowMs monotonic milliseconds
   */
  look({ name, targetHeight }: Pick<FollowerState, "name" | "targetHeight">, height: number, nowMs: number): Progress {
    this.#looks.push({ atMs: nowMs, height });
    if (this.#looks.length > LOOKS) this.#looks.shift();
    const first = this.#looks[0]!;
    const seconds = (nowMs - first.atMs) / 1000;
    const blocksPerSecond = seconds > 0 ? Math.round((height - first.height) / seconds) : 0;
    const left = Math.max(0, targetHeight - height);
    const secondsLeft = left > 0 && blocksPerSecond > 0 ? Math.ceil(left / blocksPerSecond) : undefined;
    return { state: name, height, targetHeight: Math.max(height, targetHeight), blocksPerSecond, secondsLeft };
  }
}

/**
 * One line for a terminal.
 * @example renderProgress(progress) // "syncing [######------------------] 25,000 of 100,000 blocks  2,310/s  33 s left"
 */
export function renderProgress({ state, height, targetHeight, blocksPerSecond, secondsLeft }: Progress): string {
  const count = (value: number) => value.toLocaleString("en");
  if (state === "booting") return `booting: waiting for a validator that answers, at height ${count(height)}`;
  if (state === "ready") return `ready at height ${count(height)}`;
  const done = targetHeight === 0 ? 0 : Math.floor((BAR * height) / targetHeight);
  const bar = `${"#".repeat(done)}${"-".repeat(BAR - done)}`;
  const left = secondsLeft === undefined ? "" : `  ${timeText(secondsLeft)} left`;
  return `syncing [${bar}] ${count(height)} of ${count(targetHeight)} blocks  ${count(blocksPerSecond)}/s${left}`;
}

function timeText(seconds: number): string {
  if (seconds < 100) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
