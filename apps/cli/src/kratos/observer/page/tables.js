import { at, grouped, groupedKrat, make, say, short } from "./dom.js";
import { hueOf } from "./slots.js";

/** @type {Record<string, string>} */
const clockMarks = { Healthy: "✓", Degraded: "½", Excluded: "×", Recovering: "↻" };

/** @param {any[]} validators */
export function drawValidators(validators) {
  say("validators-note", `${validators.length} of 101 places`);
  const widest = Math.max(1, ...validators.map(({ sharePpm }) => sharePpm));
  const sorted = [...validators].sort((a, b) => b.sharePpm - a.sharePpm || (a.id < b.id ? -1 : 1));
  at("validators").replaceChildren(...sorted.map((one) => row(one, widest)));
}

/** @param {any} one @param {number} widest */
function row(one, widest) {
  const line = make("tr", "");
  const name = make("th", "", undefined, { scope: "row" });
  const swatch = make("i", "swatch", undefined, { "aria-hidden": "true" });
  swatch.style.setProperty("--hue", String(hueOf(one.id)));
  name.append(swatch, make("code", "", short(one.id), { title: one.id }));
  if (one.isBootstrap) name.append(" ", make("span", "chip", "bootstrap", { title: "admitted without stake" }));
  const weight = make("td", "weight");
  const track = make("span", "track", undefined, { "aria-hidden": "true" });
  const fill = make("i", "");
  fill.style.setProperty("--part", `${(100 * one.sharePpm) / widest}%`);
  track.append(fill);
  weight.append(track, make("span", "", `${(one.sharePpm / 10_000).toFixed(1)} %`));
  const missed = one.leaderSlots - one.produced;
  const duty = one.leaderSlots === 0 ? "no slot yet" : `${one.produced} of ${one.leaderSlots} slots`;
  line.append(
    name,
    weight,
    make("td", "number", groupedKrat(one.stake)),
    make("td", "number", grouped(one.credits)),
    make("td", missed > 0 ? "warn" : "", duty),
    chipCell(one.clock, `${clockMarks[one.clock] ?? ""} ${one.clock}`, one.clock === "Healthy"),
    chipCell(one.status, one.status, one.status === "Active"),
    make("td", "number", `${one.reputation}`),
  );
  return line;
}

/** @param {string} _ @param {string} text @param {boolean} isGood */
function chipCell(_, text, isGood) {
  const cell = make("td", "");
  cell.append(make("span", isGood ? "chip good" : "chip bad", text));
  return cell;
}

/** @type {readonly (readonly [string, string])[]} */
const supplyNames = [
  ["accounts", "free in accounts"],
  ["bonded", "staked"],
  ["treasury", "treasury"],
  ["reserve", "reserve"],
  ["pool", "pool of validators"],
];

/** @param {any} money */
export function drawMoney(money) {
  say("supply", groupedKrat(money.supply));
  const parts = supplyNames.map(([key, name]) => ({ key, name, ...money.parts[key] }));
  stack("supply", parts);
  say("emission", groupedKrat(money.emission));
  const numbers = Object.entries(money.emissionParts).map(([key, text]) => ({ key, name: key, text: String(text) }));
  const sizeOf = (/** @type {string} */ text) => Number(text.replace(" KRAT", ""));
  const total = numbers.reduce((sum, { text }) => sum + sizeOf(text), 0);
  stack(
    "emission",
    numbers.map((one) => ({ ...one, ppm: total === 0 ? 0 : (1e6 * sizeOf(one.text)) / total })),
  );
  say("rate", `${(money.ratePpb / 1e7).toFixed(2)} %`);
  say("minted", groupedKrat(money.minted));
  say("burned", groupedKrat(money.burned));
  say("allowance", groupedKrat(money.burnAllowance));
}

/** A bar of parts with its key. @param {string} id @param {any[]} parts */
function stack(id, parts) {
  const bar = at(`${id}-bar`);
  bar.replaceChildren(
    ...parts.map(({ key, ppm }) => {
      const part = make("i", `part ${key}`);
      part.style.setProperty("--wide", String(ppm));
      return part;
    }),
  );
  const share = (/** @type {number} */ ppm) => `${(ppm / 10_000).toFixed(ppm > 0 && ppm < 10_000 ? 3 : 1)} %`;
  bar.setAttribute("aria-label", parts.map(({ name, ppm }) => `${name} ${share(ppm)}`).join(", "));
  at(`${id}-parts`).replaceChildren(
    ...parts.map(({ key, name, text, ppm }) => {
      const line = make("li", "");
      line.append(
        make("i", `part ${key}`, undefined, { "aria-hidden": "true" }),
        make("span", "", name),
        make("span", "muted", share(ppm)),
        make("span", "number", groupedKrat(text)),
      );
      return line;
    }),
  );
}

/** @param {any} voting */
export function drawVoting(voting) {
  const { candidates } = voting;
  if (!voting.is_bootstrap_era) {
    say("voting-note", "The bootstrap era is over: new validators register with stake.");
  } else {
    const many = candidates.length === 1 ? "1 candidate waits" : `${candidates.length} candidates wait`;
    say(
      "voting-note",
      `${many} for ${voting.votes_required} votes. ${voting.validator_count} of ${voting.max_validators} places are taken.`,
    );
  }
  at("candidates").replaceChildren(
    ...candidates.slice(0, 50).map((/** @type {any} */ one) => {
      const line = make("li", "candidate");
      const dots = make("span", "dots", undefined, {
        role: "img",
        "aria-label": `${one.vote_count} of ${one.votes_required} votes`,
      });
      for (let i = 0; i < Math.max(one.votes_required, one.vote_count); i++)
        dots.append(make("i", i < one.vote_count ? "on" : ""));
      line.append(
        make("code", "", short(one.candidate), { title: one.candidate }),
        dots,
        make(
          "span",
          "muted",
          `${one.has_quorum ? "approved at the next epoch" : `${one.vote_count} of ${one.votes_required} votes`}, proposed by ${short(one.proposer)} in block ${grouped(one.created_at)}`,
        ),
      );
      return line;
    }),
  );
}
