// @ts-check
/**
 * One view as the page knows it. Times are Unix milliseconds, 0 until they occur.
 * @typedef {{ view: number, leader: number, votes: number, nullifies: number, mAt: number, lAt: number, nullAt: number,
 *   startedAt: number, hash: string | null, txCount: number, ancestor: boolean, cascade: boolean }} View
 * @typedef {{ kind: string, [field: string]: any }} StreamEvent
 * @typedef {"final" | "notarized" | "nullified" | "cascade" | "progress"} Label
 */

const maxViews = 256;
const maxLog = 500;
const silentMs = 40_000;

/** Letters and words beside the colours. @type {Record<Label, readonly [letter: string, word: string]>} */
const labels = {
  final: ["L", "L-Notarized"],
  notarized: ["M", "M-Notarized"],
  nullified: ["N", "Nullified"],
  cascade: ["C", "Cascade"],
  progress: ["·", "In progress"],
};

/** @type {Map<number, View>} */
const views = new Map();
const network = { n: 0, f: 0, index: -1 };
const chain = { current: 0, final: 0, height: 0, m: 0, l: 0, n: 0, c: 0, movedAt: performance.now() };
/** @type {StreamEvent[]} */
let freshLog = [];
let connected = false;
let lastId = "";
let drawing = false;

/** @param {string} id @returns {any} an element of the page by its id */
const at = (id) => document.getElementById(id);

/** @param {string} id @param {string | number} text */
function setText(id, text) {
  const node = at(id);
  if (node.textContent !== `${text}`) node.textContent = `${text}`;
}

/** @param {string} tag @param {string} [className] @param {string} [text] @returns {any} */
function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  if (text !== "") made.textContent = text;
  return made;
}

/** @param {number} view @returns {View} */
function viewOf(view) {
  let found = views.get(view);
  if (found === undefined) {
    found = {
      view,
      leader: -1,
      votes: 0,
      nullifies: 0,
      mAt: 0,
      lAt: 0,
      nullAt: 0,
      startedAt: 0,
      hash: null,
      txCount: 0,
      ancestor: false,
      cascade: false,
    };
    views.set(view, found);
    if (views.size > maxViews) views.delete(Math.min(...views.keys()));
  }
  return found;
}

/** What became of a view. The cascade label is the node's; the page never guesses it. @param {View} v @returns {Label} */
function labelOf(v) {
  if (v.cascade) return "cascade";
  if (v.lAt > 0) return "final";
  if (v.mAt > 0) return "notarized";
  return v.nullAt > 0 ? "nullified" : "progress";
}

/** @returns {View[]} all known views, newest first */
const newest = () => [...views.values()].sort((a, b) => b.view - a.view);

/** How each kind of event changes what is known. @type {Record<string, (e: StreamEvent) => void>} */
const apply = {
  current_view_changed: (e) => {
    chain.current = e.view;
  },
  finalized_view_changed: (e) => {
    Object.assign(chain, { final: e.view, height: e.height, movedAt: performance.now() });
  },
  totals_changed: (e) => {
    Object.assign(chain, {
      m: e.m_notarizations,
      l: e.l_notarizations,
      n: e.nullifications,
      c: e.cascade_nullifications,
    });
  },
  view_started: (e) => void Object.assign(viewOf(e.view), { leader: e.leader, startedAt: e.timestamp }),
  block_proposed: (e) =>
    void Object.assign(viewOf(e.view), { hash: e.block_hash, txCount: e.tx_count, leader: e.leader }),
  vote_count_changed: (e) => void Object.assign(viewOf(e.view), { votes: e.count }),
  nullify_count_changed: (e) => void Object.assign(viewOf(e.view), { nullifies: e.count }),
  m_notarization: (e) => certified(e, { mAt: e.timestamp }),
  l_notarization: (e) => certified(e, { lAt: e.timestamp, ancestor: e.as_ancestor }),
  nullification: (e) => {
    Object.assign(viewOf(e.view), { nullAt: e.timestamp, nullifies: e.nullify_count, cascade: e.cascade });
  },
};

