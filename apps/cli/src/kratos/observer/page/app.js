import { agoWords, at, grouped, say, shape, short } from "./dom.js";
import { drawSecurity, stateName } from "./security.js";
import { drawSlots, listenToSlots } from "./slots.js";
import { drawMoney, drawValidators, drawVoting } from "./tables.js";

const ASK_MS = 1_000;
/** Lags that the little picture shows. */
const KEPT = 60;
/** @type {number[]} */
const lags = [];
/** How far the clock of this browser is from that of the node. */
let aheadMs = 0;
/** @type {any} */
let facts;

/** @param {any} view */
function draw(view) {
  drawSecurity(view.security, view.nowMs);
  drawChain(view);
  drawSlots(view.strip);
  drawValidators(view.validators);
  drawMoney(view.money);
  drawVoting(view.voting);
  drawVerdict(view);
}

/** @param {any} view */
function drawChain({
  chain,
  node,
  genesisHash,
  head,
  final,
  sync,
  peers,
  pool,
  bestHeight,
  clock,
  finality,
  slotSeconds,
}) {
  say("chain", chain === "KratOs" ? "observer" : chain);
  say("node", `${node}, genesis ${short(genesisHash)}, slots of ${slotSeconds} s`);
  document.title = `${chain}: block ${head.number}`;
  say("head", grouped(head.number));
  say("final", grouped(final.number));
  say("final-note", `slot ${grouped(final.slot)}, ${short(final.hash)}`);
  const lag = head.number - final.number;
  say("lag", finality.enabled ? grouped(lag) : "off");
  lags.push(lag);
  if (lags.length > KEPT) lags.shift();
  drawSpark();
  const gap = sync.blocksBehind;
  say(
    "sync",
    { synced: "Synced", syncing: "Syncing", far_behind: "Far behind" }[/** @type {"synced"} */ (sync.state)] ??
      sync.state,
  );
  say("sync-note", gap === 0 ? "nothing is missing" : `${grouped(gap)} blocks to ${grouped(bestHeight)}`);
  say("peers", grouped(peers));
  say("peers-note", peers === 0 ? "this node is alone" : "connected");
  say("pool", grouped(pool));
  say("clock", String(clock.status ?? "-"));
  say("clock-note", typeof clock.drift_ms === "number" ? `${Math.round(clock.drift_ms)} ms from its peers` : "");
}

function drawSpark() {
  const [wide, high] = [120, 24];
  const most = Math.max(3, ...lags);
  const points = lags.map(
    (lag, i) => `${((i * wide) / (KEPT - 1)).toFixed(1)},${(high - 2 - ((high - 4) * lag) / most).toFixed(1)}`,
  );
  const picture = shape("svg", { viewBox: `0 0 ${wide} ${high}`, width: wide, height: high, "aria-hidden": "true" });
  picture.append(shape("polyline", { points: points.join(" "), class: "spark" }));
  const box = at("spark");
  box.replaceChildren(picture);
  box.setAttribute(
    "aria-label",
    `the last ${lags.length} looks: from ${Math.min(...lags)} to ${Math.max(...lags)} blocks`,
  );
}

/** A number that seldom changes, so that nobody is told a new one every second. @param {number} count */
function about(count) {
  const step = 10 ** Math.max(0, String(count).length - 1);
  return count < 10 ? "some" : `more than ${grouped(Math.floor(count / step) * step)}`;
}

/** One word for the whole, with the reason. @param {any} view */
function drawVerdict({ sync, peers, finality, head, final, security, strip }) {
  const stale = strip.now === undefined ? 0 : strip.now - head.slot;
  /** @type {readonly [boolean, string, string, string][]} */
  const cases = [
    [
      sync.state !== "synced" && sync.blocksBehind > 1,
      "waiting",
      "Catching up",
      `${grouped(sync.blocksBehind)} blocks to go`,
    ],
    [stale > 5, "bad", "Standing still", `no block for ${about(stale)} slots`],
    [security.state === "Emergency", "bad", "Emergency", security.reason],
    [!finality.enabled, "waiting", "No finality", "fewer than 3 validators vote"],
    [head.number - final.number > 20, "bad", "Not final", `${head.number - final.number} blocks wait for finality`],
    [peers === 0, "waiting", "Alone", "this node has no peers"],
    [!["Bootstrap", "Normal"].includes(security.state), "waiting", stateName(security.state), security.reason],
  ];
  const [, kind, word, why] = cases.find(([holds]) => holds) ?? [
    true,
    "good",
    "Healthy",
    "blocks come and become final",
  ];
  at("verdict").className = `verdict ${kind}`;
  say("verdict-word", word);
  say("verdict-why", why);
}

/** The age of the head moves on between two looks. */
function tick() {
  if (facts === undefined) return;
  const age = (Date.now() - aheadMs) / 1_000 - facts.head.timestamp;
  say("head-note", `slot ${grouped(facts.head.slot)}, ${agoWords(Math.max(0, age))}`);
}

async function ask() {
  try {
    const response = await fetch("/observer.json", { cache: "no-store", signal: AbortSignal.timeout(10_000) });
    // Too many tabs: the node asks for a pause, and the last picture stays.
    if (response.status !== 429) {
      if (!response.ok) throw new Error(`HTTP ${response.status}`);
      facts = await response.json();
      aheadMs = Date.now() - facts.nowMs;
      draw(facts);
      tick();
      document.body.classList.remove("gone");
    }
  } catch {
    document.body.classList.add("gone");
    at("verdict").className = "verdict bad";
    say("verdict-word", "No answer");
    say("verdict-why", facts === undefined ? "from this node" : "from this node: what you see is old");
  }
  setTimeout(ask, document.hidden ? 5 * ASK_MS : ASK_MS);
}

const help = /** @type {HTMLDialogElement} */ (at("help"));
at("help-open").addEventListener("click", () => help.showModal());
listenToSlots();
setInterval(tick, 1_000);
void ask();
