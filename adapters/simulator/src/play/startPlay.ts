import type { Millis } from "@polis/codec";
import { quorumOf } from "../checkers/quorumTable.ts";
import type { SimNode } from "../node/simNode.ts";
import { buildNetwork, type SimNetwork } from "../run/buildNetwork.ts";
import { startLoad } from "../run/load.ts";
import type { SimReport } from "../run/options.ts";
import { profileOf } from "../run/runSeed.ts";
import { reportOf, simulate } from "../run/simulate.ts";
import type { Recorder } from "./recorder.ts";
import { checkScenario, type Scenario } from "./scenario.ts";

/** A scenario that is being run. */
export interface Play {
  /** Validators by node; two nodes of one validator are twins. */
  readonly validatorOf: readonly number[];
  /** True at the end, or when the recording is full. */
  readonly done: boolean;
  readonly nowMs: number;
  /** Lets the next 100 virtual milliseconds pass. */
  step(): void;
  report(): SimReport;
}

/** Steps have one size everywhere, because where time stops decides the order of what happens at one moment. */
const STEP_MS = 100;
/** Above the longest way of a proposal and its votes between two regions. */
const TIMING = { viewTimeoutMs: 900 as Millis, maxViewTimeoutMs: 3600 as Millis, emptyBlockIntervalMs: 200 as Millis };

/**
 * Sets a scenario's stage. Safety is judged as in every run, and the run goes on after a violation, so that one sees what
 * comes of it.
 * @throws ScenarioError
 */
export function startPlay(scenario: Scenario, recorder?: Recorder): Play {
  checkScenario(scenario);
  const { seed, n, seconds, regions } = scenario;
  const faulty = new Map(scenario.faulty);
  const delay = { kind: "regions", perMille: 1000, regionOf: regions } as const;
  const options = { seed, n, faulty, delay, consensus: TIMING };
  const built = buildNetwork(options);
  const { world, nodes } = built;
  recorder?.attach(built);
  plan(built, scenario);
  for (const node of nodes) node.start();
  startLoad(built);
  let restarts = 0;
  return {
    validatorOf: nodes.map(({ index }) => index),
    get done() {
      return world.nowMs >= seconds * 1000 || recorder?.full === true;
    },
    get nowMs() {
      return world.nowMs;
    },
    step: () => {
      const untilUs = (Math.floor(world.nowUs / (STEP_MS * 1000)) + 1) * STEP_MS * 1000;
      while (world.nowUs < untilUs) {
        world.stopped = false;
        world.runUntil(untilUs);
      }
      restarts = nodes.reduce((sum, { incarnation }) => sum + Math.floor((incarnation - 1) / 2), 0);
    },
    report: () => reportOf(built, options, restarts),
  };
}

/** Runs a scenario to its end. @throws ScenarioError */
export function playScenario(scenario: Scenario, recorder?: Recorder): SimReport {
  const play = startPlay(scenario, recorder);
  while (!play.done) play.step();
  return play.report();
}

/** Runs a seed of a campaign (`runSeed`) with a recording; the validators by node come with the report. */
export function playSeed(seed: number, recorder: Recorder): { report: SimReport; validatorOf: readonly number[] } {
  let validatorOf: readonly number[] = [];
  const report = simulate(profileOf(seed), (built) => {
    validatorOf = built.nodes.map(({ index }) => index);
    recorder.attach(built);
  });
  return { report, validatorOf };
}

/** How many votes make what among n validators, from the judge's own table. */
export function quorumFor(n: number): { readonly f: number; readonly m: number; readonly l: number } {
  return quorumOf(n);
}

/** Puts all faults of the environment on the calendar. */
function plan({ world, network, nodes }: SimNetwork, { faults }: Scenario): void {
  const isOn = (fault: Scenario["faults"][number]) => fault.fromMs <= world.nowMs && world.nowMs < fault.untilMs;
  const isOf = (node: SimNode, validator: number) => node.index === validator;
  const links = () => {
    const on = faults.filter(isOn);
    network.faults.lossPerMille = Math.max(0, ...on.map((fault) => (fault.kind === "loss" ? fault.perMille : 0)));
    network.cut((from, to) =>
      on.some((fault) => fault.kind === "cut" && fault.group.includes(from.index) !== fault.group.includes(to.index)),
    );
    for (const from of nodes) {
      for (const to of nodes) {
        const extra = on.map((fault) =>
          fault.kind === "slow" && (isOf(from, fault.node) || isOf(to, fault.node)) ? fault.extraMs : 0,
        );
        network.slowDown(from, to, Math.max(0, ...extra) * 1000);
      }
    }
  };
  for (const fault of faults) {
    if (fault.kind !== "crash") {
      world.at(fault.fromMs * 1000, links);
      world.at(fault.untilMs * 1000, links);
      continue;
    }
    const own = nodes.filter((node) => isOf(node, fault.node));
    world.at(fault.fromMs * 1000, () => {
      for (const node of own) node.crash();
    });
    world.at(fault.untilMs * 1000, () => {
      const isOut = faults.some((other) => other.kind === "crash" && other.node === fault.node && isOn(other));
      for (const node of own) if (!node.up && !isOut) node.start();
    });
  }
}