/** @param {StreamEvent} e @param {Partial<View>} change */
function certified(e, change) {
  const v = Object.assign(viewOf(e.view), change, { votes: e.vote_count });
  v.hash = e.block_hash ?? v.hash;
}

/** @param {StreamEvent} event */
function onEvent(event) {
  apply[event.kind]?.(event);
  freshLog.push({ ...event, seenAt: Date.now() });
  if (freshLog.length > maxLog) freshLog.splice(0, freshLog.length - maxLog);
  draw();
}

// ---- Connection ----

/** Reads the stream; when it ends, waits longer each time and resumes after the last event that was seen. */
async function connect() {
  for (let tries = 0; ; tries++) {
    try {
      const facts = await (await fetch("/api/state")).json();
      Object.assign(network, { n: facts.node_n, f: facts.node_f, index: facts.node_index });
      await readStream(() => {
        tries = 0;
        connected = true;
        draw();
      });
    } catch {
      // The banner says what matters: there is no connection, and when the next attempt is.
    }
    connected = false;
    const waitMs = Math.min(15_000, 500 * 2 ** Math.min(tries, 5));
    at("banner").textContent =
      `Disconnected from this node. The numbers below are old; trying again in ${Math.ceil(waitMs / 1000)} s.`;
    draw();
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
}

/** @param {() => void} onOpen called when the node answers */
async function readStream(onOpen) {
  const abort = new AbortController();
  const response = await fetch("/api/events", {
    headers: lastId === "" ? {} : { "Last-Event-ID": lastId },
    signal: abort.signal,
  });
  if (!response.ok || response.body === null) throw new Error(`${response.status}`);
  onOpen();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    // The node sends a sign of life every 15 seconds; silence means that the line is dead.
    const timer = setTimeout(() => abort.abort(), silentMs);
    const { done, value } = await reader.read().finally(() => clearTimeout(timer));
    if (done) return;
    const frames = (rest + value).split("\n\n");
    rest = frames.pop() ?? "";
    for (const frame of frames) onFrame(frame);
  }
}

/** @param {string} frame lines of one server-sent event */
function onFrame(frame) {
  let data = "";
  for (const line of frame.split("\n")) {
    if (line.startsWith("id: ")) lastId = line.slice(4);
    else if (line.startsWith("data: ")) data += line.slice(6);
  }
  if (data !== "") onEvent(JSON.parse(data));
}

// ---- Drawing: at most once a frame, and only the tab that is seen ----

function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    drawHeader();
    panels[selected]?.();
  });
}

/** @type {Record<string, () => void>} */
const panels = {
  overview: drawOverview,
  timeline: drawTimeline,
  blocks: drawBlocks,
  notarizations: drawNotarizations,
  logs: drawLog,
};

function drawHeader() {
  const { n, f, index } = network;
  if (n > 0) setText("node", `${index < 0 ? "observer" : `validator ${index}`} of ${n}, up to ${f} may fail`);
  at("banner").hidden = connected || at("banner").textContent === "";
  const [tone, word, why] = verdict();
  at("verdict").className = `verdict ${tone}`;
  setText("verdict-word", word);
  setText("verdict-why", why);
  document.title = `${word} · Kairos consensus`;
}

