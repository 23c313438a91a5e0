import { quantile } from "../stats.ts";
import { round } from "../timeIt.ts";
import type { Benchmark, BenchResult } from "../types.ts";
import { type AnvilNode, startAnvil } from "./anvilNode.ts";
import { runOnEthereumjs } from "./ethereumjsRunner.ts";
import { createRunner } from "./kairosRunner.ts";
import { callee, type Program, programAddress, programs } from "./programs.ts";

const GOAL_MGAS = 500;
const WARM_RUNS = 5;

/** The EVM against `@ethereumjs/evm` and `anvil`, program by program, in one run. */
export const evmPrograms: Benchmark = {
  name: "evm",
  run: async ({ quick, signal }) => {
    const anvil = await startAnvil("--gas-limit", `${1n << 40n}`);
    const ours = createRunner();
    try {
      const rows: BenchResult[] = [];
      for (const program of programs(quick ? 0.1 : 1)) {
        if (!signal.aborted) rows.push(await compare(program, ours, anvil));
      }
      return rows;
    } finally {
      await anvil?.stop();
    }
  },
};

async function compare(
  program: Program,
  ours: ReturnType<typeof createRunner>,
  anvil: AnvilNode | undefined,
): Promise<BenchResult> {
  const runs = Array.from({ length: WARM_RUNS + 1 }, () => ours(program));
  // The first run finds code that the runtime has not optimised yet.
  const warmMs = quantile(
    runs.slice(1).map(({ ms }) => ms),
    0.5,
  );
  const { gas } = runs[0]!;
  const js = await runOnEthereumjs(program);
  if (js.gas !== gas) throw new Error(`${program.name}: gas ${gas}, by @ethereumjs/evm ${js.gas}`);
  const revmMs = anvil === undefined ? undefined : await anvilMs(anvil, program);
  const mgas = (ms: number) => Number(gas) / 1000 / ms;
  const times = js.ms / warmMs;
  const fast = program.timesEthereumjs !== 20 || mgas(warmMs) >= GOAL_MGAS;
  const goal = `at least ${program.timesEthereumjs}x @ethereumjs/evm`;
  return {
    name: `EVM, ${program.name}`,
    goal: program.timesEthereumjs === 20 ? `at least ${GOAL_MGAS} Mgas/s warm, ${goal}, aim to pass anvil` : goal,
    measured: {
      "Mgas/s": round(mgas(warmMs), 0),
      "first run Mgas/s": round(mgas(runs[0]!.ms), 0),
      "@ethereumjs/evm Mgas/s": round(mgas(js.ms)),
      "times @ethereumjs/evm": round(times),
      "anvil Mgas/s": revmMs === undefined ? null : round(mgas(revmMs), 0),
      "times anvil": revmMs === undefined ? null : round(revmMs / warmMs, 2),
      rounds: program.rounds,
    },
    met: times >= program.timesEthereumjs && fast,
    note: "one core; anvil through eth_call on loopback, its fixed cost taken off; equal gas is checked",
  };
}

/** Milliseconds of `eth_call`, less those of a call of an account without code. */
async function anvilMs(anvil: AnvilNode, program: Program): Promise<number> {
  const hex = (bytes: Uint8Array) => `0x${bytes.toHex()}`;
  await anvil.call("anvil_setCode", [`0x${programAddress}`, hex(program.code)]);
  await anvil.call("anvil_setCode", [`0x${callee.address}`, hex(callee.code)]);
  const timed = async (to: string): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < WARM_RUNS; i++) {
      const start = performance.now();
      await anvil.call("eth_call", [{ to, gas: "0x10000000000" }, "latest"]);
      times.push(performance.now() - start);
    }
    return quantile(times, 0.5);
  };
  const empty = await timed(`0x${"e0".repeat(20)}`);
  return Math.max(0.001, (await timed(`0x${programAddress}`)) - empty);
}
