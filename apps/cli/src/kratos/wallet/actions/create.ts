import { randomBytes } from "node:crypto";
import type { Digest } from "@polis/codec";
import { UserError } from "../../../errors.ts";
import { checkUrl } from "../../client/createKratosClient.ts";
import { type KratosKey, keyOf, parseSecret, readKratosKey, writeKratosKey } from "../../keys/kratosKey.ts";
import { walletError } from "../errors.ts";
import { type KdfCost, usualCost } from "../file/kdf.ts";
import { hasWallet, type WalletFolder, writeWallet } from "../file/walletFolder.ts";
import { sealWallet } from "../file/walletText.ts";
import { answer, type WalletIo } from "../io.ts";
import { walletClient } from "../node/openNode.ts";
import type { Prompts } from "../prompts.ts";
import { choosePassword } from "./choosePassword.ts";

/** The endpoint of a node on this machine (kratos-core 14.3). */
export const USUAL_RPC = "http://127.0.0.1:9933";

/** What a new wallet is made of; what is left out is asked for. */
export interface CreateOptions {
  readonly folder: WalletFolder;
  readonly io: WalletIo;
  readonly isImport: boolean;
  /** A key file to import: JSON or hex. */
  readonly secretFile: string | undefined;
  /** Where a new secret is backed up instead of being shown. */
  readonly backupFile: string | undefined;
  /** Show a new secret although nobody confirms to have kept it. */
  readonly showSecret: boolean;
  readonly rpcUrl: string | undefined;
  /** The chain, as known from elsewhere; a node that is reached must agree. */
  readonly genesisHash: Digest | undefined;
  readonly password: string | undefined;
  readonly cost?: KdfCost;
  /** Do not ask whether the backup is kept and the chain is the right one. */
  readonly yes: boolean;
}

/**
 * Makes a wallet (kratos-core 14.4): a new or an imported key, an endpoint, the chain to which it is pinned, a password.
 * @returns the password, so that whoever has just chosen it is not asked for it again
 * @throws UserError WALLET_EXISTS and those of its parts
 */
export async function createWallet(options: CreateOptions): Promise<string> {
  const { folder, io, yes, cost = usualCost } = options;
  if (hasWallet(folder)) {
    const hint = "use it, or make another one in another folder with --wallet-dir";
    throw walletError("input", "WALLET_EXISTS", `there is a wallet in ${folder.path} already`, hint);
  }
  const rpcUrl = checkUrl(options.rpcUrl ?? (await askEndpoint(io)));
  const genesisHash = await pinChain(options, rpcUrl);
  const isImport = options.isImport || options.secretFile !== undefined;
  const key = isImport ? await importKey(options) : keyOf(new Uint8Array(randomBytes(32)));
  try {
    const password = await choosePassword(io, options.password);
    const shown = isImport ? undefined : await backUp(options, key);
    writeWallet(folder, sealWallet({ account: key.account, rpcUrl, genesisHash, cost }, key.secret, password));
    const data = { address: `0x${key.account}`, rpcUrl, genesisHash: `0x${genesisHash}`, walletDir: folder.path };
    const lines = [`address  0x${key.account}`, `chain    0x${genesisHash}`, `wallet   ${folder.wallet}`];
    if (!yes) lines.push("Back this file up too: with its password it holds the same secret.");
    answer(io, { ...data, ...(shown === undefined ? {} : { secret: shown }) }, lines);
    return password;
  } finally {
    key.secret.fill(0);
  }
}

async function askEndpoint({ prompts }: WalletIo): Promise<string> {
  return prompts === undefined ? USUAL_RPC : prompts.text("Endpoint of a node:", checkUrl, USUAL_RPC);
}

/** The chain of the wallet: what the node says, or what the person knows, and both when both are there. */
async function pinChain({ io, genesisHash: known, yes }: CreateOptions, rpcUrl: string): Promise<Digest> {
  let found: Digest;
  let name: string;
  try {
    ({ genesisHash: found, chainName: name } = await walletClient(rpcUrl).chain_getInfo());
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (known !== undefined) return known;
    const hint = `${error.hint}; without a node, name the chain with --genesis-hash`;
    throw new UserError(error.code, error.message, hint, { cause: error, exitCode: error.exitCode });
  }
  if (known !== undefined && known !== found) {
    const message = `the node is of the chain 0x${found}, and not of 0x${known}`;
    throw walletError("otherChain", "OTHER_CHAIN", message, "use another endpoint, or leave --genesis-hash out");
  }
  if (known !== undefined) return known;
  io.note(`The node is of the chain ${JSON.stringify(name).slice(0, 80)} with the genesis hash`);
  io.note(`  0x${found}`);
  io.note("The wallet will sign for this chain and for no other.");
  if (yes || io.prompts === undefined || (await io.prompts.confirm("Is this the right chain?"))) return found;
  throw walletError("declined", "DECLINED", "no wallet was made", "compare the hash with one that you trust");
}

async function importKey({ io, secretFile }: CreateOptions): Promise<KratosKey> {
  if (secretFile !== undefined) return readKratosKey(secretFile);
  if (io.prompts === undefined) {
    const hint = "put it into a file that only you can read, and name that with --secret-file";
    throw walletError("input", "SECRET_NEEDED", "there is no secret, and no terminal to ask for it", hint);
  }
  return parseSecret((await io.prompts.password("Secret, 64 hex characters:")).trim(), "what you typed");
}

/** Shows a new secret once, or writes it to a file. @returns the secret when it belongs into the answer */
async function backUp({ io, backupFile, showSecret, yes }: CreateOptions, key: KratosKey): Promise<string | undefined> {
  if (backupFile !== undefined) {
    writeKratosKey(backupFile, key, "hex");
    io.note(`The secret is in ${backupFile}: keep it where nobody else gets it.`);
    return undefined;
  }
  const secret = `0x${key.secret.toHex()}`;
  if (showSecret && io.json) return secret;
  if (!showSecret && (io.json || io.prompts === undefined)) {
    io.note("The secret was not shown: the wallet file and its password are the only copy. Back the file up.");
    return undefined;
  }
  io.note(`address  0x${key.account}`);
  io.note(`secret   ${secret}`);
  io.note(
    "This is the only time that the secret is shown. Whoever has it has the money; without it a lost file is lost.",
  );
  if (!yes && io.prompts !== undefined) await confirmBackup(io.prompts);
  return undefined;
}

async function confirmBackup(prompts: Prompts): Promise<void> {
  while (!(await prompts.confirm("Have you written the secret down and put it in a safe place?"))) {
    // It is still on the screen above: the question comes again until it is kept.
  }
}
