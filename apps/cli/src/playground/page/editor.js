// @ts-check
import { REGION_COUNT, REGIONS } from "@polis/simulator/regions";
import { FAULTY_NAMES, SCENARIO_LIMITS } from "@polis/simulator/scenario";
import { BROKEN_RULES } from "../model/presets.ts";
import { at, element, select } from "./dom.js";

/** @typedef {import("@polis/simulator").Scenario} Scenario */
/** @typedef {import("@polis/simulator").PlannedFault} PlannedFault */
/** @typedef {{ scenario: Scenario, bug: number }} Draft */

/** Regions apart from each other, in the order in which replicas take them. */
const apart = [8, 6, 0, 7, 2, 9, 4, 3, 5, 1];
const behaviours = /** @type {const} */ ([["", "honest"], ...FAULTY_NAMES.map((name) => [name, name])]);
const regionNames = /** @type {any} */ (REGIONS.map((name, i) => [String(i), name]));

/** Fills the form. @param {Draft | undefined} draft undefined for a campaign seed, which has no form @param {(draft: Draft) => void} onChange @param {() => number} nowMs */
export function buildEditor(draft, onChange, nowMs) {
  const form = at("editor");
  form.hidden = draft === undefined;
  if (draft === undefined) return;
  const { scenario, bug } = draft;
  const change = (/** @type {Partial<Scenario>} */ part, nextBug = bug) =>
    onChange({ scenario: { ...scenario, ...part }, bug: nextBug });
  at("seed").value = String(scenario.seed);
  at("n").value = String(scenario.n);
  at("seconds").value = String(scenario.seconds);
  at("bounds").textContent = boundsText(scenario);
  at("bug").replaceChildren(
    new Option("as it is", "0"),
    ...BROKEN_RULES.map(([id, name]) => new Option(`bug: ${name}`, String(id))),
  );
  at("bug").value = String(bug);
  at("places").value = "";
  at("seed").onchange = () => change({ seed: Number(at("seed").value) });
  at("dice").onclick = () => change({ seed: scenario.seed + 1 });
  at("n").onchange = () => change(resized(scenario, Number(at("n").value)));
  at("seconds").onchange = () => change({ seconds: Number(at("seconds").value) });
  at("bug").onchange = () => change({}, Number(at("bug").value));
  at("places").onchange = () => change({ regions: placed(at("places").value, scenario) });
  buildReplicas(scenario, change);
  buildFaults(scenario, change);
  for (const button of form.querySelectorAll("[data-add]")) {
    button.onclick = () => change({ faults: [...scenario.faults, fresh(button.dataset.add, scenario, nowMs())] });
  }
}

/** @param {Scenario} scenario */
function boundsText({ n, faulty }) {
  const f = Math.floor((n - 1) / 5);
  const wrong = `${faulty.length} ${faulty.length === 1 ? "is" : "are"} faulty`;
  return `n = ${n} bears f = ${f}; ${wrong}${faulty.length > f ? ", so no promise holds" : ""}`;
}

/** @param {string} kind @param {Scenario} scenario */
function placed(kind, { n, regions }) {
  if (kind === "world") return Array.from({ length: n }, (_, i) => apart[i % apart.length] ?? 0);
  if (kind === "city") return Array.from({ length: n }, () => REGIONS.indexOf("eu-central-1"));
  if (kind === "two") {
    return Array.from({ length: n }, (_, i) => REGIONS.indexOf(i < n / 2 ? "eu-central-1" : "ap-southeast-2"));
  }
  return regions;
}

/** Another number of replicas; who is left stays as it is. @param {Scenario} scenario @param {number} n */
function resized({ regions, faulty, faults }, n) {
  if (!(n >= SCENARIO_LIMITS.minN && n <= SCENARIO_LIMITS.maxN)) return { n };
  return {
    n,
    regions: Array.from({ length: n }, (_, i) => regions[i] ?? apart[i % REGION_COUNT] ?? 0),
    faulty: faulty.filter(([index]) => index < n),
    faults: faults.filter((fault) => {
      if (fault.kind === "cut") return fault.group.every((node) => node < n);
      return fault.kind === "loss" || fault.node < n;
    }),
  };
}

