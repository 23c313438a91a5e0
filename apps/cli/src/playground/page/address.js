// @ts-check
import { formatScenario, parseScenario } from "@polis/simulator/scenarioText";
import { PRESETS } from "../model/presets.ts";

/**
 * What the page shows: a composed scenario, perhaps with a planted mistake, or a seed of a campaign.
 * @typedef {{ kind: "scenario", scenario: import("@polis/simulator").Scenario, bug: number }
 *   | { kind: "campaign", seed: number }} Wanted
 */

/** Reads the part of an address behind `#`; the first preset when it is empty. @param {string} hash @returns {Wanted} @throws ScenarioError */
export function readAddress(hash) {
  const text = decodeURIComponent(hash.replace(/^#/, "")) || /** @type {any} */ (PRESETS[0]).text;
  const fields = new URLSearchParams(text);
  if (fields.has("campaign")) return { kind: "campaign", seed: parseScenario(`seed=${fields.get("campaign")}`).seed };
  return { kind: "scenario", scenario: parseScenario(text), bug: Number(fields.get("bug") ?? 0) || 0 };
}

/** The moment that a link points at, in milliseconds; undefined for a link to a run. @param {string} hash @returns {number | undefined} */
export function momentOf(hash) {
  const text = new URLSearchParams(decodeURIComponent(hash.replace(/^#/, ""))).get("t") ?? "";
  return /^[0-9]{1,6}$/.test(text) ? Number(text) : undefined;
}

/** The same for the address. @param {Wanted} wanted */
export function writeAddress(wanted) {
  if (wanted.kind === "campaign") return `campaign=${wanted.seed}`;
  return formatScenario(wanted.scenario) + (wanted.bug === 0 ? "" : `&bug=${wanted.bug}`);
}

/** How to run the same in a terminal. @param {Wanted} wanted */
export function commandFor(wanted) {
  if (wanted.kind === "campaign") return `npx kairos sim --seed ${wanted.seed} --ledger mock`;
  return `npx kairos sim --scenario "${formatScenario(wanted.scenario)}"`;
}
