import { randomBytes } from "node:crypto";
import { type Digest, digest } from "@polis/codec";
import type { GenesisRecord, ValidatorKey } from "@polis/kratos";
import { UserError } from "../../errors.ts";
import { readPassword } from "../../keys/password.ts";
import { programVersion } from "../../programVersion.ts";
import { findDataDirectory } from "../data/dataDirectory.ts";
import { isRecordFile } from "../data/dataFlags.ts";
import { genesisOf, readRecordFile } from "../genesis/recordFile.ts";
import { readKratosKey } from "../keys/kratosKey.ts";
import type { KratosRunOptions } from "../node/runOptions.ts";
import { parseSeed } from "../seeds/parseSeed.ts";
import { parseSeedKey } from "../seeds/parseSeedKey.ts";
import type { RunFlags } from "./runFlags.ts";

/**
 * What flags mean (kratos-core 15). What is not supported is refused here, never replaced.
 * @throws UserError with exit code 2
 */
export function checkFlags(flags: RunFlags): KratosRunOptions {
  refuseUnsupported(flags);
  const record = isRecordFile(flags.chain) ? readRecordFile(flags.chain) : undefined;
  const chainName = record?.chainName ?? flags.chain;
  return {
    data: findDataDirectory(flags.basePath, chainName),
    ...{ chainName, begin: beginOf(flags, record), pin: pinOf(flags, record) },
    acceptFewer: flags.acceptFewPeers ?? false,
    ...{ name: nameOf(flags), version: programVersion() },
    ...{ p2pPort: flags.port, bootnodes: flags.bootnode, publicAddresses: flags.publicAddr, mdns: flags.mdns },
    ...{ maxPeers: flags.maxPeers, connectionsPerIp: flags.connectionsPerIp },
    ...{ seeds: flags.seed.map(parseSeed), seedKeys: flags.seedKey.map(parseSeedKey) },
    rpc: flags.rpc ? { host: flags.rpcAddr, port: flags.rpcPort } : undefined,
    ...callersOf(flags),
    ...{ corsAll: flags.rpcCorsAll ?? false, unsafe: flags.rpcMethodsUnsafe ?? false },
    validator: validatorOf(flags),
    ...{ sync: flags.sync === "warp" ? "warp" : "full", snapshotEvery: flags.snapshotEvery },
    ...{ prometheusPort: flags.prometheusPort },
  };
}

function refuseUnsupported({ sync, pruning, dbCache }: RunFlags): void {
  if (sync !== "full" && sync !== "warp") {
    const message = sync === "light" ? "light sync is not supported" : `${sync} is no way to synchronise`;
    throw unsupported(message, "take --sync full, or --sync warp to begin with a proven snapshot");
  }
  if (pruning !== undefined) {
    const hint = "leave --pruning out: all blocks are kept, and the states from the last final block up";
    throw unsupported(`pruning ${pruning} is not supported`, hint);
  }
  if (dbCache !== undefined) {
    throw unsupported("--db-cache is not supported", "leave it out: the operating system caches the data");
  }
}

function beginOf({ genesis, genesisHash, chain }: RunFlags, record: GenesisRecord | undefined) {
  if (genesis !== true) return undefined;
  if (record === undefined) {
    const hint = "write one with `kratos genesis --out chain.json`, then add --chain chain.json";
    throw new UserError("RECORD_FILE", `--genesis needs a genesis record file, ${chain} is a name`, hint, {
      exitCode: 2,
    });
  }
  const { hash } = genesisOf(record);
  if (genesisHash !== undefined && parseHash(genesisHash) !== hash) {
    const hint = "is it the right record?";
    throw new UserError("GENESIS_PIN", `the record in ${chain} has genesis 0x${hash}`, hint, { exitCode: 2 });
  }
  return record;
}

/** Whoever has the record of the chain needs no peers to agree on it. */
function pinOf({ genesisHash }: RunFlags, record: GenesisRecord | undefined): Digest | undefined {
  if (genesisHash !== undefined) return parseHash(genesisHash);
  return record && genesisOf(record).hash;
}

function parseHash(text: string): Digest {
  const hex = /^(?:0x)?([0-9a-fA-F]{64})$/.exec(text)?.[1];
  if (hex !== undefined) return digest(hex.toLowerCase());
  const hint = "want 0x and 64 hex characters: `kratos genesis --check FILE` prints it";
  throw new UserError("GENESIS_HASH", `${text.slice(0, 80)} is no genesis hash`, hint, { exitCode: 2 });
}

/** Who may call JSON-RPC by a name of its own, and which web pages (kratos-core 13.1). */
function callersOf({ rpcHost, rpcCorsOrigin }: RunFlags): Pick<KratosRunOptions, "allowedHosts" | "corsOrigins"> {
  for (const host of rpcHost) {
    if (/^[0-9a-z](?:[0-9a-z.-]{0,252})$/i.test(host)) continue;
    const hint = "give it without scheme and port, such as node.example.org";
    throw new UserError("RPC_HOST", `${host.slice(0, 80)} is no host name`, hint, { exitCode: 2 });
  }
  for (const origin of rpcCorsOrigin) {
    if (/^https?:/.test(origin) && URL.canParse(origin) && new URL(origin).origin === origin) continue;
    const hint = "give it as browsers send it, such as https://app.example.org; every page: --rpc-cors-all";
    throw new UserError("RPC_ORIGIN", `${origin.slice(0, 80)} is no origin of a web page`, hint, { exitCode: 2 });
  }
  return { allowedHosts: rpcHost, corsOrigins: rpcCorsOrigin.length === 0 ? undefined : rpcCorsOrigin };
}

function nameOf({ name }: RunFlags): string {
  if (name === undefined) return `kratos-${randomBytes(3).toString("hex")}`;
  if (/^[\x20-\x7e]{1,64}$/.test(name)) return name;
  throw new UserError("NODE_NAME", "a name has 1 to 64 printable ASCII characters", "choose another --name", {
    exitCode: 2,
  });
}

function validatorOf({ validator, validatorKey, passwordFile }: RunFlags): ValidatorKey | undefined {
  if (validator === true && validatorKey === undefined) {
    const hint = "make one with `kratos key generate --output FILE`, then add --validator-key FILE";
    throw new UserError("VALIDATOR_KEY", "--validator needs a key", hint, { exitCode: 2 });
  }
  if (validatorKey === undefined) return undefined;
  if (validator !== true) {
    const hint = "add --validator to produce blocks with this key, or leave --validator-key out";
    throw new UserError("VALIDATOR_KEY", "--validator-key does nothing without --validator", hint, { exitCode: 2 });
  }
  return readKratosKey(validatorKey, readPassword(passwordFile, process.env.KRATOS_KEY_PASSWORD));
}

function unsupported(message: string, hint: string): UserError {
  return new UserError("NOT_SUPPORTED", message, hint, { exitCode: 2 });
}
