// @ts-check
import { FLIGHT_KINDS, NEVER_US } from "@polis/simulator/trace";
import { at, element, seconds, setAttribute, setText } from "./dom.js";

/** @typedef {import("./main.js").Show} Show */
/** @typedef {{ x: number, y: number }} Point */

/** Messages that are lost are drawn for so long. */
const lostUs = 60_000;
/** With more messages than this in the air their tails are left out: they cost time and nobody could tell them apart. */
const crowded = 300;
let inTheAir = 0;
/** Colours by name, read from the style sheet so that it has the last word. @type {Record<string, string>} */
const colors = {};

/** Reads the colours again, after a change between light and dark. */
export function readColors() {
  const style = getComputedStyle(document.documentElement);
  for (const name of ["card", "ink", "muted", "line", "final", "notarized", "nullified", "cascade", "fault"]) {
    colors[name] = style.getPropertyValue(`--${name}`).trim();
  }
}

/** Where each node stands, in a box of this size. @param {Show} show @param {number} width @param {number} height @returns {Point[]} */
export function places({ cast }, width, height) {
  const margin = cast.n > 12 ? 30 : 54;
  const rx = width / 2 - Math.min(margin + 10, width * 0.17);
  const ry = height / 2 - margin;
  return cast.validatorOf.map((validator, node) => {
    const angle = (2 * Math.PI * validator) / cast.n - Math.PI / 2;
    // The second of two twins stands inside the ring, and so does a follower.
    const inward = node < cast.n ? 1 : validator < cast.n ? 0.58 : 0.3;
    return { x: width / 2 + rx * inward * Math.cos(angle), y: height / 2 - 8 + ry * inward * Math.sin(angle) };
  });
}

/** Makes the button of each node. @param {Show} show @param {(node: number) => void} onSelect */
export function buildNodes(show, onSelect) {
  const { cast } = show;
  const crowded = cast.n > 12;
  at("nodes").replaceChildren(
    ...cast.validatorOf.map((validator, node) => {
      const button = element("button", crowded ? "node crowded" : "node");
      button.type = "button";
      button.append(element("b", "", `${validator}${node >= cast.n && validator < cast.n ? "′" : ""}`));
      const caption = element("span", "caption");
      caption.append(element("span", "region", show.regionOf(validator)), element("span", "state"));
      button.append(caption);
      button.addEventListener("click", () => onSelect(node));
      return button;
    }),
  );
}

/** What the buttons say. @param {Show} show */
export function updateNodes(show) {
  const { cast, playback, selected } = show;
  const { clientWidth, clientHeight } = at("stage");
  const points = places(show, clientWidth, clientHeight);
  const lead = leaderNow(show);
  [...at("nodes").children].forEach((button, node) => {
    const state = playback.nodes[node];
    const point = points[node];
    if (state === undefined || point === undefined) return;
    const validator = cast.validatorOf[node] ?? node;
    const role = cast.faulty.get(validator);
    button.style.left = `${point.x}px`;
    button.style.top = `${point.y}px`;
    const leads = validator === lead.leader;
    button.classList.toggle("down", !state.up);
    button.classList.toggle("leads", leads && state.up);
    button.classList.toggle("faulty", role !== undefined);
    button.classList.toggle("selected", node === selected);
    const words = !state.up ? "off" : role === undefined ? `height ${state.finalHeight}` : role;
    setText(button.querySelector(".state"), words);
    const spoken = `Replica ${validator}, ${show.regionOf(validator)}, ${role ?? "honest"}${leads ? ", leader" : ""}: ${
      state.up ? `view ${state.view}, final height ${state.finalHeight}` : "off"
    }`;
    setAttribute(button, "aria-label", spoken);
    setAttribute(button, "aria-pressed", String(node === selected));
  });
  setText(at("centre-view"), String(lead.view));
  setText(at("centre-phase"), phaseOf(show, lead.view));
}

/** The newest view of an honest replica that runs, and its leader. @param {Show} show */
export function leaderNow({ cast, playback }) {
  let view = 0;
  let leader = -1;
  playback.nodes.forEach((node, i) => {
    if (!node.up || node.view <= view || cast.faulty.has(cast.validatorOf[i] ?? i)) return;
    view = node.view;
    leader = node.leader;
  });
  return { view, leader };
}

/** @param {Show} show @param {number} view */
function phaseOf({ playback, cast }, view) {
  if (view === 0) return "not started";
  let votes = 0;
  let nullifies = 0;
  let seen = false;
  for (const node of playback.nodes) {
    const known = node.views.get(view);
    if (known === undefined) continue;
    seen ||= known.votes.size > 0;
    for (const voters of known.votes.values()) votes = Math.max(votes, voters.size);
    nullifies = Math.max(nullifies, known.nullifies.size);
  }
  if (nullifies > 0) return `giving up: ${nullifies} of ${cast.m}`;
  if (votes > 1) return `voting: ${votes} of ${cast.n}`;
  return seen ? "proposed" : "waiting for the leader";
}

