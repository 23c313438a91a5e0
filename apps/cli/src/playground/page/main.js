// @ts-check
import { REGION_COUNT, REGIONS } from "@polis/simulator/regions";
import { formatScenario, parseScenario } from "@polis/simulator/scenarioText";
import { NEVER_US } from "@polis/simulator/trace";
import { Playback } from "../model/playback.ts";
import { PRESETS } from "../model/presets.ts";
import { Recording } from "../model/recording.ts";
import { Story } from "../model/story.ts";
import { commandFor, momentOf, readAddress, writeAddress } from "./address.js";
import { at, element, setAttribute, setText } from "./dom.js";
import { buildEditor, fresh } from "./editor.js";
import { updateBars, updateGrid, updateLog, updateVerdict } from "./panels.js";
import { buildNodes, drawStage, drawTicks, readColors, updateClock, updateNodes } from "./stage.js";

/** @typedef {import("../worker.ts").PlayMessage} PlayMessage */
/**
 * Everything that is on show.
 * @typedef {object} Show
 * @property {import("../model/story.ts").Cast} cast
 * @property {Recording} recording
 * @property {Playback} playback
 * @property {Story} story
 * @property {readonly import("@polis/simulator").Violation[]} violations
 * @property {(validator: number) => string} regionOf
 * @property {number} timeUs
 * @property {number} untilMs computed so far
 * @property {number} endMs
 * @property {number} longestUs of all flights so far
 * @property {number} selected
 * @property {boolean} playing
 */

const panelMs = 120;
const spokenMs = 2000;
/** Ways longer than this are drawn only at their end; only an attacker that holds messages back has them. */
const longestShownUs = 3_000_000;

const calm = matchMedia("(prefers-reduced-motion: reduce)");
/** @type {import("./address.js").Wanted} */
let wanted;
/** @type {Show | undefined} */
let show;
/** @type {Worker | undefined} */
let worker;
let workerUrl = "";
let requests = 0;
/** Whoever wants no motion begins with a still picture, and may step, draw the slider, or ask for play. */
let playing = !calm.matches;
const drawn = { frame: 0, panels: 0, spoken: 0, spokenUntil: 0 };
let dirty = true;

/** Begins a run; the old one is forgotten. @param {import("./address.js").Wanted} next @param {number} startUs */
function begin(next, startUs) {
  wanted = next;
  const text = writeAddress(next);
  if (location.hash !== `#${text}`) history.replaceState(null, "", `#${text}`);
  const preset = PRESETS.find((one) => one.text === text);
  setText(
    at("about"),
    preset?.about ??
      (next.kind === "campaign"
        ? `Seed ${next.seed} of the campaigns, with the stand-in chain.`
        : "Your own scenario."),
  );
  for (const link of at("presets").children) setAttribute(link, "aria-current", String(link.dataset.text === text));
  setText(at("command"), commandFor(next));
  const isBroken = next.kind === "scenario" && next.bug !== 0;
  setText(
    at("command-title"),
    isBroken
      ? "The planted mistake is in this page only. In a terminal the sound code runs, with a hash of its own:"
      : "The same run in a terminal, with the same hash:",
  );
  setText(at("hash"), "…");
  setText(at("numbers"), "");
  note("");
  const draft = next.kind === "scenario" ? { scenario: next.scenario, bug: next.bug } : undefined;
  buildEditor(
    draft,
    // Somebody who adds a fault wants to see what comes of it now; any other change is another run.
    (changed) => change(changed, draft !== undefined && sameButFaults(draft, changed) ? (show?.timeUs ?? 0) : 0),
    () => (show?.timeUs ?? 0) / 1000,
  );
  // Beside the page, wherever that is: it may have been written into a folder of another site.
  const path =
    next.kind === "scenario" && next.bug !== 0 ? `broken/${next.bug}/worker.js` : "modules/simulator-worker.js";
  const url = new URL(path, document.baseURI).href;
  if (worker === undefined || url !== workerUrl) {
    worker?.terminate();
    worker = new Worker(url, { type: "module" });
    workerUrl = url;
    worker.onmessage = ({ data }) => hear(data, startAt);
    worker.onerror = () => note("The replicas could not be loaded. Reload the page.");
  }
  startAt = startUs;
  const id = ++requests;
  worker.postMessage({ id, text: next.kind === "campaign" ? text : formatScenario(next.scenario) });
}
let startAt = 0;

