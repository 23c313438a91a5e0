import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";

/** A file of the artifact. */
export interface Emitted {
  /** Below the folder of modules. */
  readonly path: string;
  readonly text: string;
  /** npm packages that it imports. */
  readonly packages: ReadonlySet<string>;
}

/** What the portable provider stands in for (kernel/crypto/package.json, `browser`). */
const portable: Readonly<Record<string, string>> = {
  "kernel/crypto/src/native/primitives": "kernel/crypto/src/portable/primitives",
  "kernel/crypto/src/native/curves": "kernel/crypto/src/portable/curves",
};

const statement =
  /^(import|export)( type)? (\{[^}]*\}|\* as \w+|\*|\w+(?:, \{[^}]*\})?) from "([^"]+)";$|^import "([^"]+)";$/gm;

/**
 * What the entry points need of what the compiler wrote. An import from a package of ours becomes an import from the module
 * that defines the name, so that a client of payments does not carry the ledger.
 * @param root the repository
 * @param emitted where the compiler wrote it
 * @param entries paths without extension
 */
export function prune(root: string, emitted: string, entries: readonly string[]): readonly Emitted[] {
  const files = new Map<string, Emitted>();
  for (const extension of ["js", "d.ts"]) {
    const pruner = new Pruner(root, emitted, extension, files);
    for (const entry of entries) pruner.visit(entry);
  }
  return [...files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

class Pruner {
  readonly #root: string;
  readonly #emitted: string;
  readonly #extension: string;
  readonly #files: Map<string, Emitted>;
  readonly #texts = new Map<string, string>();

  constructor(root: string, emitted: string, extension: string, files: Map<string, Emitted>) {
    this.#root = root;
    this.#emitted = emitted;
    this.#extension = extension;
    this.#files = files;
  }

  /** @param module path without extension */
  visit(module: string): void {
    const path = `${module}.${this.#extension}`;
    if (this.#files.has(path)) return;
    const packages = new Set<string>();
    this.#files.set(path, { path, text: "", packages });
    const text = this.#textOf(module).replaceAll(
      statement,
      (whole, word: string, type: string | undefined, names: string, from: string, bare: string | undefined) => {
        if (bare !== undefined) throw new Error(`${path}: ${whole} runs a module for its effects`);
        return this.#rewrite(module, { word, type: type ?? "", names, from }, packages);
      },
    );
    const left = /(?:from|import\() ?"(@polis\/[^"]+)"/.exec(text);
    if (left !== null) throw new Error(`${path}: ${left[1]} is imported in a form that is not understood`);
    this.#files.set(path, { path, text, packages });
  }

  #rewrite(
    module: string,
    { word, type, names, from }: { word: string; type: string; names: string; from: string },
    packages: Set<string>,
  ): string {
    if (from.startsWith(".")) {
      const target = this.#inside(module, from);
      this.visit(target);
      return `${word}${type} ${names} from "${specifier(module, target)}";`;
    }
    const index = this.#indexOf(from);
    if (index === undefined) {
      packages.add(from);
      return `${word}${type} ${names} from "${from}";`;
    }
    if (!names.startsWith("{")) throw new Error(`${module}: ${names} of ${from}: import by name`);
    return entriesOf(names)
      .map(({ own, text }) => {
        const target = this.#definer(index, own);
        if (target === undefined) throw new Error(`${module}: ${from} does not export ${own}`);
        this.visit(target);
        return `${word}${type} { ${text} } from "${specifier(module, target)}";`;
      })
      .join("\n");
  }

  /** The module below a package's entry point that defines a name. */
  #definer(module: string, name: string): string | undefined {
    const text = this.#textOf(module);
    const declared = new RegExp(
      `^export (?:declare )?(?:abstract )?(?:async )?(?:const|let|function\\*?|class|interface|type) ${name}\\b`,
      "m",
    );
    if (declared.test(text)) return module;
    for (const match of text.matchAll(statement)) {
      const [, word, , names, from] = match;
      if (word !== "export" || from === undefined) continue;
      const isAll = names === "*";
      const listed = isAll ? undefined : entriesOf(names!).find(({ shown }) => shown === name);
      if (!isAll && listed === undefined) continue;
      if (listed !== undefined && listed.own !== name)
        throw new Error(`${module}: ${name} is exported under another name`);
      const target = from.startsWith(".") ? this.#inside(module, from) : this.#indexOf(from);
      const found = target === undefined ? undefined : this.#definer(target, name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #inside(module: string, from: string): string {
    const target = posix.join(posix.dirname(module), from).replace(/\.(js|ts)$/, "");
    return portable[target] ?? target;
  }

  #indexOf(name: string): string | undefined {
    const match = /^@polis\/([a-z]+)$/.exec(name);
    if (match === null) return undefined;
    const ring = ["kernel", "chains", "clients"].find((one) => existsSync(join(this.#root, one, match[1]!)));
    if (ring === undefined) throw new Error(`${name} is no package of the workspace`);
    return `${ring}/${match[1]}/src/index`;
  }

  #textOf(module: string): string {
    let text = this.#texts.get(module);
    if (text === undefined) {
      text = readFileSync(join(this.#emitted, `${module}.${this.#extension}`), "utf8");
      this.#texts.set(module, text);
    }
    return text;
  }
}

/** `{ a, type b as c }`: the name in its module, the name here, and the text. */
function entriesOf(names: string): readonly { readonly own: string; readonly shown: string; readonly text: string }[] {
  return names
    .slice(1, -1)
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .map((text) => {
      const [own, shown] = text.replace(/^type /, "").split(" as ");
      return { own: own!, shown: shown ?? own!, text };
    });
}

function specifier(from: string, to: string): string {
  const path = relative(dirname(from), to);
  return `${path.startsWith(".") ? path : `./${path}`}.js`;
}