/** @param {Scenario} scenario @param {(part: Partial<Scenario>) => void} change */
function buildReplicas({ n, regions, faulty }, change) {
  const roles = new Map(faulty);
  at("replicas").replaceChildren(
    ...Array.from({ length: n }, (_, i) => {
      const row = element("li");
      const place = select(regionNames, String(regions[i]), `Region of replica ${i}`);
      place.onchange = () => change({ regions: regions.map((old, j) => (j === i ? Number(place.value) : old)) });
      const role = select(/** @type {any} */ (behaviours), roles.get(i) ?? "", `Behaviour of replica ${i}`);
      role.classList.toggle("faulty", roles.has(i));
      role.onchange = () => {
        const rest = faulty.filter(([index]) => index !== i);
        const next = role.value === "" ? rest : [...rest, /** @type {const} */ ([i, role.value])];
        change({ faulty: next.sort(([a], [b]) => a - b) });
      };
      row.append(element("b", "", String(i)), place, role);
      return row;
    }),
  );
}

/** A fault that begins now. @param {string} kind @param {Scenario} scenario @param {number} nowMs @returns {PlannedFault} */
export function fresh(kind, { n, seconds, faults }, nowMs) {
  const fromMs = Math.max(0, Math.min(Math.round(nowMs / 100) * 100, seconds * 1000 - 1000));
  const when = { fromMs, untilMs: Math.min(fromMs + 3000, seconds * 1000) };
  if (kind === "cut") return { kind, group: n > 1 ? [0, 1].slice(0, n - 1) : [0], ...when };
  if (kind === "slow") return { kind, node: faults.length % n, extraMs: 300, ...when };
  if (kind === "loss") return { kind, perMille: 100, ...when };
  return { kind: "crash", node: faults.length % n, ...when };
}

/** @param {Scenario} scenario @param {(part: Partial<Scenario>) => void} change */
function buildFaults({ faults }, change) {
  const replace = (/** @type {number} */ i, /** @type {object} */ part) =>
    change({ faults: faults.map((old, j) => (j === i ? /** @type {PlannedFault} */ ({ ...old, ...part }) : old)) });
  at("faults").replaceChildren(
    ...faults.map((fault, i) => {
      const row = element("li");
      const field = (
        /** @type {string} */ before,
        /** @type {string} */ value,
        /** @type {(text: string) => object} */ read,
      ) => {
        const label = element("label", "", `${before} `);
        const input = element("input");
        input.value = value;
        input.inputMode = "decimal";
        input.onchange = () => replace(i, read(input.value));
        label.append(input);
        row.append(label);
      };
      const whole = (/** @type {string} */ text) => Math.round(Number(text));
      const title = { crash: "Crash", cut: "Partition", slow: "Slow", loss: "Loss" }[fault.kind];
      row.append(element("b", "", title));
      if (fault.kind === "crash" || fault.kind === "slow")
        field("replica", String(fault.node), (text) => ({ node: whole(text) }));
      if (fault.kind === "cut") {
        const read = (/** @type {string} */ text) => ({
          group: text
            .split(/[^0-9]+/)
            .filter(Boolean)
            .map(Number),
        });
        field("one side", fault.group.join(", "), read);
      }
      if (fault.kind === "slow") field("by ms", String(fault.extraMs), (text) => ({ extraMs: whole(text) }));
      if (fault.kind === "loss")
        field("%", String(fault.perMille / 10), (text) => ({ perMille: Math.round(Number(text) * 10) }));
      field("from s", String(fault.fromMs / 1000), (text) => ({ fromMs: Math.round(Number(text) * 1000) }));
      field("until s", String(fault.untilMs / 1000), (text) => ({ untilMs: Math.round(Number(text) * 1000) }));
      const remove = element("button", "", "Remove");
      remove.type = "button";
      remove.setAttribute("aria-label", `Remove ${title.toLowerCase()} ${i + 1}`);
      remove.onclick = () => change({ faults: faults.filter((_, j) => j !== i) });
      row.append(remove);
      return row;
    }),
  );
}
