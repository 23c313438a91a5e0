import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { runKairos } from "../program.ts";

const KRATOS = fileURLToPath(new URL("../kratos.ts", import.meta.url));
/** What the network of KratOs prints, so that the table of Kairos has the terminal. */
const LOG = ".polis/kratos-localnet.log";
const RPC_PORT = 9_933;
const FAUCET = ".polis/kratos-localnet-4/faucet.key";

/** What both networks were told. */
export interface StartWords {
  readonly kairos: readonly string[];
  readonly kratos: readonly string[];
}

/**
 * Divides the words of `npm start`: those up to a `--` are of `kairos localnet`, those behind it of `kratos localnet`. The
 * duration is of both.
 */
export function divideWords(words: readonly string[]): StartWords {
  const at = words.indexOf("--");
  const kairos = at < 0 ? words : words.slice(0, at);
  const kratos = at < 0 ? [] : words.slice(at + 1);
  const duration = kairos.indexOf("--duration");
  return { kairos, kratos: duration < 0 ? kratos : [...kairos.slice(duration, duration + 2), ...kratos] };
}

/** Where to look, before there is anything to see. */
export function startLines({ kratos }: StartWords): readonly string[] {
  const given = kratos.indexOf("--rpc-port");
  const port = given < 0 ? RPC_PORT : Number(kratos[given + 1]);
  const folder = kratos.indexOf("--dir");
  const faucet = folder < 0 ? FAUCET : `${kratos[folder + 1]}/faucet.key`;
  return [
    "Kairos   payments in USDC, six validators: the table below",
    "KratOs   governance, four validators, in the background",
    `         observer  http://127.0.0.1:${port}   JSON-RPC at the same address`,
    `         wallet    npx kratos wallet create --import --rpc http://127.0.0.1:${port}`,
    `                   (import the secret in ${faucet} to have KRAT to spend)`,
    `         messages  ${LOG}`,
    "",
  ];
}

/**
 * Runs a local network of each chain until both are ended: Kairos in this process, with its table, KratOs in another.
 * @returns the exit code: the first that is not 0
 */
export async function startBoth(words: readonly string[]): Promise<number> {
  const divided = divideWords(words);
  if (divided.kairos.includes("--help")) return runKairos(["localnet", "--help"]);
  mkdirSync(dirname(LOG), { recursive: true });
  const log = createWriteStream(LOG, { mode: 0o600 });
  const child = spawn(process.execPath, [KRATOS, "localnet", ...divided.kratos], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const ended = endOf(child);
  const isJson = divided.kairos.includes("--json");
  for (const line of startLines(divided)) (isJson ? process.stderr : process.stdout).write(`${line}\n`);
  const kairos = await runKairos(["localnet", ...divided.kairos]);
  // Ctrl-C in a terminal has reached it already; a second signal does no harm.
  child.kill("SIGTERM");
  const kratos = await ended;
  log.end();
  return kairos === 0 ? kratos : kairos;
}

/** Resolves with the exit code; says at once when it ends by itself with a failure, such as a port that is taken. */
function endOf(child: ChildProcess): Promise<number> {
  return new Promise<number>((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", (code) => {
      if (code !== 0 && code !== null) process.stderr.write(`KratOs has ended with code ${code}: see ${LOG}\n`);
      resolve(code ?? 1);
    });
  });
}
