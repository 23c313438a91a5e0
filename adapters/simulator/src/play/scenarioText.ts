import { REGION_COUNT } from "../regions/regionLatency.ts";
import { checkScenario, type PlannedFault, type Scenario, ScenarioError } from "./scenario.ts";

/** Longest text that is read. */
const MAX_TEXT = 2000;
const DEFAULT_SECONDS = 20;

/**
 * A scenario as one line that fits an address: `seed=1&n=6&s=20&at=8.6.0&bad=2:silent&fault=crash:0:4000-9000`. Faults are
 * `crash:node`, `cut:node.node`, `slow:node:ms` and `loss:perMille`, each with `:from-until` in milliseconds.
 */
export function formatScenario({ seed, n, seconds, regions, faulty, faults }: Scenario): string {
  const parts = [`seed=${seed}`, `n=${n}`, `s=${seconds}`, `at=${regions.join(".")}`];
  if (faulty.length > 0) parts.push(`bad=${faulty.map(([index, name]) => `${index}:${name}`).join(",")}`);
  if (faults.length > 0) parts.push(`fault=${faults.map(formatFault).join(",")}`);
  return parts.join("&");
}

/**
 * Reads what formatScenario writes. All but `seed` may be left out: six validators in regions of their own for 20 seconds.
 * Fields that it does not know are left to others.
 * @throws ScenarioError
 */
export function parseScenario(text: string): Scenario {
  if (text.length > MAX_TEXT) throw new ScenarioError("the scenario is too long", `at most ${MAX_TEXT} characters`);
  const fields = new Map(text.split("&").map((part) => split(part, "=")));
  const n = integer(fields.get("n") ?? "6");
  const at = fields.get("at");
  // A wrong n is told below; it must not make a long list first.
  const count = Math.max(0, Math.min(n, 100)) || 0;
  const scenario: Scenario = {
    seed: integer(fields.get("seed") ?? "1"),
    n,
    seconds: integer(fields.get("s") ?? String(DEFAULT_SECONDS)),
    regions: at === undefined ? Array.from({ length: count }, (_, i) => i % REGION_COUNT) : at.split(".").map(integer),
    faulty: list(fields.get("bad")).map((item) => {
      const [index, name] = split(item, ":");
      return [integer(index), name] as const;
    }),
    faults: list(fields.get("fault")).map(parseFault),
  };
  checkScenario(scenario);
  return scenario;
}

function formatFault(fault: PlannedFault): string {
  const when = `${fault.fromMs}-${fault.untilMs}`;
  switch (fault.kind) {
    case "crash":
      return `crash:${fault.node}:${when}`;
    case "cut":
      return `cut:${fault.group.join(".")}:${when}`;
    case "slow":
      return `slow:${fault.node}:${fault.extraMs}:${when}`;
    case "loss":
      return `loss:${fault.perMille}:${when}`;
  }
}

function parseFault(text: string): PlannedFault {
  const [kind, ...args] = text.split(":");
  const [from, until] = split(args.pop() ?? "", "-");
  const when = { fromMs: integer(from), untilMs: integer(until) };
  const numbers = args.map((arg) => (kind === "cut" ? Number.NaN : integer(arg)));
  if (kind === "crash" && args.length === 1) return { kind, node: numbers[0]!, ...when };
  if (kind === "cut" && args.length === 1) return { kind, group: args[0]!.split(".").map(integer), ...when };
  if (kind === "slow" && args.length === 2) return { kind, node: numbers[0]!, extraMs: numbers[1]!, ...when };
  if (kind === "loss" && args.length === 1) return { kind, perMille: numbers[0]!, ...when };
  throw new ScenarioError(`"${text}" is no fault`, "write crash:0:4000-9000, cut:0.1:…, slow:2:300:… or loss:50:…");
}

function list(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : text.split(",");
}

function split(text: string, by: string): readonly [string, string] {
  const at = text.indexOf(by);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** Digits only: what Number makes of other texts is no surprise that anybody wants. */
function integer(text: string): number {
  let value = text.length > 0 && text.length <= 16 ? 0 : Number.NaN;
  for (const char of text) value = char >= "0" && char <= "9" ? value * 10 + Number(char) : Number.NaN;
  return value;
}
