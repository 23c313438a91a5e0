import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { readOwnersFile } from "../../../keys/keyFile.ts";
import { walletError } from "../errors.ts";
import { replaceFile } from "./replaceFile.ts";
import { parseWallet, type SealedWallet, walletText } from "./walletText.ts";

/** Where a wallet is: its folder and the two files in it (kratos-core 14.2). */
export interface WalletFolder {
  readonly path: string;
  readonly wallet: string;
  readonly history: string;
}

/**
 * The folder of a wallet.
 * @param given `--wallet-dir`, or else `kratos-wallet` in the folder in which programs keep what belongs to a person
 */
export function walletFolder(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): WalletFolder {
  const path = given ?? join(dataFolder(env, platform), "kratos-wallet");
  return { path, wallet: join(path, "wallet.json"), history: join(path, "history.json") };
}

/** True when there is a wallet, readable or not. */
export function hasWallet({ wallet }: WalletFolder): boolean {
  return existsSync(wallet);
}

/** Reads the wallet of a folder. @throws UserError NO_WALLET, KEY_PERMISSIONS, WALLET_TAMPERED, WALLET_VERSION */
export function readWallet(folder: WalletFolder): SealedWallet {
  if (!hasWallet(folder)) {
    const hint = "make one with `kratos wallet create`, or say where it is with --wallet-dir";
    throw walletError("input", "NO_WALLET", `there is no wallet in ${folder.path}`, hint);
  }
  return parseWallet(readOwnersFile(folder.wallet));
}

/** Replaces the wallet of a folder, or makes it. @throws UserError WALLET_WRITE */
export function writeWallet(folder: WalletFolder, wallet: SealedWallet): void {
  replaceFile(folder.wallet, walletText(wallet));
}

function dataFolder(env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): string {
  if (platform === "win32") return env.LOCALAPPDATA ?? join(homedir(), "AppData", "Local");
  if (platform === "darwin") return join(homedir(), "Library", "Application Support");
  return env.XDG_DATA_HOME ?? join(homedir(), ".local", "share");
}
