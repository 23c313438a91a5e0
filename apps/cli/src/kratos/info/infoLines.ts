import { KRAT } from "@polis/kratos";
import { reasonWords } from "../observer/securityView.ts";
import type { NodeFacts } from "./askNode.ts";

/** Validators of a full set, and the numbers at which the security state changes (kratos-core 10.2). */
const FULL_SET = 101;
const MARKS = [25, 50, 75] as const;
const LABEL = 13;

/**
 * What a person wants to see first: is the node well, is the chain final, is the network safe, and what is missing.
 * @param columns width of the terminal
 */
export function infoLines(facts: NodeFacts, columns: number): readonly string[] {
  const { chain, health, sync, finality, clock, economics } = facts;
  const width = Math.max(20, Math.min(60, columns - LABEL - 24));
  const gap = sync.blocksBehind === 0 ? "in step" : `${count(sync.blocksBehind)} blocks behind`;
  return [
    `${chain.chainName}  genesis 0x${chain.genesisHash}`,
    "",
    row("node", `${health.healthy ? "healthy" : "NOT HEALTHY"}, ${gap}, ${plural(health.peerCount, "peer")}`),
    row("clock", `${clock.status}, ${clock.drift_ms} ms from its peers`),
    row("height", `${count(chain.height)}  (epoch ${count(chain.currentEpoch)}, slot ${count(chain.currentSlot)})`),
    row("final", finalText(finality)),
    row("supply", `${wholeKrat(economics.total_supply)}, inflation ${percentOf(economics.rate_ppb)} a year`),
    "",
    ...securityLines(facts, width),
  ];
}

function securityLines({ security, bootstrap }: NodeFacts, width: number): readonly string[] {
  const { state, entered_at: since, metrics, alert_level: alert, history } = security;
  const { validator_count: validators, recovery_progress: recovery, collapse_progress: collapse } = metrics;
  const last = history.at(-1);
  return [
    row("security", `${state} since epoch ${count(since)}, alert: ${alert.toLowerCase()}`),
    row(
      "reason",
      last === undefined ? reasonWords({ reason: "T1" }) : `${reasonWords(last)}; it was ${last.from} before`,
    ),
    row("validators", `${bar(validators, FULL_SET, width, MARKS)} ${validators} of ${FULL_SET}`),
    row("", markLine(width)),
    ...(state === "Bootstrap" ? [row("next", bootstrapText(bootstrap, validators))] : []),
    ...(state === "Degraded"
      ? [
          row(
            "recovery",
            `${bar(recovery.counter, recovery.target, width)} ${recovery.counter} of ${recovery.target} epochs`,
          ),
        ]
      : []),
    ...(collapse.counter > 0
      ? [
          row(
            "collapse",
            `${bar(collapse.counter, collapse.target, width)} ${collapse.counter} of ${collapse.target} epochs`,
          ),
        ]
      : []),
    ...(security.validators_needed > 0 && state !== "Bootstrap"
      ? [row("needed", `${plural(security.validators_needed, "more validator")} to leave this state`)]
      : []),
    ...(security.epochs_without_finality > 0
      ? [row("", `nothing was made final for ${plural(security.epochs_without_finality, "epoch")}`)]
      : []),
  ];
}

function bootstrapText({ blocks_until_end: blocks }: NodeFacts["bootstrap"], validators: number): string {
  const time = blocks === 0 ? "its shortest time is over" : `${plural(blocks, "block")} to its earliest end`;
  const missing = Math.max(0, 50 - validators);
  const people = missing === 0 ? "enough validators" : `${plural(missing, "validator")} missing`;
  return `${time}, ${people}; also wanted: 90 % of the blocks of 100 epochs`;
}

function finalText({
  enabled,
  last_finalized_block: block,
  finality_lag: lag,
  total_validators,
  threshold,
}: NodeFacts["finality"]) {
  if (!enabled) return `${count(block)}  (finality stands by: at least 3 validators are needed)`;
  return `${count(block)}  (${plural(lag, "block")} behind; ${threshold} of ${total_validators} voters decide)`;
}

/**
 * A bar of `width` characters.
 * @param marks values at which the empty part shows a line
 */
export function bar(value: number, full: number, width: number, marks: readonly number[] = []): string {
  const place = (at: number): number => Math.min(width, Math.round((at / full) * width));
  const filled = place(value);
  const lines = new Set(marks.map(place));
  return Array.from({ length: width }, (_, i) => (i < filled ? "█" : lines.has(i) ? "│" : "·")).join("");
}

/** The numbers under the lines of the bar of validators. */
function markLine(width: number): string {
  const line = Array.from({ length: width }, () => " ");
  for (const mark of MARKS) {
    const at = Math.round((mark / FULL_SET) * width);
    [...`${mark}`].forEach((digit, i) => {
      line[at + i] = digit;
    });
  }
  return line.join("").trimEnd();
}

/** KRAT without decimals. */
function wholeKrat(amount: bigint): string {
  return `${(amount / KRAT).toLocaleString("en")} KRAT`;
}

function row(name: string, text: string): string {
  return `${name.padEnd(LABEL)}${text}`.trimEnd();
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** Billionths as percent. */
function percentOf(ppb: number): string {
  return `${(ppb / 1e7).toFixed(2)} %`;
}
