/** A component of an Alloy configuration. */
export interface AlloyComponent {
  /** For example `loki.process`. */
  readonly kind: string;
  readonly label: string;
  /** The text between its braces. */
  readonly body: string;
}

/**
 * Reads the blocks of an Alloy configuration as far as its tests need: kinds, labels, bodies.
 * @throws Error when a bracket or a quote is not closed, or text stands outside blocks
 */
export function readAlloy(text: string): readonly AlloyComponent[] {
  const components: AlloyComponent[] = [];
  let rest = text.replaceAll(/^\s*\/\/.*$/gm, "").trim();
  while (rest !== "") {
    const head = /^([a-z_.]+) "([a-z_]+)" \{/.exec(rest);
    if (head === null) throw new Error(`no component begins here: ${rest.slice(0, 40)}`);
    const end = closing(rest, head[0].length - 1);
    components.push({ kind: head[1]!, label: head[2]!, body: rest.slice(head[0].length, end) });
    rest = rest.slice(end + 1).trim();
  }
  return components;
}

const pairs: Readonly<Record<string, string>> = { "{": "}", "[": "]", "(": ")" };

/** Where the bracket that opens at `from` is closed. */
function closing(text: string, from: number): number {
  const open: string[] = [];
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const char = text[at]!;
    if (quoted && char === "\\") at++;
    else if (char === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (char in pairs) open.push(pairs[char]!);
    else if (Object.values(pairs).includes(char)) {
      if (open.pop() !== char) throw new Error(`${char} closes nothing`);
      if (open.length === 0) return at;
    }
  }
  throw new Error("a bracket or a quote is not closed");
}
