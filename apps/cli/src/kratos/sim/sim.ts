import type { Command } from "commander";
import { createProgressLine } from "../../backup/progressLine.ts";
import { example, integerOption } from "../../commands/parse.ts";
import { UserError } from "../../errors.ts";
import { TRANSITIONS } from "./checkers/sometimes.ts";
import { ROLES, type Role } from "./network/roles.ts";
import { runNetwork } from "./network/runNetwork.ts";
import type { SimReport } from "./report.ts";
import { cliffs } from "./single/cliffs.ts";
import { runSingle } from "./single/runSingle.ts";

interface SimFlags {
  readonly seed: number;
  readonly n: number;
  readonly epochs: number;
  readonly slotsPerEpoch: number;
  readonly bootstrapMinEpochs: number;
  readonly joiners: number;
  readonly attack: string;
  readonly calm?: boolean;
  readonly single?: boolean;
  readonly cliffs?: boolean;
  readonly real?: boolean;
  readonly json?: boolean;
}

const SLOT_MS = 6_000;
const ATTACKS: readonly string[] = ["mixed", ...ROLES];

/** `kratos sim`. */
export function register(program: Command): void {
  program
    .command("sim")
    .description(
      "run a whole network in virtual time: one seed, one history, every invariant checked after every block",
    )
    .option("--seed <seed>", "everything that is drawn comes from it", integerOption(0, Number.MAX_SAFE_INTEGER), 1)
    .option("--n <count>", "bootstrap validators of genesis", integerOption(1, 101), 4)
    .option("--epochs <count>", "how long", integerOption(1, 1_000_000), 5)
    .option("--slots-per-epoch <count>", "a value of genesis; 600 on the real chain", integerOption(4, 100_000), 20)
    .option("--bootstrap-min-epochs <count>", "a value of genesis", integerOption(1, 1_000_000), 1_440)
    .option("--joiners <count>", "further nodes that register as validators and leave again", integerOption(0, 20), 1)
    .option("--attack <name>", `what fewer than a third of the nodes do: ${ATTACKS.join(", ")}`, "mixed")
    .option("--calm", "no losses, partitions and restarts; otherwise the first half has them")
    .option("--single", "one node and no network: years of virtual time")
    .option("--cliffs", "one node and a history of membership that reaches every security state")
    .option("--real", "with real signatures and random functions, which is slow")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      example(
        "kratos sim --seed 42 --n 7 --epochs 10",
        "kratos sim --single --n 101 --epochs 24 --slots-per-epoch 600",
        "kratos sim --cliffs --json",
      ),
    )
    .action(run);
}

function run(flags: SimFlags): void {
  if (!ATTACKS.includes(flags.attack)) {
    throw new UserError("SIM_ATTACK", `no attack ${flags.attack}`, `one of ${ATTACKS.join(", ")}`);
  }
  if (flags.cliffs === true && flags.single === true) {
    throw new UserError("SIM_MODE", "--single and --cliffs are two modes", "choose one");
  }
  const progress = createProgressLine(process.stderr, "playing", "epochs");
  const report = play(flags, (done, total) => progress.update(done, total));
  progress.end();
  process.stdout.write(flags.json === true ? toJson(report) : toText(report));
  if (report.violations.length > 0) process.exitCode = 1;
}

function play(flags: SimFlags, onProgress: (done: number, total: number) => void): SimReport {
  const { seed, n, epochs, slotsPerEpoch, bootstrapMinEpochs, joiners } = flags;
  const real = flags.real === true;
  const history = cliffs(seed);
  if (flags.cliffs === true) return runSingle({ ...history, real }, (done) => onProgress(done, history.epochs));
  const onEpoch = (done: number) => onProgress(done, epochs);
  const common = { seed, epochs, slotsPerEpoch, bootstrapMinEpochs, real };
  if (flags.single === true) {
    const checks = { missEvery: 0, justifyEvery: 10, importEvery: 1_000, rootsEveryEpochs: 24 };
    return runSingle({ ...common, ...checks, validators: n, others: 0, membership: [], every: 0 }, onEpoch);
  }
  const slots = epochs * slotsPerEpoch;
  const healsAtMs = flags.calm === true ? 0 : ((slots - (slots % 2)) / 2) * SLOT_MS;
  return runNetwork({ ...common, n, joiners, attack: flags.attack as Role | "mixed", healsAtMs }, onEpoch);
}

/** The line of the contract; what was reached is for people. */
function toJson({ seed, hash, height, finalizedHeight, states, violations }: SimReport): string {
  return `${JSON.stringify({ seed, hash, height, finalizedHeight, states, violations })}\n`;
}

function toText({ seed, hash, height, finalizedHeight, states, violations, sometimes }: SimReport): string {
  const reached = Object.entries(sometimes).map(([name, times]) => `  ${String(times).padStart(8)}  ${name}`);
  const missing = TRANSITIONS.filter((row) => sometimes[row] === undefined);
  const broken = violations.map(({ invariant, block, what }) => `  ${invariant} in block ${block}: ${what}`);
  return [
    `seed ${seed}: ${height} blocks, ${finalizedHeight} final, hash ${hash}`,
    `states: ${states.join(", ")}`,
    "reached:",
    ...reached,
    `transitions: ${TRANSITIONS.length - missing.length} of ${TRANSITIONS.length}${missing.length === 0 ? "" : `, without ${missing.join(", ")}`}`,
    broken.length === 0 ? "every invariant holds" : "broken invariants:",
    ...broken,
    "",
  ].join("\n");
}