/** What a person wants to know first. @returns {[tone: string, word: string, why: string]} */
function verdict() {
  if (!connected) return ["waiting", "Not connected", "the node does not answer"];
  if (chain.current === 0) return ["waiting", "Waiting", "consensus has not begun"];
  const lag = chain.current - chain.final;
  const stillS = Math.floor((performance.now() - chain.movedAt) / 10_000) * 10;
  // Only where blocks are made on demand is nothing under way: the next view has not been entered.
  if (stillS >= 10 && lag <= 0) return ["good", "Idle", "every block is final; the next one comes with a transaction"];
  if (stillS >= 10) return ["bad", "Stalled", `nothing became final for ${stillS} s`];
  const last = newest().slice(0, 30);
  const failed = last.filter((v) => ["nullified", "cascade"].includes(labelOf(v))).length;
  if (failed > last.length / 3)
    return ["warn", "Degraded", "many of the last views failed: network trouble or a faulty leader"];
  if (lag > 8) return ["warn", "Behind", "finality trails the current view by more than eight views"];
  return ["good", "Healthy", "blocks become final right behind the current view"];
}

function drawOverview() {
  const known = newest();
  const counts = {
    "current-view": chain.current,
    "finalized-view": chain.final,
    height: chain.height,
    "total-m": chain.m,
    "total-l": chain.l,
    "total-n": chain.n,
    "total-c": chain.c,
  };
  for (const [id, value] of Object.entries(counts)) setText(id, value.toLocaleString("en"));
  setText("lag", Math.max(0, chain.current - chain.final));
  const times = known.filter((v) => v.lAt > 0 && v.startedAt > 0).map((v) => Math.max(0, v.lAt - v.startedAt));
  setText("finality", times.length === 0 ? "-" : `${times.sort((a, b) => a - b)[times.length >> 1]} ms`);
  const started = known.filter((v) => v.startedAt > 0).slice(0, 30);
  const spanMs =
    started.length < 2
      ? 0
      : /** @type {View} */ (started[0]).startedAt - /** @type {View} */ (started.at(-1)).startedAt;
  setText("rate", spanMs > 0 ? (((started.length - 1) * 1000) / spanMs).toFixed(1) : "-");
  keyed(
    at("strip"),
    known
      .filter((v) => v.view <= chain.current)
      .slice(0, 30)
      .reverse(),
    () => element("li", "box"),
    (box, v) => {
      const label = labelOf(v);
      const [letter, word] = labels[label];
      box.className = `box ${label}`;
      if (box.textContent !== letter) box.textContent = letter;
      const title = `View ${v.view}: ${word}${v.ancestor ? " as an ancestor" : ""}, ${v.votes} of ${network.n} votes`;
      if (box.title !== title) {
        box.title = title;
        box.setAttribute("aria-label", title);
      }
    },
  );
}

function drawTimeline() {
  const { n, f } = network;
  setText(
    "thresholds",
    `Single mark: 2f+1 = ${2 * f + 1} of ${n} certify or nullify. Double mark: n−f = ${n - f} make a block final.`,
  );
  keyed(at("rows"), newest().slice(0, 50), makeRow, (row, v) => {
    setText2(row.children[0].firstChild, `View ${v.view}`);
    setText2(row.children[1], leaderText(v));
    drawMeter(row.children[2], `votes ${v.lAt > 0 ? "l" : v.mAt > 0 ? "m" : ""}`, "votes", v.votes);
    drawMeter(row.children[3], "nulls", "nullifies", v.nullifies);
    drawBadges(row.children[4], v);
  });
}

function makeRow() {
  const row = element("li");
  const place = element("span");
  place.append(element("b"));
  row.append(
    place,
    element("span", "muted"),
    makeMeter([2 * network.f + 1, network.n - network.f]),
    makeMeter([2 * network.f + 1]),
    element("div", "badges"),
  );
  return row;
}

/** @param {number[]} marks votes at which something happens */
function makeMeter(marks) {
  const meter = element("div", "meter");
  meter.setAttribute("role", "meter");
  const track = element("div", "track");
  track.append(element("div", "fill"));
  marks.forEach((count, i) => {
    const mark = element("div", i === 1 ? "mark last" : "mark");
    mark.style.setProperty("--at", `${count / network.n}`);
    track.append(mark);
  });
  meter.append(track, element("span"));
  return meter;
}

