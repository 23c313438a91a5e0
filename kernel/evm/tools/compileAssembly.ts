import { readFileSync } from "node:fs";
import { join } from "node:path";

type AscMain = (
  args: readonly string[],
  io: {
    readFile(name: string): string | null;
    writeFile(name: string, contents: Uint8Array | string): void;
    listFiles(): string[];
    stderr: { write(text: Uint8Array | string): void };
  },
) => Promise<{ readonly error: Error | null }>;

/** What is compiled. */
export interface AssemblySource {
  /** For messages. */
  readonly name: string;
  /** Below `kernel/evm/assembly`; "" for the folder itself. */
  readonly folder: string;
  /** The entry file's name; read from the folder unless `text` gives what it says. */
  readonly entry: string;
  readonly text?: string;
}

/**
 * Compiles AssemblyScript in memory with the options that all our modules share (no runtime, full optimisation).
 * @param options more arguments of `asc`; with `--textFile` the module comes as text too
 * @throws Error with the compiler's messages when the source does not compile
 */
export async function compileAssembly(
  source: AssemblySource,
  options: readonly string[],
): Promise<{ readonly binary: Uint8Array; readonly text: string }> {
  const folder = join(import.meta.dirname, "../assembly", source.folder);
  let binary: Uint8Array | undefined;
  let text = "";
  const messages: string[] = [];
  // Not a plain import: the package's types redefine globals such as `console` for the whole program.
  const compiler: string = "assemblyscript/asc";
  const { main } = (await import(compiler)) as { readonly main: AscMain };
  const { error } = await main([source.entry, "--runtime", "stub", "-O3", "--outFile", "out.wasm", ...options], {
    readFile: (name) => (name === source.entry ? source.text : undefined) ?? read(join(folder, name)),
    writeFile: (_name, contents) => {
      if (typeof contents === "string") text = contents;
      else binary = Uint8Array.from(contents);
    },
    listFiles: () => [],
    stderr: { write: (message) => messages.push(String(message)) },
  });
  if (error !== null || binary === undefined) throw new Error(`${source.name} does not compile: ${messages.join("")}`);
  return { binary, text };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return null;
  }
}
