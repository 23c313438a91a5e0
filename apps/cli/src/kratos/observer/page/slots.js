import { at, grouped, make, say, short } from "./dom.js";

/** @type {Record<string, string>} */
const words = {
  final: "final",
  produced: "produced",
  missed: "missed",
  late: "over, nothing seen yet",
  now: "now",
  ahead: "ahead",
  unread: "being read",
};
/** What is seen without colours. @type {Record<string, string>} */
const glyphs = { missed: "×", late: "?", now: "▸" };

/** The last view, for what is pointed at. @type {any} */
let last;
/** The slot that has the keyboard, and whether a person has moved there. */
let focused = 0;
let isChosen = false;

/** Draws the slots of the epoch; cells that stay are changed, not made anew, so that the focus stays. @param {any} view */
export function drawSlots(view) {
  last = view;
  const list = at("slots");
  say("epoch", grouped(view.epoch));
  const lost = view.missed === 0 ? "none missed" : `${view.missed} missed`;
  say("slots-note", `${view.produced} blocks in ${view.slots.length} slots so far, ${lost}.`);
  const size = view.slots.length;
  list.classList.toggle("small", size > 60);
  while (list.children.length > size) list.lastChild?.remove();
  while (list.children.length < size) list.append(cell());
  view.slots.forEach((/** @type {any} */ slot, /** @type {number} */ i) => {
    const button = /** @type {HTMLElement} */ (list.children[i]?.firstChild);
    const kind = `cell ${slot.is}`;
    if (button.className !== kind) button.className = kind;
    const label = describe(slot);
    if (button.getAttribute("aria-label") !== label) button.setAttribute("aria-label", label);
    const shown = glyphs[slot.is] ?? (size > 60 || slot.leader === undefined ? "" : slot.leader.slice(0, 2));
    if (button.textContent !== shown) button.textContent = shown;
    button.style.setProperty("--hue", String(hueOf(slot.leader)));
  });
  if (!isChosen)
    focused = Math.max(
      0,
      view.slots.findIndex((/** @type {any} */ slot) => slot.is === "now"),
    );
  stopAt(Math.min(focused, size - 1));
}

/** The one slot that the tabulator key reaches. @param {number} i */
function stopAt(i) {
  focused = i;
  [...at("slots").children].forEach((child, k) => {
    /** @type {HTMLElement} */ (child.firstChild).tabIndex = k === i ? 0 : -1;
  });
}

/** The colour of a validator, from its account. @param {string | undefined} account */
export function hueOf(account) {
  return account === undefined ? 0 : (Number.parseInt(account.replace("0x", "").slice(0, 6), 16) * 137) % 360;
}

function cell() {
  const item = make("li", "");
  item.append(make("button", "cell", undefined, { type: "button", tabindex: "-1" }));
  return item;
}

/** @param {any} slot */
function describe(slot) {
  const leader = slot.leader === undefined ? "" : `, leader ${short(`0x${slot.leader}`)}`;
  const block = slot.number === undefined ? "" : `, block ${grouped(slot.number)}`;
  const count =
    slot.transactions === undefined || slot.number === 0
      ? ""
      : `, ${slot.transactions} transaction${slot.transactions === 1 ? "" : "s"}`;
  return `Slot ${grouped(slot.slot)}: ${words[slot.is]}${leader}${block}${count}`;
}

/** @param {number} i */
function tell(i) {
  const slot = last?.slots[i];
  if (slot !== undefined) say("slot-words", `${describe(slot)}.`);
}

/** Arrow keys move through the slots as through text: up and down by a row. */
export function listenToSlots() {
  const list = at("slots");
  const indexOf = (/** @type {Event} */ event) => {
    const target = /** @type {HTMLElement} */ (event.target).closest("li");
    return target === null ? -1 : [...list.children].indexOf(target);
  };
  list.addEventListener("pointerover", (event) => tell(indexOf(event)));
  list.addEventListener("focusin", (event) => {
    stopAt(indexOf(event));
    tell(focused);
  });
  list.addEventListener("click", (event) => {
    isChosen = true;
    tell(indexOf(event));
  });
  list.addEventListener("keydown", (event) => {
    const tops = [...list.children].map((child) => /** @type {HTMLElement} */ (child).offsetTop);
    const row = Math.max(
      1,
      tops.findIndex((top) => top !== tops[0]),
    );
    const steps = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -row, ArrowDown: row, Home: -focused, End: tops.length };
    const step = steps[/** @type {keyof typeof steps} */ (event.key)];
    if (step === undefined) return;
    event.preventDefault();
    isChosen = true;
    const next = Math.max(0, Math.min(tops.length - 1, focused + step));
    list.children[next]?.querySelector("button")?.focus();
  });
}
