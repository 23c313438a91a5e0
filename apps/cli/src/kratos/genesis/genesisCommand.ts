import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { digest, type Krat12, krat12, seconds } from "@polis/codec";
import { type AccountId, type GenesisRecord, kratText } from "@polis/kratos";
import { type Command, InvalidArgumentError } from "commander";
import { example, integerOption } from "../../commands/parse.ts";
import { UserError } from "../../errors.ts";
import { print } from "../../print.ts";
import { parseKrat } from "../parseKrat.ts";
import { genesisOf, readRecordFile, recordText } from "./recordFile.ts";

interface GenesisFlags {
  readonly name: string;
  readonly chainId: number;
  readonly timestamp?: number;
  readonly bootstrap: readonly AccountId[];
  readonly validator: readonly Share[];
  readonly balance: readonly Share[];
  readonly override: readonly { readonly name: string; readonly value: bigint }[];
  readonly out?: string;
  readonly check?: string;
  readonly json?: boolean;
}

interface Share {
  readonly account: AccountId;
  readonly amount: Krat12;
}

/** `kratos genesis`: writes or checks a genesis record (kratos-core 3.9). */
export function register(program: Command): void {
  program
    .command("genesis")
    .description("write the genesis record of a new chain, for `kratos run --genesis --chain FILE`, or check one")
    .option("--name <text>", "name of the chain, at most 64 characters", "KratOs")
    .option("--chain-id <id>", "0 is the root chain", integerOption(0, 0xffff_ffff), 0)
    .option("--timestamp <seconds>", "Unix time of slot 0; now by default", integerOption(1, 0xffff_ffff))
    .option("--bootstrap <account>", "a validator without stake that begins with 100 credits; repeat", accounts, [])
    .option("--validator <account=KRAT>", "a validator with this stake, 50000 at least; repeat", shares, [])
    .option("--balance <account=KRAT>", "an account with this balance; repeat", shares, [])
    .option(
      "--override <name=value>",
      "slot_seconds, slots_per_epoch, bootstrap_min_epochs or unbonding_blocks, on development chains; repeat",
      overrides,
      [],
    )
    .option("-o, --out <file>", "file to write, never overwritten; standard output by default")
    .option("--check <file>", "instead: check a record and print its genesis hash")
    .option("--json", "print the summary as JSON")
    .addHelpText(
      "after",
      example(
        "kratos genesis --bootstrap 0xd04a...7b12 --balance 0x5c1f...90aa=1000000 --out chain.json",
        "kratos genesis --check chain.json",
      ),
    )
    .action(run);
}

function run(flags: GenesisFlags): void {
  if (flags.check !== undefined) {
    summarize(readRecordFile(flags.check), flags, []);
    return;
  }
  const record = recordOf(flags);
  if (record.validators.length === 0) {
    const hint = "name at least one with --bootstrap or --validator: nobody else could produce a block";
    throw new UserError("RECORD_INVALID", "the chain would have no validator", hint, { exitCode: 2 });
  }
  // Checked before it is written: a record that no node accepts helps nobody.
  genesisOf(record);
  if (flags.out === undefined) process.stdout.write(recordText(record));
  else {
    write(flags.out, recordText(record));
    summarize(record, flags, [`wrote ${flags.out}`]);
  }
}

function recordOf({ name, chainId, timestamp, bootstrap, validator, balance, override }: GenesisFlags): GenesisRecord {
  return {
    ...{ chainName: name, chainId, protocolVersion: 1 },
    timestamp: seconds(timestamp ?? Math.floor(Date.now() / 1_000)),
    randomnessSeed: new Uint8Array(randomBytes(32)),
    balances: balance,
    validators: [
      ...bootstrap.map((account) => ({ account, stake: krat12(0n), isBootstrap: true })),
      ...validator.map(({ account, amount }) => ({ account, stake: amount, isBootstrap: false })),
    ],
    overrides: override,
  };
}

function summarize(record: GenesisRecord, { json }: GenesisFlags, before: readonly string[]): void {
  const { hash, header } = genesisOf(record);
  const given = record.balances.reduce((sum, { amount }) => sum + amount, 0n);
  const summary = {
    ...{ chainName: record.chainName, genesisHash: `0x${hash}`, stateRoot: `0x${header.stateRoot}` },
    ...{ timestamp: record.timestamp, validators: record.validators.length, accounts: record.balances.length },
  };
  print(json, summary, [
    ...before,
    `chain        ${record.chainName}`,
    `genesis hash ${summary.genesisHash}`,
    `begins       ${new Date(record.timestamp * 1_000).toISOString()}`,
    `validators   ${record.validators.length}`,
    `balances     ${record.balances.length} accounts, ${kratText(given)}; the rest is in the Reserve`,
    ...record.overrides.map(({ name, value }) => `override     ${name} = ${value}`),
  ]);
}

function write(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: "wx" });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === "EEXIST";
    const hint = exists ? "choose another name: another record is another chain" : "check the folder";
    throw new UserError("RECORD_FILE", `cannot write ${path}${exists ? ": it exists already" : ""}`, hint, { cause });
  }
}

function accounts(text: string, before: readonly AccountId[]): readonly AccountId[] {
  return [...before, accountOf(text)];
}

function shares(text: string, before: readonly Share[]): readonly Share[] {
  const [account = "", krat = ""] = text.split("=", 2);
  const amount = parseKrat(krat);
  if (amount === undefined) throw new InvalidArgumentError("want ACCOUNT=KRAT, such as 0x…=1000000 or 0x…=0.5");
  return [...before, { account: accountOf(account), amount }];
}

function overrides(text: string, before: GenesisFlags["override"]): GenesisFlags["override"] {
  const match = /^(\w{1,64})=(\d{1,10})$/.exec(text);
  if (match === null) throw new InvalidArgumentError("want NAME=VALUE, such as slot_seconds=1");
  return [...before, { name: match[1]!, value: BigInt(match[2]!) }];
}

function accountOf(text: string): AccountId {
  const hex = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(text)?.[1];
  if (hex === undefined) throw new InvalidArgumentError("want an account: 0x and 64 hex characters");
  return digest(hex.toLowerCase());
}