/** @typedef {{ scenario: import("@polis/simulator").Scenario, bug: number }} Draft */
/** @param {Draft} a @param {Draft} b */
function sameButFaults(a, b) {
  const rest = (/** @type {Draft} */ { scenario, bug }) => `${formatScenario({ ...scenario, faults: [] })} ${bug}`;
  return rest(a) === rest(b);
}

/** A changed scenario, checked before it is run. @param {{ scenario: import("@polis/simulator").Scenario, bug: number }} draft @param {number} keepUs */
function change({ scenario, bug }, keepUs) {
  try {
    begin({ kind: "scenario", scenario: parseScenario(formatScenario(scenario)), bug }, keepUs);
  } catch (error) {
    note(`${/** @type {any} */ (error).message}: ${/** @type {any} */ (error).hint ?? ""}`);
  }
}

/** @param {string} text */
function note(text) {
  at("editor-note").hidden = text === "";
  setText(at("editor-note"), text);
}

/** @param {PlayMessage} message @param {number} startUs */
function hear(message, startUs) {
  if (message.id !== requests) return;
  if (message.kind === "cast") {
    const { n, m, l, validatorOf, faulty, scenario } = message;
    const cast = { n, m, l, validatorOf, faulty: new Map(faulty), faults: scenario?.faults ?? [] };
    const recording = new Recording();
    show = {
      cast,
      recording,
      playback: new Playback(recording, validatorOf.length),
      story: new Story(recording, cast),
      violations: [],
      regionOf: (validator) => REGIONS[scenario?.regions[validator] ?? validator % REGION_COUNT] ?? "",
      timeUs: startUs,
      untilMs: 0,
      endMs: (scenario?.seconds ?? 18) * 1000,
      longestUs: 0,
      selected: Math.min(show?.selected ?? 0, validatorOf.length - 1),
      playing,
    };
    Object.assign(drawn, { panels: 0, spokenUntil: startUs });
    buildNodes(show, (node) => {
      if (show !== undefined) show.selected = node;
      dirty = true;
      drawn.panels = 0;
    });
    at("power").hidden = scenario === undefined;
  } else if (show !== undefined) fold(show, message);
  dirty = true;
  drawn.panels = 0;
}

/** Takes in more of the run. @param {Show} shown @param {PlayMessage} message */
function fold(shown, message) {
  if (message.kind === "chunk") {
    const { flights } = message.chunk;
    for (let i = 0; i < flights.sentUs.length; i++) {
      const arrives = flights.arrivesUs[i] ?? NEVER_US;
      const takes = arrives === NEVER_US ? 60_000 : arrives - (flights.sentUs[i] ?? 0);
      if (takes > shown.longestUs) shown.longestUs = Math.min(takes, longestShownUs);
    }
    shown.recording.append(message.chunk);
    shown.story.update();
    shown.untilMs = message.untilMs;
    shown.endMs = Math.max(shown.endMs, message.untilMs);
  } else if (message.kind === "end") {
    const { hash, violations, messages, finalizedHeight, highestView, simulatedMs } = message.report;
    shown.violations = violations;
    shown.story.judge(violations);
    shown.endMs = simulatedMs;
    setText(at("hash"), hash);
    const numbers = [`${messages.toLocaleString("en")} messages`, `${highestView} views`, `height ${finalizedHeight}`];
    if (message.full) numbers.push("cut off: the recording is full");
    setText(at("numbers"), numbers.join(", "));
  } else if (message.kind === "error") note(`${message.message}: ${message.hint}`);
  setAttribute(at("time"), "max", String(shown.endMs));
  drawTicks(shown);
}

/** @param {number} now milliseconds of the browser */
function frame(now) {
  requestAnimationFrame(frame);
  const passed = Math.min(100, now - drawn.frame);
  drawn.frame = now;
  if (show === undefined) return;
  if (playing && show.untilMs > 0) {
    const next = show.timeUs + passed * 1000 * Number(at("speed").value);
    goTo(Math.min(next, show.untilMs * 1000));
    if (next >= show.endMs * 1000) setPlaying(false);
  }
  if (!dirty) return;
  dirty = false;
  show.playing = playing;
  show.playback.seek(show.timeUs);
  drawStage(show);
  updateClock(show);
  if (now - drawn.panels < panelMs && playing) return;
  drawn.panels = now;
  updateNodes(show);
  updateBars(show);
  updateGrid(show);
  updateLog(show);
  updateVerdict(show);
  speak(show, now);
}

