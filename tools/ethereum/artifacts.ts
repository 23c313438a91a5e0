import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Abi, Hex } from "viem";

const require = createRequire(import.meta.url);

/** A contract ready to deploy. */
export interface Artifact {
  readonly abi: Abi;
  readonly bytecode: Hex;
}

/**
 * A contract as its npm package ships it, for instance `@uniswap/v2-core/build/UniswapV2Factory.json`.
 * Truffle, Hardhat and Waffle files differ only in where the code stands.
 *
 * @throws Error when the file has no code, as those of interfaces have none
 */
export function npmArtifact(path: string): Artifact {
  const file = JSON.parse(readFileSync(require.resolve(path), "utf8")) as {
    readonly abi: Abi;
    readonly bytecode?: string;
    readonly evm?: { readonly bytecode: { readonly object: string } };
  };
  const code = file.bytecode ?? file.evm?.bytecode.object ?? "";
  if (code.replace("0x", "") === "") throw new Error(`${path} has no bytecode`);
  return { abi: file.abi, bytecode: code.startsWith("0x") ? (code as Hex) : `0x${code}` };
}

/** A contract of `contracts/*.sol`, compiled earlier by `compile.ts`. */
export function ownArtifact(name: "Probe" | "Child" | "Token20" | "Token721" | "Token1155"): Artifact {
  const file = join(import.meta.dirname, "artifacts/contracts.generated.json");
  return (JSON.parse(readFileSync(file, "utf8")) as Record<string, Artifact>)[name]!;
}
