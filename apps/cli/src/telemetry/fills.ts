/** Channels between the units of a node (kairos 1.6), and how much each holds. */
export const channelSlots = {
  consensus_msgs: 10_000,
  transactions: 10_000,
  broadcast: 10_000,
  proposal_req: 256,
  proposal_resp: 256,
  finalized: 256,
} as const;

/** Name of a channel. */
export type Channel = keyof typeof channelSlots;

/** How long a peak is shown, at least: two scrapes of 5 s see it. */
const windowMs = 10_000;

/** The fullest state of each channel lately. What is read between two scrapes would be gone else: channels drain in milliseconds. */
export class Fills {
  readonly #now = new Map<Channel, number>();
  readonly #before = new Map<Channel, number>();
  #sinceMs: number;

  constructor(nowMs: number) {
    this.#sinceMs = nowMs;
  }

  /** The channel holds this many items. Called for every message: it must stay cheap. */
  note(channel: Channel, items: number): void {
    if (items > (this.#now.get(channel) ?? 0)) this.#now.set(channel, items);
  }

  /** @returns the highest part of its slots that each channel has used in the last ten to twenty seconds, 0 to 1. */
  read(nowMs: number): ReadonlyMap<Channel, number> {
    if (nowMs - this.#sinceMs >= windowMs) this.#turn(nowMs);
    const parts = new Map<Channel, number>();
    for (const channel of Object.keys(channelSlots) as Channel[]) {
      const peak = Math.max(this.#now.get(channel) ?? 0, this.#before.get(channel) ?? 0);
      parts.set(channel, Math.min(1, peak / channelSlots[channel]));
    }
    return parts;
  }

  #turn(nowMs: number): void {
    this.#before.clear();
    // After a longer silence the last peaks are too old to be shown.
    if (nowMs - this.#sinceMs < 2 * windowMs) for (const [channel, peak] of this.#now) this.#before.set(channel, peak);
    this.#now.clear();
    this.#sinceMs = nowMs;
  }
}
