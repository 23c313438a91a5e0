import type { Command } from "commander";
import { parseListenAddress } from "../config/values.ts";
import { UserError } from "../errors.ts";
import { readKeyFile } from "../keys/keyFile.ts";
import { readPassword } from "../keys/password.ts";
import { exitCodeOf } from "../run/exitCodeOf.ts";
import { whenParentGone } from "../run/whenParentGone.ts";
import { startSigner } from "../signer/runSigner.ts";
import type { SignerListen } from "../signer/serveSigner.ts";
import { createLogger } from "../telemetry/logger.ts";
import { example, integerOption } from "./parse.ts";

interface SignerFlags {
  readonly listen: string;
  readonly genesis: string;
  readonly keys: string;
  readonly record: string;
  readonly passwordFile?: string;
  readonly client: readonly string[];
  readonly tlsKey?: string;
  readonly fromView?: number;
  readonly logFormat: "terminal" | "json";
}

/** Adds `kairos signer`. */
export function register(program: Command): void {
  program
    .command("signer")
    .description("hold a validator's BLS key in a process of its own, which signs votes and never two that contradict")
    .requiredOption("--listen <address>", "path of a Unix socket, or host:port for TLS with pinned keys")
    .requiredOption("--genesis <file>", "genesis of the network; votes of no other are signed")
    .requiredOption("--keys <dir>", "folder with bls.key, and share.key.m and .l in the threshold scheme")
    .requiredOption("--record <dir>", "folder of the record of what was signed; never share or restore an old one")
    .option("--password-file <file>", "password of encrypted keys; or KAIROS_KEY_PASSWORD")
    .option(
      "--tls-key <file>",
      "with host:port: Ed25519 key of the signer, made by `kairos keys generate --kind ed25519`",
    )
    .option("--client <hex>", "with host:port: Ed25519 key of a node that may ask; may be repeated", collect, [])
    .option(
      "--from-view <view>",
      "there is no record, and I answer for it that this key signed nothing at or above this view",
      integerOption(1, Number.MAX_SAFE_INTEGER),
    )
    .option("--log-format <format>", "terminal or json", "terminal")
    .addHelpText(
      "after",
      example(
        "kairos signer --listen /run/kairos/signer.sock --genesis genesis.json --keys keys --record /var/lib/kairos-signer",
      ),
    )
    .action(run);
}

async function run(flags: SignerFlags): Promise<void> {
  const logger = createLogger({ level: "info", format: flags.logFormat === "json" ? "json" : "terminal" });
  const access = { password: readPassword(flags.passwordFile, process.env.KAIROS_KEY_PASSWORD) };
  const ended = Promise.withResolvers<number>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => ended.resolve(0));
  const release = whenParentGone(() => ended.resolve(0));
  const fail = (error: unknown): void => {
    logger.log("error", `the signer stops: ${error instanceof Error ? error.message : String(error)}`);
    ended.resolve(exitCodeOf(error));
  };
  process.on("unhandledRejection", fail);
  const signer = await startSigner({
    genesisPath: flags.genesis,
    keyFolder: flags.keys,
    recordPath: flags.record,
    access,
    listen: listenOf(flags, access),
    fromView: flags.fromView,
    logger,
    onFailure: fail,
  });
  const code = await ended.promise;
  await signer.close();
  release();
  logger.log("info", "the signer has stopped", { code });
  process.exitCode = code;
}

function listenOf(flags: SignerFlags, access: { readonly password: string | undefined }): SignerListen {
  const { listen, tlsKey, client } = flags;
  const address = parseListenAddress(listen);
  const wrong = (message: string, hint: string) => new UserError("SIGNER_LISTEN", message, hint, { exitCode: 2 });
  if (address === undefined) {
    if (listen.includes("/")) return { socketPath: listen };
    throw wrong(`${listen} is neither a path nor host:port`, "write a socket as a path, for example ./signer.sock");
  }
  if (tlsKey === undefined || client.length === 0) {
    throw wrong("host:port needs --tls-key and --client", "on one machine a Unix socket is enough");
  }
  const clients = new Set(client.map((hex) => hex.replace(/^0x/, "").toLowerCase()));
  for (const hex of clients) {
    if (!/^[0-9a-f]{64}$/.test(hex)) throw wrong(`--client ${hex}: want 64 hex characters`, "see `kairos keys show`");
  }
  return { ...address, secretKey: readKeyFile(tlsKey, "ed25519", access).secret, clients };
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