/** Says the newest loud event, now and then. @param {Show} shown @param {number} now */
function speak({ story, timeUs }, now) {
  if (timeUs < drawn.spokenUntil) drawn.spokenUntil = timeUs;
  if (now - drawn.spoken < spokenMs) return;
  for (let i = story.countUntil(timeUs) - 1; i >= 0; i--) {
    const event = story.events[i];
    if (event === undefined || event.atUs <= drawn.spokenUntil) return;
    if (!event.loud) continue;
    setText(at("spoken"), event.text);
    Object.assign(drawn, { spoken: now, spokenUntil: timeUs });
    return;
  }
}

/** @param {number} us */
function goTo(us) {
  if (show === undefined || us === show.timeUs) return;
  show.timeUs = us;
  dirty = true;
}

/** @param {boolean} on */
function setPlaying(on) {
  playing = on;
  setText(at("play"), on ? "❚❚" : "▶");
  setAttribute(at("play"), "aria-label", on ? "Pause" : "Play");
  drawn.panels = 0;
  dirty = true;
}

/** To the next or the last event of the story. @param {1 | -1} direction */
function step(direction) {
  if (show === undefined) return;
  setPlaying(false);
  const { story, timeUs } = show;
  const events = story.events;
  let i = direction > 0 ? story.countUntil(timeUs) : story.countUntil(timeUs) - 1;
  while (direction < 0 && i >= 0 && (events[i]?.atUs ?? 0) >= timeUs) i--;
  goTo(events[i]?.atUs ?? (direction > 0 ? show.untilMs * 1000 : 0));
}

function wire() {
  at("presets").append(
    ...PRESETS.map(({ name, text }) => {
      const button = element("button", "", name);
      button.type = "button";
      button.dataset.text = text;
      button.onclick = () => {
        location.hash = text;
      };
      return button;
    }),
  );
  at("play").onclick = () => {
    if (show !== undefined && show.timeUs >= show.endMs * 1000) goTo(0);
    setPlaying(!playing);
  };
  at("restart").onclick = () => goTo(0);
  at("back").onclick = () => step(-1);
  at("forward").onclick = () => step(1);
  at("time").oninput = () => {
    goTo(Math.min(Number(at("time").value), show?.untilMs ?? 0) * 1000);
    drawn.panels = 0;
  };
  at("power").onclick = () => {
    if (show === undefined || wanted.kind !== "scenario") return;
    const { scenario, bug } = wanted;
    const fault = fresh("crash", scenario, show.timeUs / 1000);
    const node = show.cast.validatorOf[show.selected] ?? 0;
    const untilMs = Math.min(fault.fromMs + 2000, scenario.seconds * 1000);
    const faults = [...scenario.faults, /** @type {any} */ ({ ...fault, node, untilMs })];
    change({ scenario: { ...scenario, faults }, bug }, show.timeUs);
  };
  at("share").onclick = async () => {
    const moment = Math.round((show?.timeUs ?? 0) / 1000);
    const address = playing ? location.href : `${location.href}&t=${moment}`;
    try {
      await navigator.clipboard.writeText(address);
      setText(at("shared"), "Copied.");
    } catch {
      setText(at("shared"), `Copy this address: ${address}`);
    }
  };
  at("help-open").onclick = () => at("help").showModal();
  at("editor").onsubmit = (/** @type {Event} */ event) => event.preventDefault();
  addEventListener("hashchange", load);
  addEventListener("resize", () => {
    dirty = true;
    drawn.panels = 0;
    if (show !== undefined) drawTicks(show);
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    readColors();
    dirty = true;
    if (show !== undefined) drawTicks(show);
  });
  addEventListener("keydown", (event) => {
    const tag = /** @type {any} */ (event.target).tagName;
    if (event.altKey || event.ctrlKey || event.metaKey || at("help").open) return;
    if (tag === "INPUT" || tag === "SELECT" || tag === "BUTTON" || tag === "OL") {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      if (tag !== "BUTTON") return;
    }
    if (event.key === " ") at("play").click();
    else if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
    else return;
    event.preventDefault();
  });
}

function load() {
  try {
    const moment = momentOf(location.hash);
    if (moment !== undefined) setPlaying(false);
    begin(readAddress(location.hash), (moment ?? 0) * 1000);
  } catch (error) {
    note(`${/** @type {any} */ (error).message}: ${/** @type {any} */ (error).hint ?? "open the page anew"}`);
    if (show === undefined) begin(readAddress(""), 0);
    note(`${/** @type {any} */ (error).message}: ${/** @type {any} */ (error).hint ?? "open the page anew"}`);
  }
}

readColors();
wire();
setPlaying(playing);
load();
requestAnimationFrame(frame);
