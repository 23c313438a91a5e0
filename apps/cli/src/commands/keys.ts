import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { KeyKind } from "@polis/crypto";
import { type Command, Option } from "commander";
import { UserError } from "../errors.ts";
import { checkEntry } from "../keys/checkEntry.ts";
import { generateIdentity, validatorEntry } from "../keys/identity.ts";
import { readKeyFile, writeKeyFile } from "../keys/keyFile.ts";
import { readPassword } from "../keys/password.ts";
import { print } from "../print.ts";
import { addressOption, example, integerOption } from "./parse.ts";

const kinds = ["bls", "ed25519", "share_m", "share_l"] as const;
const maxChainId = Number.MAX_SAFE_INTEGER;

interface Common {
  readonly passwordFile?: string;
  readonly json?: boolean;
}

export function register(program: Command): void {
  const keys = program.command("keys").description("make, show, check, encrypt and decrypt a validator's keys");
  generate(keys);
  show(keys);
  verify(keys);
  encrypt(keys);
  decrypt(keys);
}

function generate(keys: Command): void {
  keys
    .command("generate")
    .description("make keys from the entropy of the operating system; prints public keys and proof of possession")
    .requiredOption("--out <dir>", "folder for bls.key, ed25519.key and validator.json")
    .option("--password-file <file>", "encrypt the keys with the password in this file")
    .addOption(new Option("--kind <kind>", "which keys").choices(["bls", "ed25519", "all"]).default("all"))
    .option("--chain-id <id>", "chain to bind the p2p key to; needed for a genesis entry", integerOption(1, maxChainId))
    .option("--fee-address <address>", "account that gets the fees", addressOption)
    .option("--name <text>", "name in the validator list")
    .option("--json", "as JSON")
    .addHelpText("after", example("kairos keys generate --out keys --chain-id 52471 --password-file password"))
    .action((options: GenerateOptions) => runGenerate(options));
}

interface GenerateOptions extends Common {
  readonly out: string;
  readonly kind: "bls" | "ed25519" | "all";
  readonly chainId?: number;
  readonly feeAddress?: string;
  readonly name?: string;
}

function runGenerate(options: GenerateOptions): void {
  const password = readPassword(options.passwordFile, process.env.KAIROS_KEY_PASSWORD);
  const wanted = options.kind === "all" ? (["bls", "ed25519"] as const) : [options.kind];
  const files = wanted.map((kind) => join(options.out, `${kind}.key`));
  const taken = [...files, join(options.out, "validator.json")].find((file) => existsSync(file));
  if (taken !== undefined) {
    throw new UserError("KEY_FILE", `${taken} exists already`, "choose another folder: keys are never overwritten");
  }
  const identity = generateIdentity();
  mkdirSync(options.out, { recursive: true });
  for (const [i, kind] of wanted.entries()) writeKeyFile(files[i]!, identity[kind], password);
  const entry = validatorEntry(identity, options);
  if (options.kind === "bls") delete entry.p2pPublicKey;
  if (options.kind === "ed25519") for (const name of ["blsPublicKey", "blsPop", "feeAddress"]) delete entry[name];
  if (options.kind !== "all") delete entry.p2pBinding;
  else writeFileSync(join(options.out, "validator.json"), `${JSON.stringify(entry, undefined, 2)}\n`);
  print(options.json, { files, ...entry }, [...files.map((file) => `wrote ${file}`), ...entryLines(entry)]);
}

function show(keys: Command): void {
  keys
    .command("show")
    .description("print the public side of keys: the entry for a genesis validator list")
    .requiredOption("--dir <dir>", "folder with bls.key and ed25519.key")
    .option("--password-file <file>", "password of encrypted keys")
    .option("--chain-id <id>", "chain to bind the p2p key to", integerOption(1, maxChainId))
    .option("--fee-address <address>", "account that gets the fees", addressOption)
    .option("--name <text>", "name in the validator list")
    .option("--json", "as JSON")
    .addHelpText("after", example("kairos keys show --dir keys --chain-id 52471 --json > validator.json"))
    .action((options: Common & { dir: string; chainId?: number; feeAddress?: string; name?: string }) => {
      const access = { password: readPassword(options.passwordFile, process.env.KAIROS_KEY_PASSWORD) };
      const identity = {
        bls: readKeyFile(join(options.dir, "bls.key"), "bls", access),
        ed25519: readKeyFile(join(options.dir, "ed25519.key"), "ed25519", access),
      };
      const entry = validatorEntry(identity, options);
      print(options.json, entry, entryLines(entry));
    });
}

interface VerifyOptions extends Common {
  readonly file?: string;
  readonly kind?: KeyKind;
  readonly publicKey?: string;
  readonly entry?: string;
  readonly chainId?: number;
}

