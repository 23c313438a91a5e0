// @ts-check
import { at, element, seconds, setAttribute, setText } from "./dom.js";

/** @typedef {import("./main.js").Show} Show */

const letters = { final: "L", notarized: "M", nullified: "N", cascade: "C", progress: "·", unseen: "" };
const words = {
  final: "final",
  notarized: "certified",
  nullified: "nullified",
  cascade: "certified and skipped",
  progress: "in progress",
  unseen: "not seen",
};
const maxLog = 200;
/** No final block for so long is worth a warning: two view timeouts and a view. */
const stalledUs = 2_500_000;

/** Bars of the newest views of the selected replica. @param {Show} show */
export function updateBars(show) {
  const { cast, playback, selected, recording } = show;
  const node = playback.nodes[selected];
  const validator = cast.validatorOf[selected] ?? selected;
  setText(at("eye-title"), `What replica ${validator} knows`);
  const views = node === undefined ? [] : [node.view, node.view - 1, node.view - 2].filter((view) => view > 0);
  const list = at("bars");
  while (list.children.length < 3) list.append(barRow());
  [...list.children].forEach((row, i) => {
    const view = views[i];
    row.hidden = view === undefined;
    row.classList.remove("off");
    if (view === undefined) return;
    const known = node?.views.get(view);
    const label = playback.label(selected, view);
    setText(row.querySelector("b"), `View ${view}`);
    const box = row.querySelector(".box");
    box.className = `box ${label}`;
    setText(box, letters[label]);
    setAttribute(box, "title", words[label]);
    const counts = [...(known?.votes ?? [])].sort(([a], [b]) => (recording.rank[a] ?? 0) - (recording.rank[b] ?? 0));
    const best = Math.max(0, ...counts.map(([, voters]) => voters.size));
    const text =
      counts.length > 1
        ? counts.map(([block, voters]) => `${blockLetter(show, block)} ${voters.size}`).join(" · ")
        : `${best} of ${cast.n} votes`;
    fill(row.querySelector(".votes"), best, text, show, [cast.m, cast.l]);
    row.querySelector(".votes").classList.toggle("m", best >= cast.m);
    row.querySelector(".votes").classList.toggle("l", label === "final");
    const nulls = known?.nullifies.size ?? 0;
    fill(row.querySelector(".nulls"), nulls, `${nulls} gave up`, show, [cast.m]);
  });
  if (views.length === 0) {
    list.children[0].hidden = false;
    list.children[0].classList.add("off");
    setText(list.children[0].querySelector("b"), node?.up === false && playback.nowUs > 0 ? "Off" : "Starting");
  }
}

/** @param {Show} show @param {number} block */
function blockLetter({ recording }, block) {
  return `block ${String.fromCharCode(65 + Math.min(recording.rank[block] ?? 0, 25))}`;
}

function barRow() {
  const row = element("li");
  row.append(element("b"), element("i", "box"), meter("votes"), meter("nulls"));
  return row;
}

/** @param {string} name */
function meter(name) {
  const made = element("div", `meter ${name}`);
  made.setAttribute("role", "meter");
  const track = element("div", "rail");
  track.append(element("div", "fill"));
  made.append(track, element("span"));
  return made;
}

/** @param {any} bar @param {number} count @param {string} text @param {Show} show @param {number[]} marks */
function fill(bar, count, text, { cast }, marks) {
  const rail = bar.firstChild;
  while (rail.children.length < 1 + marks.length) rail.append(element("i", "mark"));
  rail.firstChild.style.setProperty("--share", String(Math.min(1, count / cast.n)));
  for (const [i, mark] of marks.entries()) rail.children[1 + i].style.setProperty("--at", String(mark / cast.n));
  setText(bar.lastChild, text);
  setAttribute(bar, "aria-valuenow", String(count));
  setAttribute(bar, "aria-valuemax", String(cast.n));
  setAttribute(bar, "aria-label", bar.classList.contains("votes") ? "votes" : "nullifies");
  setAttribute(bar, "aria-valuetext", text);
}

