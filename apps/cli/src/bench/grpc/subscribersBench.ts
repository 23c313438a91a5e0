import { alternate, medianOf } from "../alternate.ts";
import { round } from "../timeIt.ts";
import type { Benchmark } from "../types.ts";
import { type BlockSubscriber, subscribeBlocks } from "./blockSubscriber.ts";

const N = 6;
const SUBSCRIBERS = 100;
const GOAL_PERCENT = 10;
/** RESOURCE_EXHAUSTED. */
const TOO_SLOW = 8;
const load = { ratePerSecond: 100, inFlightMax: 600, seconds: 15, warmUpSeconds: 5 };

/** What a hundred subscribers of blocks cost: finality of six validators under load, with all of them at the first and without. */
export const blockSubscribers: Benchmark = {
  name: "grpc-subscribers",
  run: async (context) => {
    let blocks = 0;
    let wrong = 0;
    const { off, on } = await alternate(context, {
      ...{ n: N, load, rounds: 3, grpc: true },
      onEnv: { NODE_RPC__MAX_STREAMS_PER_CLIENT: `${2 * SUBSCRIBERS}`, NODE_RPC__RATE_LIMIT_PER_SECOND: "0" },
      beside: async ({ grpcPort }) => {
        const subscribers: readonly BlockSubscriber[] = await Promise.all(
          Array.from({ length: SUBSCRIBERS }, () => subscribeBlocks(grpcPort, { fromHeight: 1 })),
        );
        return () => {
          for (const one of subscribers) {
            blocks += one.heights.length;
            if (!isWhole(one)) wrong++;
            one.close();
          }
          return Promise.resolve();
        };
      },
    });
    const without = medianOf(off, ({ finalityMs }) => finalityMs.p99);
    const beside = medianOf(on, ({ finalityMs }) => finalityMs.p99);
    const payments = (reports: typeof off) =>
      medianOf(reports, ({ paymentFinalityMs }) => paymentFinalityMs.p99) ?? null;
    const more = without === undefined || beside === undefined ? Number.NaN : (beside / without - 1) * 100;
    return [
      {
        name: `SubscribeBlocks with ${SUBSCRIBERS} subscribers`,
        goal: `every subscriber gets every block; finality p99 unchanged within ${GOAL_PERCENT} %`,
        measured: {
          "finality p99 without ms": without ?? null,
          "finality p99 with ms": beside ?? null,
          "more %": Number.isNaN(more) ? null : round(more, 1),
          "payment p99 without ms": payments(off),
          "payment p99 with ms": payments(on),
          "blocks delivered": blocks,
          "subscribers that missed or repeated one": wrong,
        },
        met: wrong === 0 && blocks > 0 && more <= GOAL_PERCENT,
        note: `medians of runs in turn at ${load.ratePerSecond} payments/s; all subscribers are at one of the six validators, and share the 2 cores with them`,
      },
    ];
  },
};

/** Every height from 1 on, once, until the node stops. */
function isWhole({ heights, ended }: BlockSubscriber): boolean {
  return heights.length > 0 && heights.every((height, i) => height === i + 1) && ended?.status !== TOO_SLOW;
}
