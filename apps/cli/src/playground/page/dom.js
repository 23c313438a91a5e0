// @ts-check

/** @param {string} id @returns {any} an element of the page by its id */
export const at = (id) => document.getElementById(id);

/** @param {string} tag @param {string} [className] @param {string} [text] @returns {any} */
export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className !== "") made.className = className;
  if (text !== "") made.textContent = text;
  return made;
}

/** Writes only what has changed. @param {any} node @param {string} text */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** @param {any} node @param {string} name @param {string} value */
export function setAttribute(node, name, value) {
  if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** @param {readonly (readonly [value: string, text: string])[]} items @param {string} value @param {string} label @returns {any} */
export function select(items, value, label) {
  const made = element("select");
  made.setAttribute("aria-label", label);
  for (const [key, text] of items) made.append(new Option(text, key, false, key === value));
  return made;
}

/** A time as the page writes it. @param {number} us microseconds */
export const seconds = (us) => `${(us / 1e6).toFixed(3)} s`;