/** The table of views by replica. @param {Show} show */
export function updateGrid(show) {
  const { cast, playback } = show;
  const columns = Math.max(8, Math.min(40, Math.floor((at("grid-scroll").clientWidth - 74) / 26)));
  const top = Math.max(columns, ...playback.nodes.map((node) => node.view));
  const body = at("grid").tBodies[0];
  if (body.rows.length !== playback.nodes.length + 1 || body.rows[0].cells.length !== columns + 1) {
    body.replaceChildren(
      ...Array.from({ length: playback.nodes.length + 1 }, (_, r) => {
        const row = element("tr");
        row.append(element("th"));
        row.firstChild.scope = "row";
        for (let c = 0; c < columns; c++) {
          row.append(r === 0 ? element("th", "view") : element("td"));
          if (r > 0) row.lastChild.append(element("i", "box"));
        }
        return row;
      }),
    );
    setText(body.rows[0].cells[0], "View");
  }
  for (let c = 0; c < columns; c++) {
    const view = top - columns + 1 + c;
    setText(body.rows[0].cells[c + 1], view % 5 === 0 || c === columns - 1 ? String(view) : "");
    playback.nodes.forEach((node, i) => {
      const box = body.rows[i + 1].cells[c + 1].firstChild;
      const label = playback.label(i, view);
      const block = node.views.get(view)?.final ?? 0;
      const forked =
        block !== 0 && show.story.forks.some((fork) => fork.atUs <= show.timeUs && fork.blocks.includes(block));
      const name = `box ${label}${forked ? " forked" : ""}`;
      if (box.className !== name) box.className = name;
      setText(box, forked ? "!" : letters[label]);
    });
  }
  playback.nodes.forEach((node, i) => {
    const validator = cast.validatorOf[i] ?? i;
    setText(body.rows[i + 1].cells[0], `${validator}${i >= cast.n ? "′" : ""} · h${node.finalHeight}`);
  });
}

/** The log up to now. @param {Show} show */
export function updateLog({ story, timeUs, playing }) {
  const list = at("log");
  const count = story.countUntil(timeUs);
  const from = Math.max(0, count - maxLog);
  const shown = Number(list.dataset.count ?? 0);
  if (shown === count && list.dataset.story === String(story.events.length)) return;
  // A voice that reads as fast as it plays helps nobody: while playing, only what is loud is spoken.
  setAttribute(list, "aria-live", playing ? "off" : "polite");
  if (count < shown || count - shown > maxLog || list.dataset.story !== String(story.events.length))
    list.replaceChildren();
  for (let i = list.children.length === 0 ? from : shown; i < count; i++) {
    const event = story.events[i];
    if (event === undefined) continue;
    const line = element("li", event.tone);
    line.append(element("time", "", seconds(event.atUs)), element("span", "", event.text));
    list.append(line);
  }
  while (list.children.length > maxLog) list.firstChild.remove();
  list.dataset.count = String(count);
  list.dataset.story = String(story.events.length);
  list.scrollTop = list.scrollHeight;
}

/** Health in a word and a sentence. @param {Show} show @returns {readonly [tone: string, word: string, why: string]} */
export function verdictOf({ cast, playback, story, timeUs, violations, untilMs }) {
  if (untilMs === 0) return ["waiting", "Loading", "the replicas"];
  const fork = story.forks.find(({ atUs }) => atUs <= timeUs);
  if (fork !== undefined) return ["bad", "Safety broken", `two blocks are final at height ${fork.height}`];
  const broken = violations.find(({ atMs }) => atMs * 1000 <= timeUs);
  if (broken !== undefined) return ["bad", "A rule is broken", `${broken.code}: ${broken.message.split(" | ")[0]}`];
  const honest = playback.nodes.filter((_, i) => !cast.faulty.has(cast.validatorOf[i] ?? i));
  const lastUs = Math.max(0, ...honest.map((node) => node.lastFinalUs));
  const height = Math.max(0, ...honest.map((node) => node.finalHeight));
  const ago = `${((timeUs - lastUs) / 1e6).toFixed(1)} s`;
  if (height === 0) return ["waiting", "Starting", "the first view is on its way"];
  const up = honest.filter((node) => node.up).length;
  if (timeUs - lastUs > stalledUs) {
    return [
      "warn",
      "Waiting",
      `no block became final for ${ago}: finality needs ${cast.l} of ${cast.n} that hear each other`,
    ];
  }
  const low = Math.min(...honest.map((node) => (node.up ? node.finalHeight : 0)));
  const blocks = height === 1 ? "1 block" : `${height} blocks`;
  if (up < honest.length) return ["warn", "Working without some", `${honest.length - up} down; ${blocks} final`];
  if (low < height - 5) return ["warn", "Catching up", `heights ${low} to ${height}`];
  return ["good", "Healthy", `${blocks} final, the last one ${ago} ago`];
}

/** @param {Show} show */
export function updateVerdict(show) {
  const [tone, word, why] = verdictOf(show);
  const box = at("verdict");
  if (box.className !== `verdict ${tone}`) box.className = `verdict ${tone}`;
  setText(at("verdict-word"), word);
  setText(at("verdict-why"), why);
}
