import { alternate, medianOf } from "./alternate.ts";
import { openSseStreams, type SseStreams } from "./sseStreams.ts";
import { round } from "./timeIt.ts";
import type { Benchmark } from "./types.ts";

const N = 6;
const STREAMS = 100;
/** A visualizer has room for so many (kairos V3). */
const ROOM = 64;
const GOAL_PERCENT = 2;
/** More than six validators on two cores can take: throughput is what the machine gives. */
const load = { ratePerSecond: 20_000, inFlightMax: 600, seconds: 20, warmUpSeconds: 8 };

/**
 * What a hundred browsers cost: payments at saturation, with all visualizers off, and with all on and a hundred streams
 * at the first. The streams are read in the process that offers the load, so that their reading counts too.
 */
export const visualizerStreams: Benchmark = {
  name: "visualizer-streams",
  run: async (context) => {
    const seen: { accepted: number; refused: number; bytes: number }[] = [];
    const { off, on } = await alternate(context, {
      ...{ n: N, load, rounds: 3, visualizer: true },
      beside: async ({ visualizerPort }) => {
        const streams: SseStreams = await openSseStreams(visualizerPort, "/api/events", STREAMS);
        return async () => {
          const { accepted, refused, bytes } = streams;
          seen.push({ accepted, refused, bytes });
          await streams.close();
        };
      },
    });
    const without = medianOf(off, ({ paymentsPerSecond }) => paymentsPerSecond);
    const beside = medianOf(on, ({ paymentsPerSecond }) => paymentsPerSecond);
    const lostPercent = without === undefined || beside === undefined ? Number.NaN : (1 - beside / without) * 100;
    const asRuled =
      seen.length > 0 && seen.every(({ accepted, refused }) => accepted === ROOM && refused === STREAMS - ROOM);
    return [
      {
        name: `Visualizer with ${STREAMS} browser streams`,
        goal: `consensus throughput unchanged within ${GOAL_PERCENT} %`,
        measured: {
          payments_per_s_off: without ?? null,
          payments_per_s_on: beside ?? null,
          lost_percent: Number.isNaN(lostPercent) ? null : round(lostPercent, 1),
          spread_off_percent: round(spreadOf(off.map(({ paymentsPerSecond }) => paymentsPerSecond)), 1),
          finality_p99_ms_off: medianOf(off, ({ finalityMs }) => finalityMs.p99) ?? null,
          finality_p99_ms_on: medianOf(on, ({ finalityMs }) => finalityMs.p99) ?? null,
          streams_accepted: Math.min(...seen.map(({ accepted }) => accepted)),
          streams_refused: Math.max(...seen.map(({ refused }) => refused)),
          mb_streamed_per_run: round(
            seen.reduce((sum, { bytes }) => sum + bytes, 0) / Math.max(1, seen.length) / 1e6,
            1,
          ),
        },
        met: asRuled && lostPercent <= GOAL_PERCENT,
        note: `one visualizer takes ${ROOM} streams and refuses the others (V3); medians of runs in turn, all other visualizers on too`,
      },
    ];
  },
};

/** How far equal runs lie apart, in percent of the highest: what a difference must exceed to mean anything. */
function spreadOf(values: readonly number[]): number {
  const highest = Math.max(...values);
  return highest === 0 ? 0 : ((highest - Math.min(...values)) / highest) * 100;
}
