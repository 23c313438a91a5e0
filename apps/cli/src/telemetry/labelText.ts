import type { Labels } from "./catalogue/spec.ts";

/** Characters kept of a label's value. */
const maxValue = 128;

/**
 * Labels as they stand in the exposition text, sorted by name; empty values are left out, which means the same.
 * @example labelText({ type: "a", mode: "b" }) // 'mode="b",type="a"'
 */
export function labelText(labels: Labels): string {
  return Object.keys(labels)
    .sort()
    .filter((name) => labels[name] !== "")
    .map((name) => `${name}="${escapeValue(labels[name]!)}"`)
    .join(",");
}

function escapeValue(value: string): string {
  return value.slice(0, maxValue).replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
