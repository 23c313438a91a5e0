/** One place where a module names another. */
export interface ImportSite {
  readonly specifier: string;
  /** Where the text between the quotes begins and ends, in UTF-16 units. */
  readonly start: number;
  readonly end: number;
  /** `import("…")`; it is fetched only when the code comes by. */
  readonly dynamic: boolean;
}

/** What a source text says about other modules. */
export interface ModuleScan {
  readonly imports: readonly ImportSite[];
  /** False when it has neither imports nor exports. */
  readonly isModule: boolean;
  /** It calls `require` or writes to `exports`, as CommonJS does. */
  readonly usesCommonJs: boolean;
}

/** What opened a bracket: it decides what a slash after its end means, and where a template goes on. */
type Bracket = "block" | "object" | "template" | "condition" | "group";

/** A text that is not JavaScript as we know it. */
export class ScanError extends Error {
  readonly code = "SCAN";
  readonly hint = "the file is not JavaScript that a browser could read; leave it out of the graph";
}

/** Words after which a slash begins a regular expression. */
const beforeValue = new Set(
  "return typeof case in of delete void throw new else do instanceof await yield extends default".split(" "),
);
/** Tokens after which a brace begins an object. */
const beforeObject = new Set(
  "( [ , = ? : & | ! ~ + - * / % < > ^ return typeof in of delete void throw await yield default".split(" "),
);
const conditions = new Set(["if", "while", "for", "with"]);
const wordPart = /[\p{ID_Continue}$\u200c\u200d]/u;
const wordStart = /[\p{ID_Start}$_#\\]/u;

/**
 * Finds every `import … from`, `export … from`, `import "…"` and `import("…")` with a literal in a module's text.
 * It reads tokens only, as much of ECMA-262 section 12 as tells strings, templates, comments and regular expressions apart.
 * @example scanImports('import { a } from "./a.ts";').imports[0].specifier // "./a.ts"
 * @throws ScanError when a string, comment or bracket is left open
 */
export function scanImports(text: string): ModuleScan {
  return new Scanner(text).run();
}

class Scanner {
  readonly #text: string;
  #at = 0;
  readonly #open: Bracket[] = [];
  readonly #imports: ImportSite[] = [];
  #isModule = false;
  #usesCommonJs = false;
  /** The last token: a word, or one character; "value" after a literal. */
  #last = "";
  /** Whether a slash would divide. */
  #divides = false;
  /** The bracket that has just been closed. */
  #closed: Bracket | undefined;

  constructor(text: string) {
    this.#text = text;
    if (text.startsWith("#!")) this.#toLineEnd();
  }

  run(): ModuleScan {
    for (;;) {
      this.#skipTrivia();
      const char = this.#text[this.#at];
      if (char === undefined) break;
      if (char === '"' || char === "'") {
        this.#string(char);
        this.#value();
      } else if (char === "`") this.#template();
      else if (char === "/" && !this.#divides) this.#regex();
      else if (wordStart.test(char)) this.#word();
      else if (char >= "0" && char <= "9") this.#number();
      else this.#punctuation(char);
    }
    if (this.#open.length > 0) throw new ScanError(`${this.#open.length} brackets are left open`);
    return { imports: this.#imports, isModule: this.#isModule, usesCommonJs: this.#usesCommonJs };
  }

  #value(): void {
    this.#last = "value";
    this.#divides = true;
  }

  #punctuation(char: string): void {
    this.#at++;
    if (char === "(") this.#open.push(conditions.has(this.#last) ? "condition" : "group");
    else if (char === "[") this.#open.push("group");
    else if (char === "{") this.#open.push(this.#opensBlock() ? "block" : "object");
    else if (char === ")" || char === "]" || char === "}") {
      this.#closed = this.#open.pop();
      if (this.#closed === undefined) throw new ScanError(`a bracket too many at ${this.#at}`);
      if (this.#closed === "template") {
        this.#templateText();
        return;
      }
    }
    // A step such as "x++" is a value, while one plus alone waits for one.
    const isStep = (char === "+" || char === "-") && this.#last === char && this.#text[this.#at - 2] === char;
    this.#divides = isStep || char === "]" || (char === ")" && this.#closed !== "condition");
    if (char === "}") this.#divides = this.#closed === "object";
    const isLonger = (char === ">" && this.#last === "=") || (char === "." && this.#last.startsWith("."));
    this.#last = isLonger ? this.#last + char : char;
  }

  /** A brace after an operator begins an object, anywhere else a block: a slash divides only what the first one made. */
  #opensBlock(): boolean {
    return !beforeObject.has(this.#last);
  }

  #number(): void {
    while (wordPart.test(this.#text[this.#at] ?? " ") || this.#text[this.#at] === ".") this.#at++;
    this.#value();
  }

  #readWord(): string {
    const from = this.#at++;
    while (wordPart.test(this.#text[this.#at] ?? " ") || this.#text[this.#at] === "\\") this.#at++;
    return this.#text.slice(from, this.#at);
  }

  #word(): void {
    const isProperty = this.#last === ".";
    const word = this.#readWord();
    this.#last = isProperty ? "value" : word;
    this.#divides = isProperty || !beforeValue.has(word);
    if (isProperty) return;
    if (word === "import") this.#import();
    else if (word === "export" && this.#open.length === 0) this.#export();
    else if (word === "require" || word === "exports") this.#usesCommonJs = true;
    else if (word === "module" && this.#text.startsWith(".exports", this.#at)) this.#usesCommonJs = true;
  }

  #import(): void {
    this.#skipTrivia();
    const char = this.#text[this.#at] ?? "";
    if (char === "(") {
      this.#punctuation(char);
      this.#skipTrivia();
      if (this.#isQuote()) this.#specifier(true);
    } else if (char === ".") this.#isModule = true;
    else if (this.#open.length > 0) return;
    else if (this.#isQuote()) this.#specifier(false);
    else if (char === "{" || char === "*" || wordStart.test(char)) this.#clause();
  }

  #export(): void {
    this.#isModule = true;
    this.#skipTrivia();
    const char = this.#text[this.#at];
    if (char === "*" || char === "{") this.#clause();
  }

  /** Names in braces, stars and words up to `from "…"`; an export list may end without it. */
  #clause(): void {
    this.#isModule = true;
    for (;;) {
      this.#skipTrivia();
      const char = this.#text[this.#at] ?? "";
      if (char === "{") {
        this.#names();
        if (!this.#fromFollows()) return;
      } else if (char === "*" || char === ",") this.#at++;
      else if (!wordStart.test(char)) return;
      else if (this.#readWord() === "from") {
        this.#skipTrivia();
        if (!this.#isQuote()) continue;
        this.#specifier(false);
        return;
      }
    }
  }

  /** After a list: whether it goes on to another module. */
  #fromFollows(): boolean {
    this.#skipTrivia();
    return this.#text.startsWith("from", this.#at) && !wordPart.test(this.#text[this.#at + 4] ?? " ");
  }

  #names(): void {
    for (this.#at++; ; ) {
      this.#skipTrivia();
      const char = this.#text[this.#at];
      if (char === undefined) throw new ScanError("a list of names is left open");
      if (char === '"' || char === "'") this.#string(char);
      else this.#at++;
      if (char === "}") break;
    }
    this.#last = "}";
    this.#divides = false;
  }

  #isQuote(): boolean {
    return this.#text[this.#at] === '"' || this.#text[this.#at] === "'";
  }

  #specifier(dynamic: boolean): void {
    const start = this.#at + 1;
    this.#string(this.#text[this.#at]!);
    const end = this.#at - 1;
    this.#value();
    if (!dynamic) this.#isModule = true;
    this.#imports.push({ specifier: this.#text.slice(start, end), start, end, dynamic });
  }

  #string(quote: string): void {
    for (this.#at++; this.#text[this.#at] !== quote; this.#at++) {
      const char = this.#text[this.#at];
      if (char === undefined || char === "\n") throw new ScanError(`a string is left open at ${this.#at}`);
      if (char === "\\") this.#at++;
    }
    this.#at++;
  }

  #template(): void {
    this.#at++;
    this.#templateText();
  }

  /** From inside a template to its end or to its next hole. */
  #templateText(): void {
    for (; ; this.#at++) {
      const char = this.#text[this.#at];
      if (char === undefined) throw new ScanError("a template is left open");
      if (char === "\\") this.#at++;
      else if (char === "`") {
        this.#at++;
        this.#value();
        return;
      } else if (char === "$" && this.#text[this.#at + 1] === "{") {
        this.#at += 2;
        this.#open.push("template");
        this.#last = "(";
        this.#divides = false;
        return;
      }
    }
  }

  #regex(): void {
    let inClass = false;
    for (this.#at++; ; this.#at++) {
      const char = this.#text[this.#at];
      if (char === undefined || char === "\n") throw new ScanError(`a regular expression is left open at ${this.#at}`);
      if (char === "\\") this.#at++;
      else if (char === "[") inClass = true;
      else if (char === "]") inClass = false;
      else if (char === "/" && !inClass) break;
    }
    this.#at++;
    this.#value();
  }

  /** White space and comments. */
  #skipTrivia(): void {
    for (;;) {
      const char = this.#text[this.#at];
      if (char === "/" && this.#text[this.#at + 1] === "/") this.#toLineEnd();
      else if (char === "/" && this.#text[this.#at + 1] === "*") {
        const end = this.#text.indexOf("*/", this.#at + 2);
        if (end < 0) throw new ScanError("a comment is left open");
        this.#at = end + 2;
      } else if (char !== undefined && /\s/.test(char)) this.#at++;
      else return;
    }
  }

  #toLineEnd(): void {
    const end = this.#text.indexOf("\n", this.#at);
    this.#at = end < 0 ? this.#text.length : end;
  }
}
