#!/usr/bin/env node
import { readFileSync } from "node:fs";
import solc from "solc";

/*
 * Speaks as the native Solidity compiler does, over the compiler's JavaScript build from npm: `--version`, and
 * `--standard-json` from standard input; paths that come with it are of no use here. Foundry asks for no more, so
 * that where no native compiler can be downloaded, `forge build --use <this file>` works. Needs Node 26 first in PATH.
 */
if (process.argv.includes("--version")) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else if (process.argv.includes("--standard-json")) {
  process.stdout.write(solc.compile(readFileSync(0, "utf8")));
} else {
  process.stderr.write("only --version and --standard-json are understood\n");
  process.exitCode = 1;
}