/** @param {any} meter @param {string} className @param {string} what @param {number} count */
function drawMeter(meter, className, what, count) {
  const text = `${count} / ${network.n} ${what}`;
  meter.className = `meter ${className}`;
  if (meter.lastChild.textContent === text) return;
  meter.lastChild.textContent = text;
  meter.firstChild.firstChild.style.setProperty("--share", `${network.n === 0 ? 0 : count / network.n}`);
  const values = {
    "aria-label": what,
    "aria-valuemin": 0,
    "aria-valuemax": network.n,
    "aria-valuenow": count,
    "aria-valuetext": `${count} of ${network.n} ${what}`,
  };
  for (const [name, value] of Object.entries(values)) meter.setAttribute(name, `${value}`);
}

/** The life of a view so far. @param {any} box @param {View} v */
function drawBadges(box, v) {
  /** @type {[Label, string][]} */
  const steps = [];
  if (v.hash !== null) steps.push(["progress", "Proposed"]);
  if (v.votes > 0) steps.push(["progress", "Voting"]);
  if (v.mAt > 0) steps.push(["notarized", "M-Notarized"]);
  if (v.lAt > 0) steps.push(["final", v.ancestor ? "L-Notarized (ancestor)" : "L-Notarized"]);
  if (v.nullAt > 0) steps.push(v.cascade ? ["cascade", "Nullified (cascade)"] : ["nullified", "Nullified"]);
  const text = steps.map(([, word]) => word).join();
  if (box.dataset.steps === text) return;
  box.dataset.steps = text;
  box.replaceChildren(...steps.map(([label, word]) => element("span", `badge ${label}`, word)));
}

function drawBlocks() {
  const blocks = newest()
    .filter((v) => v.hash !== null)
    .slice(0, 50);
  keyed(at("block-rows"), blocks, makeBlockRow, (row, v) => {
    const [view, leader, hash, count, status, time] = row.children;
    setText2(view, `${v.view}`);
    setText2(leader, leaderText(v));
    const full = v.hash ?? "";
    setText2(hash.firstChild, `${full.slice(0, 8)}…${full.slice(-4)}`);
    hash.firstChild.title = full;
    hash.lastChild.setAttribute("aria-label", `Copy the block hash of view ${v.view}`);
    setText2(count, `${v.txCount}`);
    const label = labelOf(v);
    status.firstChild.className = `badge ${label}`;
    setText2(status.firstChild, labels[label][1]);
    setText2(time, clock(v.startedAt || v.mAt || v.lAt));
  });
}

function makeBlockRow() {
  const row = element("tr");
  const hash = element("td");
  const copy = element("button", "copy", "Copy");
  copy.type = "button";
  copy.addEventListener("click", () => {
    navigator.clipboard?.writeText(hash.firstChild.title).then(
      () => flash(copy, "Copied"),
      () => flash(copy, "Not allowed"),
    );
  });
  hash.append(element("code"), copy);
  const status = element("td");
  status.append(element("span"));
  row.append(element("td"), element("td"), hash, element("td", "number"), status, element("td"));
  return row;
}

/** @param {any} button @param {string} text shown for a moment */
function flash(button, text) {
  button.textContent = text;
  setTimeout(() => {
    button.textContent = "Copy";
  }, 1500);
}

function drawNotarizations() {
  const all = newest();
  const hash = (/** @type {View} */ v) => (v.hash === null ? "block unknown" : `${v.hash.slice(0, 12)}…`);
  section(
    "list-m",
    all.filter((v) => v.mAt > 0),
    (v) => [hash(v), `${v.votes} / ${network.n}`, clock(v.mAt)],
  );
  section(
    "list-l",
    all.filter((v) => v.lAt > 0),
    (v) => [hash(v), v.ancestor ? "as ancestor" : `${v.votes} / ${network.n}`, clock(v.lAt)],
  );
  section(
    "list-n",
    all.filter((v) => v.nullAt > 0),
    (v) => [v.cascade ? "cascade" : "no block", `${v.nullifies} / ${network.n}`, clock(v.nullAt)],
  );
}

