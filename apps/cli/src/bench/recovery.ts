import { join } from "node:path";
import { loadConfig } from "../config/loadConfig.ts";
import { createRpcClient } from "../localnet/load/rpcClient.ts";
import { pause } from "../localnet/pause.ts";
import type { LocalNetwork } from "../localnet/runLocalnet.ts";
import { sharedMicros } from "../node/clock.ts";
import { finalHeight } from "./finalHeight.ts";
import { freshNetwork, runNetwork } from "./network.ts";

import { longestFinalityGapMs } from "./recoveryGaps.ts";
import { round } from "./timeIt.ts";
import type { Benchmark } from "./types.ts";

const N = 6;
const LOAD = { ratePerSecond: 500, inFlightMax: 600, seconds: 100 };
const SETTLE_MS = 6000;
const GIVE_UP_MS = 20_000;
const POLL_MS = 20;
const GOAL_MS = 5000;

interface Kill {
  readonly victim: number;
  readonly killedUs: number;
  /** When the others and the returned one were watched until. */
  endUs: number;
  /** From the start of its new process until it had finalized all that another one had; undefined: never. */
  toTipMs: number | undefined;
}

/** kill -9 of validators under load: the others must not notice, and the killed one must be back soon. */
export const recovery: Benchmark = {
  name: "recovery",
  run: async (context) => {
    const network = await freshNetwork(context, N);
    const marks = new Map<number, number[]>();
    const done = new AbortController();
    const signal = AbortSignal.any([context.signal, done.signal]);
    const victims = context.quick ? [3] : [1, 3, 5];
    let killing: Promise<readonly Kill[]> = Promise.resolve([]);
    const report = await runNetwork({ ...context, signal }, network, {
      ...LOAD,
      observer: {
        onReport: (node, { finalized }) => {
          const times = marks.get(node) ?? [];
          for (const [, atUs] of finalized) times.push(atUs);
          marks.set(node, times);
        },
        onUp: (validators) => {
          killing = killInTurn(victims, validators, network, signal).finally(() => done.abort());
          // It is awaited when the network has stopped; a failure must not end the program before that.
          killing.catch(() => undefined);
        },
      },
    }).finally(() => done.abort());
    const kills = await killing;
    const first = kills[0]?.killedUs ?? 0;
    const usualMs = longestFinalityGapMs(marks, undefined, first - 3_000_000, first);
    const gapMs = Math.max(...kills.map((k) => longestFinalityGapMs(marks, k.victim, k.killedUs, k.endUs)));
    const times = kills.map(({ toTipMs }) => toTipMs ?? Number.POSITIVE_INFINITY);
    // ML2: a crashed leader costs at most 3Δ beside the usual pace, and the first timeout of a view is 2Δ.
    const { viewTimeout } = loadConfig({ path: join(network.dir, "node0", "config.toml") }).consensus;
    const allowedMs = 1.5 * viewTimeout + usualMs;
    return [
      {
        name: "Recovery: kill -9 of one of six under load",
        goal: "no missed finality elsewhere; the node is at the tip within 5 s of its restart",
        measured: {
          kills: kills.length,
          "slowest to the tip s": Number.isFinite(Math.max(...times)) ? round(Math.max(...times) / 1000, 2) : null,
          "longest gap elsewhere s": round(gapMs / 1000, 2),
          "allowed gap s": round(allowedMs / 1000, 2),
          "usual gap s": round(usualMs / 1000, 2),
          "payments/s": report.paymentsPerSecond,
          "state roots agree": report.stateRootsAgree,
        },
        met:
          kills.length === victims.length &&
          gapMs <= allowedMs &&
          times.every((ms) => ms <= GOAL_MS) &&
          report.stateRootsAgree,
        note: "a gap may hold the timeout of the killed leader's view: 3Δ = 1.5 view timeouts beside the usual gap (ML2)",
      },
    ];
  },
};

async function killInTurn(
  victims: readonly number[],
  validators: readonly { readonly pid: number | undefined }[],
  network: LocalNetwork,
  signal: AbortSignal,
): Promise<readonly Kill[]> {
  const kills: Kill[] = [];
  for (const victim of victims) {
    await pause(SETTLE_MS, signal);
    const pid = validators[victim]?.pid;
    if (signal.aborted || pid === undefined) break;
    const kill: Kill = { victim, killedUs: sharedMicros(), endUs: 0, toTipMs: undefined };
    process.kill(pid, "SIGKILL");
    const running = () => validators[victim]?.pid !== undefined && validators[victim].pid !== pid;
    while (!running() && !signal.aborted) await pause(POLL_MS, signal);
    kill.toTipMs = await untilAtTip(network, victim, signal);
    kill.endUs = sharedMicros();
    kills.push(kill);
  }
  // The last reports are half a second old.
  await pause(1500, signal);
  return kills;
}

async function untilAtTip(network: LocalNetwork, victim: number, signal: AbortSignal): Promise<number | undefined> {
  const [returned, other] = [victim, (victim + 1) % N].map((i) => createRpcClient(network.nodes[i]!.rpcPort));
  const start = performance.now();
  try {
    while (performance.now() - start < GIVE_UP_MS && !signal.aborted) {
      // The other one is asked first: whatever it had then, the returned one must have.
      const wanted = await finalHeight(other!);
      const height = await finalHeight(returned!);
      if (wanted !== undefined && height !== undefined && height >= wanted) return performance.now() - start;
      await pause(POLL_MS, signal);
    }
    return undefined;
  } finally {
    returned!.close();
    other!.close();
  }
}
