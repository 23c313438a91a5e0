import type { Command } from "commander";
import { generateKey } from "../keyFile.ts";

/** Adds `key generate`. @param write where the public key is printed */
export function registerKey(program: Command, write: (text: string) => void): void {
  const key = program.command("key").description("the key that signs lists of peers");
  key
    .command("generate")
    .description("make a key file, readable by its owner only")
    .requiredOption("-o, --output <file>", "where to write it; never overwritten")
    .option("--json", "print JSON")
    .action(({ output, json }: { readonly output: string; readonly json?: boolean }) => {
      const publicKey = generateKey(output);
      const text =
        json === true ? JSON.stringify({ file: output, publicKey: `0x${publicKey}` }) : `public key 0x${publicKey}`;
      write(`${text}\n`);
    });
}
