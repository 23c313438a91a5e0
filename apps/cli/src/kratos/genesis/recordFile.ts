import { readFileSync, statSync } from "node:fs";
import { digest, type Krat12, krat12, seconds } from "@polis/codec";
import { buildGenesis, type Genesis, GenesisError, type GenesisRecord } from "@polis/kratos";
import { z } from "zod";
import { UserError } from "../../errors.ts";

const account = z.string().regex(/^0x[0-9a-f]{64}$/, "want 0x and 64 lower-case hex characters");
/** Base units as decimal text: a JSON number cannot hold them. */
const amount = z.string().regex(/^(0|[1-9]\d{0,26})$/, "want base units as decimal text; 1 KRAT has 10^12");
const counter = z.number().int().nonnegative();

const recordSchema = z.strictObject({
  chain_name: z.string().min(1).max(64),
  chain_id: counter.max(0xffff_ffff),
  timestamp: counter,
  protocol_version: z.literal(1),
  randomness_seed: account,
  balances: z.array(z.strictObject({ account, amount })).max(1_000_000),
  validators: z.array(z.strictObject({ account, stake: amount, is_bootstrap: z.boolean() })).max(101),
  overrides: z.array(z.strictObject({ name: z.string().max(64), value: counter })).max(8),
});

/** Longest record file that is read. */
const MAX_BYTES = 256 << 20;

/** The text of a record file: the fields of kratos-core 3.9 as JSON, amounts in base units. */
export function recordText(record: GenesisRecord): string {
  const { chainName, chainId, timestamp, protocolVersion, randomnessSeed, balances, validators, overrides } = record;
  const json: z.infer<typeof recordSchema> = {
    chain_name: chainName,
    chain_id: chainId,
    timestamp,
    protocol_version: protocolVersion as 1,
    randomness_seed: `0x${randomnessSeed.toHex()}`,
    balances: balances.map(({ account, amount }) => ({ account: `0x${account}`, amount: `${amount}` })),
    validators: validators.map(({ account, stake, isBootstrap }) => ({
      ...{ account: `0x${account}`, stake: `${stake}`, is_bootstrap: isBootstrap },
    })),
    overrides: overrides.map(({ name, value }) => ({ name, value: Number(value) })),
  };
  return `${JSON.stringify(json, undefined, 2)}\n`;
}

/** Reads the text of a record file. @param where for messages @throws UserError RECORD_INVALID with every problem */
export function parseRecord(text: string, where: string): GenesisRecord {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw invalid(`${where} is not JSON`, cause);
  }
  const parsed = recordSchema.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.slice(0, 16).map(({ path, message }) => `  - ${path.join(".")}: ${message}`);
    throw invalid(`${where} is not a genesis record:\n${problems.join("\n")}`);
  }
  const { data } = parsed;
  return {
    ...{ chainName: data.chain_name, chainId: data.chain_id, protocolVersion: data.protocol_version },
    timestamp: seconds(data.timestamp),
    randomnessSeed: Uint8Array.fromHex(data.randomness_seed.slice(2)),
    balances: data.balances.map(({ account, amount }) => ({ account: digest(account.slice(2)), amount: krat(amount) })),
    validators: data.validators.map(({ account, stake, is_bootstrap: isBootstrap }) => ({
      ...{ account: digest(account.slice(2)), stake: krat(stake), isBootstrap },
    })),
    overrides: data.overrides.map(({ name, value }) => ({ name, value: BigInt(value) })),
  };
}

/** Reads a record file. @throws UserError RECORD_FILE or RECORD_INVALID */
export function readRecordFile(path: string): GenesisRecord {
  let text: string;
  try {
    if (statSync(path).size > MAX_BYTES) throw invalid(`${path} is too large for a genesis record`);
    text = readFileSync(path, "utf8");
  } catch (cause) {
    if (cause instanceof UserError) throw cause;
    const hint = "check --chain; `kratos genesis --help` says how to write a record";
    throw new UserError("RECORD_FILE", `cannot read the genesis record ${path}`, hint, { cause, exitCode: 2 });
  }
  return parseRecord(text, path);
}

/** The genesis of a record. @throws UserError RECORD_INVALID for one that the rules refuse (kratos-core 3.9) */
export function genesisOf(record: GenesisRecord): Genesis {
  try {
    return buildGenesis(record);
  } catch (cause) {
    if (!(cause instanceof GenesisError)) throw cause;
    throw new UserError("RECORD_INVALID", `the genesis record is not valid: ${cause.message}`, cause.hint, {
      cause,
      exitCode: 2,
    });
  }
}

function krat(text: string): Krat12 {
  return krat12(BigInt(text));
}

function invalid(message: string, cause?: unknown): UserError {
  return new UserError("RECORD_INVALID", message, "write it with `kratos genesis`", { cause, exitCode: 2 });
}