function verify(keys: Command): void {
  keys
    .command("verify")
    .description(
      "check that a key file opens, has safe permissions and holds a valid key, or that an entry proves its keys",
    )
    .option("--file <file>", "key file")
    .addOption(new Option("--kind <kind>", "what it holds").choices(kinds))
    .option("--password-file <file>", "password of an encrypted key")
    .option("--public-key <hex>", "public key that it must have")
    .option(
      "--entry <file>",
      "instead: an entry of a validator list, whose proof of possession and binding are checked",
    )
    .option("--chain-id <id>", "chain that the entry's p2p key must be bound to", integerOption(1, maxChainId))
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      example(
        "kairos keys verify --file keys/bls.key --kind bls",
        "kairos keys verify --entry keys/validator.json --chain-id 52471",
      ),
    )
    .action((options: VerifyOptions) => {
      if (options.entry !== undefined) verifyEntry(options.entry, options);
      else if (options.file !== undefined && options.kind !== undefined) {
        verifyFile(options.file, options.kind, options);
      } else {
        const hint = "give --file and --kind, or --entry";
        throw new UserError("KEY_OPTIONS", "there is nothing to verify", hint, { exitCode: 2 });
      }
    });
}

function verifyFile(file: string, kind: KeyKind, options: VerifyOptions): void {
  const password = readPassword(options.passwordFile, process.env.KAIROS_KEY_PASSWORD);
  const publicKey = readKeyFile(file, kind, { password }).publicKey.toHex();
  if (options.publicKey !== undefined && options.publicKey.replace(/^0x/, "").toLowerCase() !== publicKey) {
    throw new UserError("KEY_MISMATCH", `${file} has the public key 0x${publicKey}`, "is it the right file?");
  }
  const lines = [`${file} is a valid ${kind} key`, `public key 0x${publicKey}`];
  print(options.json, { valid: true, kind, publicKey: `0x${publicKey}` }, lines);
}

function verifyEntry(file: string, { chainId, json }: VerifyOptions): void {
  const { proven, bound } = checkEntry(file, chainId);
  const lines = [
    `${file}: the proof of possession holds`,
    ...(bound ? [`the p2p key is bound to chain ${chainId}`] : []),
  ];
  print(json, { valid: true, proven, bound }, lines);
}

interface FileOptions extends Common {
  readonly file: string;
  readonly kind: KeyKind;
  readonly out: string;
}

function encrypt(keys: Command): void {
  keys
    .command("encrypt")
    .description(
      "write a key file as a keystore (kairos K7), also one that has another password; the old file stays, to be removed by you",
    )
    .requiredOption("--file <file>", "raw key file or keystore")
    .requiredOption("--out <file>", "keystore to write")
    .requiredOption("--password-file <file>", "the new password in the first line")
    .option("--old-password-file <file>", "password of --file, when that is a keystore")
    .addOption(new Option("--kind <kind>", "what it holds").choices(kinds).makeOptionMandatory())
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      example(
        "kairos keys encrypt --file keys/bls.key --kind bls --password-file password --out bls.keystore",
        "kairos keys encrypt --file bls.keystore --kind bls --old-password-file old --password-file new --out new.keystore",
      ),
    )
    .action((options: FileOptions & { oldPasswordFile?: string }) => {
      const password = readPassword(options.passwordFile, undefined);
      copyKey(options, readPassword(options.oldPasswordFile, undefined) ?? password, password);
    });
}

function decrypt(keys: Command): void {
  keys
    .command("decrypt")
    .description("write a keystore as a raw key file with mode 0600; whoever reads that file has the key")
    .requiredOption("--file <file>", "keystore")
    .requiredOption("--out <file>", "raw key file to write")
    .option("--password-file <file>", "its password; or KAIROS_KEY_PASSWORD")
    .addOption(new Option("--kind <kind>", "what it holds").choices(kinds).makeOptionMandatory())
    .option("--json", "as JSON")
    .addHelpText(
      "after",
      example("kairos keys decrypt --file bls.keystore --kind bls --password-file password --out bls.key"),
    )
    .action((options: FileOptions) => {
      copyKey(options, readPassword(options.passwordFile, process.env.KAIROS_KEY_PASSWORD), undefined);
    });
}

function copyKey({ file, kind, out, json }: FileOptions, from: string | undefined, to: string | undefined): void {
  const content = readKeyFile(file, kind, { password: from });
  writeKeyFile(out, content, to);
  const publicKey = `0x${content.publicKey.toHex()}`;
  print(json, { file: out, publicKey }, [`wrote ${out}`, `public key ${publicKey}`]);
}

function entryLines(entry: Readonly<Record<string, string>>): string[] {
  return Object.entries(entry).map(([name, value]) => `${name} ${value}`);
}