/** @param {string} id @param {View[]} rows @param {(v: View) => string[]} cells */
function section(id, rows, cells) {
  const make = () => {
    const row = element("li");
    row.append(element("b"), element("code"), element("span"), element("span", "muted"));
    return row;
  };
  keyed(at(id), rows.slice(0, 30), make, (row, v) => {
    for (const [i, text] of [`${v.view}`, ...cells(v)].entries()) setText2(row.children[i], text);
  });
}

function drawLog() {
  const list = at("log");
  const lines = freshLog.map(({ kind, seenAt, ...fields }) => {
    const line = element("li", `${kind}${fields.cascade === true ? " cascade" : ""}`);
    const text = Object.entries(fields)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ");
    line.append(element("time", "muted", clock(seenAt)), element("b", "", kind), element("span", "", text));
    return line;
  });
  freshLog = [];
  list.append(...lines);
  while (list.children.length > maxLog) list.firstChild.remove();
  if (at("pause").getAttribute("aria-pressed") === "false") list.scrollTop = list.scrollHeight;
}

/**
 * Makes the children of a list show the given views in their order; a view keeps its element, so that focus stays.
 * @param {any} list @param {View[]} rows @param {() => any} make @param {(row: any, v: View) => void} fill
 */
function keyed(list, rows, make, fill) {
  /** @type {Map<string, any>} */
  const have = new Map([...list.children].map((child) => [child.dataset.view, child]));
  rows.forEach((v, i) => {
    const key = `${v.view}`;
    const row = have.get(key) ?? make();
    have.delete(key);
    row.dataset.view = key;
    fill(row, v);
    if (list.children[i] !== row) list.insertBefore(row, list.children[i] ?? null);
  });
  for (const gone of have.values()) gone.remove();
}

/** @param {any} node @param {string} text */
function setText2(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {View} v */
const leaderText = (v) => (v.leader < 0 ? "leader unknown" : `leader ${v.leader}`);

/** @param {number} ms Unix milliseconds */
function clock(ms) {
  return ms === 0 ? "-" : new Date(ms).toISOString().slice(11, 23);
}

// ---- Tabs, help, pause ----

/** @type {any[]} */
const tabs = [...document.querySelectorAll('[role="tab"]')];
let selected = "overview";

/** @param {any} tab */
function select(tab) {
  selected = tab.getAttribute("aria-controls");
  for (const each of tabs) {
    const on = each === tab;
    each.setAttribute("aria-selected", `${on}`);
    each.tabIndex = on ? 0 : -1;
    at(each.getAttribute("aria-controls")).hidden = !on;
  }
  tab.scrollIntoView({ block: "nearest", inline: "nearest" });
  // Not the bare id: the browser would scroll to the panel and focus it.
  history.replaceState(null, "", `#/${selected}`);
  draw();
}

tabs.forEach((tab, i) => {
  tab.addEventListener("click", () => select(tab));
  tab.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    const to = { ArrowRight: i + 1, ArrowLeft: i - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    const next = tabs[to % tabs.length];
    select(next);
    next.focus();
  });
});
// Panels scroll by keyboard too.
for (const node of [...document.querySelectorAll('[role="tabpanel"]'), at("log")]) node.tabIndex = 0;
at("help-open").addEventListener("click", () => at("help").showModal());
at("pause").addEventListener("click", () => {
  const paused = at("pause").getAttribute("aria-pressed") === "false";
  at("pause").setAttribute("aria-pressed", `${paused}`);
  at("pause").textContent = paused ? "Follow again" : "Pause scrolling";
  draw();
});
select(tabs.find((tab) => `#/${tab.getAttribute("aria-controls")}` === location.hash) ?? tabs[0]);
// Silence must show too: the verdict depends on how long ago something became final.
setInterval(draw, 1000);
void connect();
