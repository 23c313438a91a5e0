import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Command, Option } from "commander";
import { UserError } from "../errors.ts";
import { type BuiltGenesis, buildGenesis } from "../genesis/buildGenesis.ts";
import { osEntropy, shareFiles } from "../keys/identity.ts";
import { writeKeyFile } from "../keys/keyFile.ts";
import { readPassword } from "../keys/password.ts";
import { print } from "../print.ts";
import { addressOption, example, integerOption } from "./parse.ts";

interface GenesisOptions {
  readonly validators: readonly string[];
  readonly chainId: number;
  readonly network: "local" | "devnet" | "testnet" | "mainnet";
  readonly f?: number;
  readonly alloc: string;
  readonly scheme: "multisig" | "threshold";
  readonly deal?: boolean;
  readonly treasury?: string;
  readonly timestamp?: number;
  readonly passwordFile?: string;
  readonly out: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  program
    .command("genesis")
    .description("build and validate a genesis file")
    .requiredOption("--validators <files...>", "validator.json of each validator, in order")
    .requiredOption("--chain-id <id>", "EIP-155 chain id", integerOption(1, Number.MAX_SAFE_INTEGER))
    .requiredOption("--alloc <file>", "JSON: {address: {balance: decimal text, 18 decimals}}")
    .addOption(
      new Option("--network <name>", "network").choices(["local", "devnet", "testnet", "mainnet"]).default("local"),
    )
    .option("--f <count>", "faults tolerated; the most that n allows by default", integerOption(0, 204))
    .addOption(new Option("--scheme <name>", "certificates").choices(["multisig", "threshold"]).default("multisig"))
    .option("--deal", "deal threshold shares; the dealer knows the group secret (local and devnet only)")
    .option("--treasury <address>", "account that gets the base fees", addressOption)
    .option("--timestamp <seconds>", "Unix time of block 0", integerOption(0, 9_007_199_254_739))
    .option("--password-file <file>", "encrypt dealt shares with the password in this file")
    .requiredOption("--out <file>", "genesis file to write")
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      example("kairos genesis --validators v*/validator.json --chain-id 52471 --alloc alloc.json --out genesis.json"),
    )
    .action((options: GenesisOptions) => runGenesis(options));
}

function runGenesis(options: GenesisOptions): void {
  if (existsSync(options.out)) {
    throw new UserError("GENESIS_FILE", `${options.out} exists already`, "a genesis is a network: choose another name");
  }
  const entries = options.validators.map((file) => readJson(file));
  const built = buildGenesis({
    chainId: options.chainId,
    network: options.network,
    f: options.f ?? Math.floor((entries.length - 1) / 5),
    validators: entries,
    alloc: readJson(options.alloc),
    scheme: options.scheme,
    dealEntropy: options.deal === true ? osEntropy(32) : undefined,
    treasury: options.treasury,
    timestampS: options.timestamp ?? 0,
  });
  const shares = writeShares(options, built);
  writeFileSync(options.out, built.text, { flag: "wx" });
  const { n, f, scheme } = built.genesis;
  const warning = shares.length === 0 ? [] : ["warning: whoever dealt these shares knows the group secret (K15)"];
  print(options.json, { file: options.out, genesisHash: built.hash, n, f, scheme, shares }, [
    `wrote ${options.out}: n = ${n}, f = ${f}, scheme ${scheme}`,
    `genesis hash ${built.hash}`,
    ...shares.map((file) => `wrote ${file}`),
    ...warning,
  ]);
}

/** Each validator's shares beside its entry file: `share.key.m`, `share.key.l`, or with the entry's name in front. */
function writeShares(options: GenesisOptions, { dealing }: BuiltGenesis): string[] {
  if (dealing === undefined) return [];
  const password = readPassword(options.passwordFile, process.env.KAIROS_KEY_PASSWORD);
  return options.validators.flatMap((file, i) => {
    const name = basename(file) === "validator.json" ? "share.key" : `${basename(file, ".json")}.share.key`;
    const files = shareFiles(join(dirname(file), name));
    const { m, l } = dealing;
    writeKeyFile(files.m, { kind: "share_m", secret: m.shares[i]!, publicKey: m.shareKeys[i]! }, password);
    writeKeyFile(files.l, { kind: "share_l", secret: l.shares[i]!, publicKey: l.shareKeys[i]! }, password);
    return [files.m, files.l];
  });
}

function readJson(file: string): Record<string, unknown> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>;
  } catch (cause) {
    const reason = cause instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new UserError("GENESIS_FILE", `${file} ${reason}`, "check the path and the file", { cause });
  }
}
