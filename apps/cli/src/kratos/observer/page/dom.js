// Small helpers for what the page draws. Texts are set as texts, never as HTML: what a node says cannot become a script.

/** @param {string} id @returns {HTMLElement} */
export function at(id) {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`no element ${id}`);
  return found;
}

/** Writes a text where it changed, so that screen readers are not told the same again. @param {string} id @param {string} text */
export function say(id, text) {
  const element = at(id);
  if (element.textContent !== text) element.textContent = text;
}

/**
 * @param {string} tag @param {string} className @param {string} [text] @param {Record<string, string>} [attributes]
 * @returns {HTMLElement}
 */
export function make(tag, className, text, attributes = {}) {
  const element = document.createElement(tag);
  if (className !== "") element.className = className;
  if (text !== undefined) element.textContent = text;
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

/** The first and last digits of an account or hash. @param {string} hex */
export function short(hex) {
  return `${hex.slice(2, 6)}…${hex.slice(-4)}`;
}

/** @param {number} value */
export function grouped(value) {
  return value.toLocaleString("en-US");
}

/** `1,234.5 KRAT` of `1234.5 KRAT`. @param {string} text */
export function groupedKrat(text) {
  const [whole = "0", rest] = text.replace(" KRAT", "").split(".");
  return `${BigInt(whole).toLocaleString("en-US")}${rest === undefined ? "" : `.${rest}`} KRAT`;
}

/** How long ago, in words. @param {number} seconds */
export function agoWords(seconds) {
  const of = (/** @type {number} */ count, /** @type {string} */ unit) => `${count} ${unit}${count === 1 ? "" : "s"}`;
  if (seconds < 0) return "in a moment";
  if (seconds < 90) return `${of(Math.round(seconds), "second")} ago`;
  if (seconds < 5_400) return `${of(Math.round(seconds / 60), "minute")} ago`;
  if (seconds < 129_600) return `${of(Math.round(seconds / 3_600), "hour")} ago`;
  return `${of(Math.round(seconds / 86_400), "day")} ago`;
}

/** A picture made of shapes. @param {string} tag @param {Record<string, string | number>} attributes */
export function shape(tag, attributes) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  return element;
}
