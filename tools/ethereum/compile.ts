import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, posix } from "node:path";
import solc from "solc";

const folder = import.meta.dirname;
const require = createRequire(import.meta.url);
const FILE = join(folder, "artifacts/contracts.generated.json");

/** One contract as the compiler leaves it: the ABI and the code that creates it, as 0x-prefixed hex. */
export interface Compiled {
  readonly abi: readonly unknown[];
  readonly bytecode: `0x${string}`;
}

interface Output {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[];
  readonly contracts: Readonly<
    Record<string, Readonly<Record<string, { abi: readonly unknown[]; evm: { bytecode: { object: string } } }>>>
  >;
}

if (import.meta.main) writeFileSync(FILE, serialize(compileContracts()));

/**
 * Compiles `contracts/*.sol`, with what they import from npm packages, by solc's JavaScript build.
 * `node tools/ethereum/compile.ts` writes the result to `artifacts/contracts.generated.json`, because it takes seconds;
 * the full tier compiles again and compares.
 *
 * @returns contracts by name; only those that our own files define
 * @throws Error with the compiler's messages when a contract is wrong
 */
export function compileContracts(): Record<string, Compiled> {
  const names = readdirSync(join(folder, "contracts")).filter((name) => name.endsWith(".sol"));
  const sources = collectSources(names.sort());
  const settings = {
    optimizer: { enabled: true, runs: 200 },
    evmVersion: "prague",
    // Without the hash of the sources the code does not change with comments.
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: Object.fromEntries(names.map((name) => [name, { "*": ["abi", "evm.bytecode.object"] }])),
  };
  const output: Output = JSON.parse(solc.compile(JSON.stringify({ language: "Solidity", sources, settings })));
  const wrong = (output.errors ?? []).filter((error) => error.severity === "error");
  if (wrong.length > 0) throw new Error(wrong.map((error) => error.formattedMessage).join("\n"));
  const contracts = names.flatMap((name) => Object.entries(output.contracts[name]!));
  return Object.fromEntries(
    contracts.map(([name, { abi, evm }]) => [name, { abi, bytecode: `0x${evm.bytecode.object}` as const }]),
  );
}

/** The text of `artifacts/contracts.generated.json`. */
export function serialize(contracts: Readonly<Record<string, Compiled>>): string {
  return `${JSON.stringify(contracts, null, 1)}\n`;
}

function collectSources(names: readonly string[]): Record<string, { content: string }> {
  const sources: Record<string, { content: string }> = {};
  const open = [...names];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (sources[name] !== undefined) continue;
    const content = readFileSync(
      name.startsWith("@") ? require.resolve(name) : join(folder, "contracts", name),
      "utf8",
    );
    sources[name] = { content };
    for (const match of content.matchAll(/^import .*?["']([^"']+)["'];/gms)) {
      const path = match[1]!;
      open.push(path.startsWith(".") ? posix.join(posix.dirname(name), path) : path);
    }
  }
  return sources;
}