/** Draws links, messages and rings. @param {Show} show */
export function drawStage(show) {
  const canvas = at("canvas");
  const { clientWidth: width, clientHeight: height } = at("stage");
  const ratio = Math.min(devicePixelRatio || 1, 2);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  const ctx = canvas.getContext("2d");
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  const points = places(show, width, height);
  drawLinks(ctx, show, points);
  drawFlights(ctx, show, points);
  drawRings(ctx, show, points);
}

/** @param {any} ctx @param {Show} show @param {Point[]} points */
function drawLinks(ctx, { cast, timeUs }, points) {
  const cuts = cast.faults.filter(
    (fault) => fault.kind === "cut" && fault.fromMs * 1000 <= timeUs && timeUs < fault.untilMs * 1000,
  );
  if (cast.n > 12 && cuts.length === 0) return;
  for (let i = 0; i < cast.n; i++) {
    for (let j = i + 1; j < cast.n; j++) {
      const a = points[i];
      const b = points[j];
      if (a === undefined || b === undefined) continue;
      const cut = cuts.some((fault) => fault.kind === "cut" && fault.group.includes(i) !== fault.group.includes(j));
      ctx.strokeStyle = cut ? colors.nullified : colors.line;
      ctx.globalAlpha = cut ? 0.35 : 0.5;
      ctx.setLineDash(cut ? [3, 7] : []);
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.moveTo(a.x, a.y);
      ctx.lineTo(b.x, b.y);
      ctx.stroke();
    }
  }
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

/** @param {any} ctx @param {Show} show @param {Point[]} points */
function drawFlights(ctx, { recording, timeUs, longestUs }, points) {
  const { flights } = recording;
  const first = flights.sentUs.firstFrom(Math.max(0, timeUs - longestUs));
  const withTails = inTheAir <= crowded;
  inTheAir = 0;
  for (let row = first; row < flights.sentUs.length; row++) {
    const sent = flights.sentUs.at(row);
    if (sent > timeUs) break;
    const arrives = flights.arrivesUs.at(row);
    const lost = arrives === NEVER_US;
    const ends = lost ? sent + lostUs : arrives;
    if (ends <= timeUs) continue;
    const a = points[flights.from.at(row)];
    const b = points[flights.to.at(row)];
    if (a === undefined || b === undefined) continue;
    const share = (timeUs - sent) / Math.max(1, ends - sent);
    const way = lost ? share * 0.4 : share;
    const kind = FLIGHT_KINDS[flights.kind.at(row)];
    const rival = (recording.rank[flights.block.at(row)] ?? 0) > 0;
    inTheAir++;
    drawMessage(ctx, { a, b, way, kind: kind ?? "status", rival, lost, share, withTails });
  }
  ctx.globalAlpha = 1;
}

/** @param {any} ctx @param {{ a: Point, b: Point, way: number, kind: string, rival: boolean, lost: boolean, share: number, withTails: boolean }} message */
function drawMessage(ctx, { a, b, way, kind, rival, lost, share, withTails }) {
  // Both directions of a link bend to the same hand, so that they do not meet.
  const bend = 0.09;
  const mx = (a.x + b.x) / 2 - (b.y - a.y) * bend;
  const my = (a.y + b.y) / 2 + (b.x - a.x) * bend;
  const point = (/** @type {number} */ s) => ({
    x: (1 - s) ** 2 * a.x + 2 * s * (1 - s) * mx + s * s * b.x,
    y: (1 - s) ** 2 * a.y + 2 * s * (1 - s) * my + s * s * b.y,
  });
  const { x, y } = point(way);
  const color = colorOf(kind, rival);
  ctx.globalAlpha = lost ? 1 - share : 1;
  ctx.strokeStyle = color;
  ctx.fillStyle = color;
  const minor = kind === "status" || kind === "request" || kind === "reply";
  if (!minor && withTails) {
    const tail = point(Math.max(0, way - 0.12));
    ctx.globalAlpha *= 0.3;
    ctx.lineWidth = kind === "proposal" ? 4 : 2;
    ctx.beginPath();
    ctx.moveTo(tail.x, tail.y);
    ctx.lineTo(x, y);
    ctx.stroke();
    ctx.globalAlpha = lost ? 1 - share : 1;
  }
  ctx.lineWidth = 2;
  ctx.beginPath();
  if (lost) cross(ctx, x, y, 4);
  else if (kind === "proposal") ctx.roundRect(x - 6, y - 6, 12, 12, 2.5);
  else if (kind === "nullify") cross(ctx, x, y, 3.5);
  else if (kind === "vote" && rival) ctx.rect(x - 3, y - 3, 6, 6);
  else if (kind === "vote") ctx.arc(x, y, 3.6, 0, 7);
  else if (minor) ctx.arc(x, y, 1.6, 0, 7);
  else diamond(ctx, x, y, 5.5);
  if (lost || kind === "nullify") ctx.stroke();
  else ctx.fill();
}

/** @param {string} kind @param {boolean} rival */
function colorOf(kind, rival) {
  if (rival && (kind === "vote" || kind === "proposal" || kind === "notarization")) return colors.cascade;
  if (kind === "proposal") return colors.ink;
  if (kind === "vote" || kind === "notarization") return colors.notarized;
  if (kind === "finalization") return colors.final;
  if (kind === "nullify" || kind === "nullification") return colors.nullified;
  return colors.muted;
}

/** @param {any} ctx @param {number} x @param {number} y @param {number} r */
function cross(ctx, x, y, r) {
  ctx.moveTo(x - r, y - r);
  ctx.lineTo(x + r, y + r);
  ctx.moveTo(x + r, y - r);
  ctx.lineTo(x - r, y + r);
}

/** @param {any} ctx @param {number} x @param {number} y @param {number} r */
function diamond(ctx, x, y, r) {
  ctx.moveTo(x, y - r);
  ctx.lineTo(x + r, y);
  ctx.lineTo(x, y + r);
  ctx.lineTo(x - r, y);
  ctx.closePath();
}

/** One piece for each vote that has reached the replica. @param {any} ctx @param {Show} show @param {Point[]} points */
function drawRings(ctx, { cast, playback, recording, selected }, points) {
  const r = cast.n > 12 ? 15 : 23;
  playback.nodes.forEach((node, i) => {
    const point = points[i];
    if (point === undefined) return;
    ctx.fillStyle = colors.card;
    ctx.beginPath();
    ctx.arc(point.x, point.y, r + 11, 0, 7);
    ctx.fill();
    if (i === selected) {
      ctx.strokeStyle = colors.ink;
      ctx.lineWidth = 1.5;
      ctx.setLineDash([2, 4]);
      ctx.beginPath();
      ctx.arc(point.x, point.y, r + 15, 0, 7);
      ctx.stroke();
      ctx.setLineDash([]);
    }
    if (!node.up) return;
    for (const [view, radius, thick] of [
      [node.view, r + 4, 5],
      [node.view - 1, r + 10, 3],
    ]) {
      if (view === undefined || view < 1 || radius === undefined) continue;
      const known = node.views.get(view);
      const label = playback.label(i, view);
      ctx.lineWidth = thick;
      for (let signer = 0; signer < cast.n; signer++) {
        const from = (2 * Math.PI * signer) / cast.n - Math.PI / 2 + 0.06;
        let color = colors.line;
        for (const [block, voters] of known?.votes ?? []) {
          if (!voters.has(signer)) continue;
          const rival = (recording.rank[block] ?? 0) > 0;
          color = label === "final" ? colors.final : rival ? colors.cascade : colors.notarized;
        }
        if (color === colors.line && known?.nullifies.has(signer)) color = colors.nullified;
        ctx.strokeStyle = color;
        ctx.beginPath();
        ctx.arc(point.x, point.y, radius, from, from + (2 * Math.PI) / cast.n - 0.12);
        ctx.stroke();
      }
    }
  });
}

/** Clock and slider. @param {Show} show */
export function updateClock({ timeUs }) {
  setText(at("clock"), seconds(timeUs));
  const slider = at("time");
  const value = String(Math.round(timeUs / 1000));
  if (slider.value !== value) slider.value = value;
  setAttribute(slider, "aria-valuetext", seconds(timeUs));
}

/** Marks of what happens when, under the slider. @param {Show} show */
export function drawTicks({ story, cast, endMs, untilMs }) {
  const canvas = at("ticks");
  const { clientWidth: width, clientHeight: height } = canvas;
  const ratio = Math.min(devicePixelRatio || 1, 2);
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  const ctx = canvas.getContext("2d");
  ctx.scale(ratio, ratio);
  const x = (/** @type {number} */ ms) => (ms / endMs) * width;
  ctx.fillStyle = colors.fault;
  ctx.globalAlpha = 0.18;
  for (const { fromMs, untilMs: until } of cast.faults) ctx.fillRect(x(fromMs), 0, x(until - fromMs), height);
  ctx.globalAlpha = 1;
  for (const { atUs, tone } of story.events) {
    const tall = { final: 0.35, nullified: 0.6, broken: 1, fault: 0.8, proposal: 0, notarized: 0 }[tone];
    if (tall === 0) continue;
    ctx.fillStyle = tone === "final" ? colors.final : tone === "fault" ? colors.fault : colors.nullified;
    ctx.fillRect(x(atUs / 1000), height * (1 - tall), tone === "broken" ? 2.5 : 1, height * tall);
  }
  ctx.fillStyle = colors.line;
  ctx.fillRect(x(untilMs), 0, width - x(untilMs), height);
}
