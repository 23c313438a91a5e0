import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Abi, encodeDeployData, encodeFunctionData, type Hex } from "viem";

const require = createRequire(import.meta.url);
const ownContracts = new URL("../../../../../tools/ethereum/artifacts/contracts.generated.json", import.meta.url);

/** A contract ready to deploy and call. */
export interface Contract {
  readonly abi: Abi;
  readonly bytecode: Hex;
}

/** The contracts of the benchmarks, as their npm packages ship them or compile to. */
export function contracts() {
  const own = JSON.parse(readFileSync(ownContracts, "utf8")) as Record<string, Contract>;
  return {
    token: own.Token20!,
    factory: packaged("@uniswap/v2-core/build/UniswapV2Factory.json"),
    router: packaged("@uniswap/v2-periphery/build/UniswapV2Router02.json"),
    wrapped: packaged("@uniswap/v2-periphery/build/WETH9.json"),
  } as const;
}

/** Creation code with its constructor's arguments. */
export function creation({ abi, bytecode }: Contract, args: readonly unknown[]): Uint8Array {
  return bytesOf(encodeDeployData({ abi, bytecode, args }));
}

/** Input of a call. */
export function input({ abi }: Contract, functionName: string, args: readonly unknown[]): Uint8Array {
  return bytesOf(encodeFunctionData({ abi, functionName, args }));
}

function packaged(path: string): Contract {
  const file = JSON.parse(readFileSync(require.resolve(path), "utf8")) as {
    readonly abi: Abi;
    readonly bytecode?: string;
    readonly evm?: { readonly bytecode: { readonly object: string } };
  };
  const code = file.bytecode ?? file.evm?.bytecode.object ?? "";
  return { abi: file.abi, bytecode: (code.startsWith("0x") ? code : `0x${code}`) as Hex };
}

function bytesOf(hex: Hex): Uint8Array {
  return Uint8Array.fromHex(hex.slice(2));
}
