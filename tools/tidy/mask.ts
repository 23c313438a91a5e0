/** The text of a source with the parts that are not code blanked out; same length, same line breaks. */
export interface Masked {
  /** Comments, string contents and regular expressions are spaces; quotes stay. */
  readonly code: string;
  /** Offsets where a regular expression literal begins. */
  readonly regexes: readonly number[];
}

/** After these words a slash opens a regular expression, not a division. */
const WORDS_BEFORE_REGEX = new Set(["return", "typeof", "case", "in", "of", "do", "else", "void", "delete", "throw"]);

/**
 * Blanks comments, strings and regular expressions of a TypeScript source, so that rules can search the rest.
 *
 * @param text a whole file
 * @example mask('const a = "Date"; // Date').code contains no "Date"
 */
export function mask(text: string): Masked {
  const out = [...new Array(text.length)].map((_, i) => text.charAt(i));
  const regexes: number[] = [];
  const templates: number[] = [];
  let braces = 0;
  let i = 0;
  const blank = (from: number, to: number) => {
    for (let k = from; k < to; k++) if (out[k] !== "\n") out[k] = " ";
  };
  while (i < text.length) {
    const c = text[i]!;
    const two = text.slice(i, i + 2);
    let end = i + 1;
    if (two === "//" || (i === 0 && two === "#!")) {
      end = indexOrEnd(text, "\n", i);
      blank(i, end);
    } else if (two === "/*") {
      end = Math.min(text.length, indexOrEnd(text, "*/", i + 2) + 2);
      blank(i, end);
    } else if (c === '"' || c === "'") {
      end = closeOf(text, i + 1, c);
      blank(i + 1, end - 1);
    } else if (c === "`" || (c === "}" && templates.at(-1) === braces)) {
      if (c === "}") templates.pop();
      end = templateEnd(text, i + 1);
      blank(i + 1, end - 1);
      if (text[end - 1] === "{") templates.push(braces);
    } else if (c === "{") braces++;
    else if (c === "}") braces--;
    else if (c === "/" && opensRegex(out, i)) {
      regexes.push(i);
      end = regexEnd(text, i + 1);
      blank(i, end);
    }
    i = end;
  }
  return { code: out.join(""), regexes };
}

function indexOrEnd(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}

function closeOf(text: string, from: number, quote: string): number {
  let i = from;
  while (i < text.length && text[i] !== quote && text[i] !== "\n") i += text[i] === "\\" ? 2 : 1;
  return Math.min(i + 1, text.length);
}

/** Behind the closing backtick, or behind the brace of an opening `${`. */
function templateEnd(text: string, from: number): number {
  let i = from;
  while (i < text.length) {
    if (text[i] === "`") return i + 1;
    if (text[i] === "$" && text[i + 1] === "{") return i + 2;
    i += text[i] === "\\" ? 2 : 1;
  }
  return text.length;
}

function opensRegex(out: readonly string[], at: number): boolean {
  let i = at - 1;
  while (i >= 0 && (out[i] === " " || out[i] === "\n")) i--;
  if (i < 0) return true;
  const c = out[i]!;
  if (!isWord(c)) return c !== ")" && c !== "]" && c !== "}" && c !== '"' && c !== "'" && c !== "`";
  let start = i;
  while (start > 0 && isWord(out[start - 1]!)) start--;
  return WORDS_BEFORE_REGEX.has(out.slice(start, i + 1).join(""));
}

function isWord(c: string): boolean {
  return /[\w$]/.test(c);
}

function regexEnd(text: string, from: number): number {
  let inClass = false;
  let i = from;
  while (i < text.length && text[i] !== "\n" && (inClass || text[i] !== "/")) {
    if (text[i] === "[") inClass = true;
    if (text[i] === "]") inClass = false;
    i += text[i] === "\\" ? 2 : 1;
  }
  i++;
  while (i < text.length && isWord(text[i]!)) i++;
  return Math.min(i, text.length);
}
