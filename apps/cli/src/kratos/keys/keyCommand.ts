import { existsSync, readFileSync } from "node:fs";
import { type Command, Option } from "commander";
import { example } from "../../commands/parse.ts";
import { UserError } from "../../errors.ts";
import { readPassword } from "../../keys/password.ts";
import { print } from "../../print.ts";
import { basePathOption, chainOption, type DataFlags, dataOf } from "../data/dataFlags.ts";
import { insertKey, listKeys } from "./keystore.ts";
import {
  generateKratosKey,
  type KeyFormat,
  keyFormats,
  keyText,
  parseSecret,
  readKratosKey,
  writeKratosKey,
} from "./kratosKey.ts";

interface Common {
  readonly passwordFile?: string;
  readonly json?: boolean;
}

const passwordOption = ["--password-file <file>", "password in its first line; or KRATOS_KEY_PASSWORD"] as const;

/** `kratos key`: the keys of validators (kratos-core 15). */
export function register(program: Command): void {
  const key = program.command("key").description("make, show and keep the keys of validators");
  generate(key);
  inspect(key);
  insert(key);
  list(key);
}

function generate(key: Command): void {
  key
    .command("generate")
    .description("make a key from the entropy of the operating system")
    .option("--scheme <name>", "only ed25519 is part of consensus", "ed25519")
    .option("-o, --output <file>", "write it there, readable by you alone, instead of printing it")
    .addOption(new Option("--format <form>", "form of the key").choices(keyFormats).default("json"))
    .addHelpText("after", example("kratos key generate --output validator.json"))
    .action(({ scheme, output, format }: { scheme: string; output?: string; format: KeyFormat }) => {
      if (scheme !== "ed25519") {
        const hint = "leave --scheme out: a validator signs and draws its slots with one ed25519 key";
        throw new UserError("KEY_SCHEME", `the scheme ${scheme} is not supported`, hint, { exitCode: 2 });
      }
      const made = generateKratosKey();
      if (output === undefined) process.stdout.write(keyText(made, format));
      else {
        writeKratosKey(output, made, format);
        print(undefined, undefined, [`wrote ${output}`, `account 0x${made.account}`]);
      }
    });
}

function inspect(key: Command): void {
  key
    .command("inspect")
    .description("print type, public key and account of a key; never its secret")
    .argument("<key>", "key file, or - for standard input, or the secret in hex")
    .option(...passwordOption)
    .option("--json", "as JSON")
    .addHelpText("after", example("kratos key inspect validator.json", "kratos key inspect - < secret.hex"))
    .action((what: string, options: Common) => {
      const { account } = readAny(what, options);
      const shown = { scheme: "ed25519", publicKey: `0x${account}`, accountId: `0x${account}` };
      print(options.json, shown, [
        "type       ed25519",
        `public key ${shown.publicKey}`,
        `account    ${shown.accountId}`,
      ]);
    });
}

function insert(key: Command): void {
  key
    .command("insert")
    .description("put a key into the keystore of a data directory, encrypted; the file stays, to be removed by you")
    .argument("<file>", "key file")
    .option(...passwordOption)
    .option(...basePathOption)
    .option(...chainOption)
    .option("--json", "as JSON")
    .addHelpText("after", example("kratos key insert validator.json --password-file password"))
    .action((file: string, options: Common & DataFlags) => {
      const password = passwordOf(options);
      if (password === undefined) {
        const hint = "give --password-file, or set KRATOS_KEY_PASSWORD";
        throw new UserError("KEY_PASSWORD", "a keystore needs a password", hint, { exitCode: 2 });
      }
      const { account, path } = insertKey(dataOf(options).keystore, readKratosKey(file, password), password);
      print(options.json, { accountId: `0x${account}`, path }, [`wrote ${path}`, `account 0x${account}`]);
    });
}

function list(key: Command): void {
  key
    .command("list")
    .description("list the accounts of the keystore of a data directory")
    .option(...basePathOption)
    .option(...chainOption)
    .option("--json", "as JSON")
    .addHelpText("after", example("kratos key list"))
    .action((options: Common & DataFlags) => {
      const { keystore } = dataOf(options);
      const keys = listKeys(keystore);
      const lines = keys.map(({ account, path }) => `0x${account}  ${path}`);
      print(
        options.json,
        keys.map(({ account, path }) => ({ accountId: `0x${account}`, path })),
        lines.length > 0 ? lines : [`no keys in ${keystore}`],
      );
    });
}

function readAny(what: string, options: Common) {
  if (what === "-") return parseSecret(readFileSync(0, "utf8").trim(), "standard input");
  if (existsSync(what) || !/^(0x)?[0-9a-fA-F]{64}$/.test(what)) return readKratosKey(what, passwordOf(options));
  process.stderr.write("warning: other users of this computer can see the words of a command line\n");
  return parseSecret(what, "the argument");
}

function passwordOf({ passwordFile }: Common): string | undefined {
  return readPassword(passwordFile, process.env.KRATOS_KEY_PASSWORD);
}
