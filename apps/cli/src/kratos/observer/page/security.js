import { agoWords, at, grouped, make, say } from "./dom.js";

/** Marks that tell the states apart without their colours. @type {Record<string, string>} */
const marks = {
  Bootstrap: "◔",
  Normal: "●",
  Degraded: "◑",
  Restricted: "◒",
  Emergency: "▲",
  BootstrapRecovery: "↻",
};

/** @type {Record<string, string>} */
const names = { BootstrapRecovery: "Recovery" };

/** A state as people call it. @param {string} state */
export function stateName(state) {
  return names[state] ?? state;
}

/** Draws the state, its scale, and the way back. @param {any} view @param {number} nowMs */
export function drawSecurity(view, nowMs) {
  at("security").dataset.state = view.state;
  say("state-mark", marks[view.state] ?? "●");
  say("state-word", stateName(view.state));
  say("state-reason", `Because ${view.reason}.`);
  say("state-effect", view.effect);
  const when = new Date(view.sinceS * 1_000).toLocaleString();
  say("state-since", `Since epoch ${view.sinceEpoch}, ${agoWords(nowMs / 1_000 - view.sinceS)} (${when})`);
  at("alert").hidden = view.alert === "None";
  say("alert", `Alert: ${view.alert}`);
  drawScale(view);
  at("scale-note").hidden = view.state !== "Bootstrap";
  say("goal", view.goal.charAt(0).toUpperCase() + view.goal.slice(1));
  at("progress").replaceChildren(...view.progress.map(bar));
  at("history-box").hidden = view.history.length === 0;
  at("history").replaceChildren(
    ...view.history.map((/** @type {any} */ one) => {
      const line = make("li", "");
      line.append(
        make("b", "", `${stateName(one.from)} → ${stateName(one.to)}`),
        ` in epoch ${one.epoch} with ${one.validators} validators: ${one.reason}`,
      );
      return line;
    }),
  );
}

/** The bands of 25, 50 and 75 validators, and where the network is. @param {any} view */
function drawScale({ validators, bands }) {
  const most = 101;
  const parts = [
    { name: "Emergency", from: 0, to: bands.emergency },
    { name: "Restricted", from: bands.emergency, to: bands.restricted },
    { name: "Degraded", from: bands.restricted, to: bands.safe },
    { name: "Normal", from: bands.safe, to: most },
  ];
  const scale = at("scale");
  const row = make("div", "bands");
  for (const { name, from, to } of parts) {
    const band = make("span", `band ${name.toLowerCase()}`, name);
    band.style.setProperty("--wide", String(to - from));
    row.append(band);
  }
  const place = (/** @type {HTMLElement} */ mark, /** @type {number} */ value) => {
    mark.style.setProperty("--at", `${(100 * Math.min(value, most)) / most}%`);
    return mark;
  };
  const ticks = make("div", "ticks");
  for (const value of [bands.emergency, bands.restricted, bands.safe])
    ticks.append(place(make("span", "", `${value}`), value));
  const pins = make("div", "pins");
  pins.append(place(make("span", "pin", `${validators} now`), validators));
  scale.replaceChildren(pins, row, ticks);
  scale.setAttribute(
    "aria-label",
    `${validators} validators take part. Fewer than ${bands.emergency} are an emergency, fewer than ${bands.restricted} ` +
      `freeze governance, ${bands.safe} are safe.`,
  );
}

/** @param {any} progress */
function bar({ label, value, target, unit }) {
  const line = make("li", value >= target ? "bar done" : "bar");
  const words = unit === "%" ? `${value} of ${target} %` : `${grouped(value)} of ${grouped(target)}`;
  const track = make("div", "track", undefined, {
    ...{ role: "meter", "aria-label": label, "aria-valuemin": "0", "aria-valuemax": String(target) },
    ...{
      "aria-valuenow": String(Math.min(value, target)),
      "aria-valuetext": `${words} ${unit === "%" ? "" : unit}`.trim(),
    },
  });
  const fill = make("i", "");
  fill.style.setProperty("--part", `${target === 0 ? 100 : Math.min(100, (100 * value) / target)}%`);
  track.append(fill);
  line.append(make("span", "bar-label", label), make("span", "bar-value", words), track);
  return line;
}
