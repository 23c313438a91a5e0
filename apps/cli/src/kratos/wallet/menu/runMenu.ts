import { UserError } from "../../../errors.ts";
import { showBalance } from "../actions/balance.ts";
import { createWallet } from "../actions/create.ts";
import { walletError } from "../errors.ts";
import { hasWallet, type WalletFolder } from "../file/walletFolder.ts";
import type { WalletIo } from "../io.ts";
import { type Choice, isExit, type Prompts } from "../prompts.ts";
import type { Session } from "../session.ts";
import { shortAddress } from "../text/addresses.ts";
import { type Action, chooseAgain } from "./chooseAgain.ts";
import { earlyVotingMenu } from "./earlyVotingMenu.ts";
import { askHistory, askSend } from "./money.ts";
import { settingsMenu } from "./settingsMenu.ts";
import { stakingMenu } from "./stakingMenu.ts";
import { validatorMenu } from "./validatorMenu.ts";

/** Opens the wallet. @param password when it is known already */
export type OpenSession = (password?: string) => Session;

/**
 * The menu of kratos-core 14.3. A first start makes a wallet. An error is told, and the menu comes again.
 * @throws UserError TERMINAL_NEEDED when there is nobody to choose
 */
export async function runMenu(io: WalletIo, folder: WalletFolder, rpc: string | undefined, open: OpenSession) {
  const { prompts } = io;
  if (prompts === undefined || io.json) {
    const hint = "name a command, such as `kratos wallet balance`; see `kratos wallet --help`";
    throw walletError("input", "TERMINAL_NEEDED", "the menu needs a terminal", hint);
  }
  const session = open(hasWallet(folder) ? undefined : await firstStart(io, prompts, folder, rpc));
  // Asked for once, before anything else: a wrong password is no reason to leave.
  await retryPassword(io, session);
  try {
    await chooseAgain(session, prompts, `Wallet ${shortAddress(session.wallet.account)}`, menu, "Exit");
  } catch (error) {
    if (!isExit(error)) throw error;
  }
}

const menu: readonly Choice<Action>[] = [
  { name: "Check balance", value: showBalance },
  { name: "Send KRAT", value: askSend },
  { name: "Transaction history", value: askHistory },
  { name: "Stake", value: stakingMenu, description: "stake, unstake, withdraw" },
  { name: "Validator", value: validatorMenu, description: "status, register, leave" },
  { name: "Early validators", value: earlyVotingMenu, description: "propose and vote, in the bootstrap era" },
  { name: "Settings", value: settingsMenu, description: "address, endpoint, password" },
];

async function firstStart(
  io: WalletIo,
  prompts: Prompts,
  folder: WalletFolder,
  rpc: string | undefined,
): Promise<string> {
  io.note(`There is no wallet in ${folder.path} yet.`);
  const isImport = await prompts.choose("What do you want to do?", [
    { name: "Generate a new key", value: false },
    { name: "Import a secret that I have", value: true },
  ]);
  const open = { secretFile: undefined, backupFile: undefined, genesisHash: undefined, password: undefined };
  return createWallet({ ...open, folder, io, isImport, rpcUrl: rpc, showSecret: true, yes: false });
}

const TRIES = 3;

async function retryPassword(io: WalletIo, session: Session): Promise<void> {
  for (let left = TRIES - 1; ; left--) {
    try {
      await session.secret();
      return;
    } catch (error) {
      if (left === 0 || !(error instanceof UserError) || error.code !== "WALLET_PASSWORD") throw error;
      io.note(error.message);
    }
  }
}
