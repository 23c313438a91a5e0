import type { Command } from "commander";
import { integerOption } from "../../../commands/parse.ts";
import { showBalance } from "../actions/balance.ts";
import { propose, showCandidate, showCandidates, vote } from "../actions/earlyVoting.ts";
import { send } from "../actions/send.ts";
import { showHistory } from "../actions/showHistory.ts";
import { stake, unstake, withdraw } from "../actions/staking.ts";
import { registerValidator, showValidator, unregisterValidator } from "../actions/validator.ts";
import { parseAddress } from "../text/addresses.ts";
import { parseKrat } from "../text/amounts.ts";
import { type CommonFlags, runWallet, type SignFlags, signOptions, withSigning } from "./flags.ts";

const MAX_PAGE = 500;

/** The commands that use a wallet. */
export function registerUses(wallet: Command): void {
  registerMoney(wallet);
  registerVoting(wallet);
  registerValidators(wallet);
}

function registerMoney(wallet: Command): void {
  wallet
    .command("balance")
    .description("free, reserved and total balance, and the nonce")
    .action((_options, command: Command) =>
      runWallet(command.optsWithGlobals<CommonFlags>(), (_io, open) => showBalance(open())),
    );
  withSigning(wallet.command("send"))
    .description("send KRAT")
    .argument("<address>", "64 hex characters, with or without 0x")
    .argument("<amount>", "KRAT, such as 12.5")
    .action((address: string, amount: string, _options, command: Command) => {
      const flags = command.optsWithGlobals<SignFlags>();
      return runWallet(flags, (_io, open) =>
        send(open(), parseAddress(address), parseKrat(amount), signOptions(flags)),
      );
    });
  wallet
    .command("history")
    .description("transactions of this account, newest first, 10 on a page")
    .option("--page <n>", "from 1", integerOption(1, MAX_PAGE), 1)
    .action((_options, command: Command) => {
      const flags = command.optsWithGlobals<CommonFlags & { readonly page: number }>();
      return runWallet(flags, async (_io, open) => void (await showHistory(open(), flags.page)));
    });
  for (const [name, act, what] of [
    ["stake", stake, "move free KRAT into the stake of this account"],
    ["unstake", unstake, "begin to take stake out"],
  ] as const) {
    withSigning(wallet.command(name))
      .description(what)
      .argument("<amount>", "KRAT")
      .action((amount: string, _options, command: Command) => {
        const flags = command.optsWithGlobals<SignFlags>();
        return runWallet(flags, (_io, open) => act(open(), parseKrat(amount), signOptions(flags)));
      });
  }
  withSigning(wallet.command("withdraw"))
    .description("take back unstaked KRAT whose time is over")
    .action((_options, command: Command) => {
      const flags = command.optsWithGlobals<SignFlags>();
      return runWallet(flags, (_io, open) => withdraw(open(), signOptions(flags)));
    });
}

function registerVoting(wallet: Command): void {
  wallet
    .command("candidates")
    .description("who waits to be voted in, and whether the era for it lasts")
    .action((_options, command: Command) =>
      runWallet(command.optsWithGlobals<CommonFlags>(), async (_io, open) => void (await showCandidates(open()))),
    );
  wallet
    .command("candidate")
    .description("the votes of one candidate")
    .argument("<address>", "of the candidate")
    .action((address: string, _options, command: Command) =>
      runWallet(command.optsWithGlobals<CommonFlags>(), (_io, open) => showCandidate(open(), parseAddress(address))),
    );
  for (const [name, act, what] of [
    ["propose", propose, "propose a validator without stake, for validators in the bootstrap era"],
    ["vote", vote, "vote for a candidate, for validators in the bootstrap era"],
  ] as const) {
    withSigning(wallet.command(name))
      .description(what)
      .argument("<address>", "of the candidate")
      .action((address: string, _options, command: Command) => {
        const flags = command.optsWithGlobals<SignFlags>();
        return runWallet(flags, (_io, open) => act(open(), parseAddress(address), signOptions(flags)));
      });
  }
}

function registerValidators(wallet: Command): void {
  const validator = wallet.command("validator").description("be a validator, or look at one");
  validator
    .command("status")
    .description("stake, credits, weight, reputation and clock")
    .argument("[address]", "of another validator")
    .action((address: string | undefined, _options, command: Command) =>
      runWallet(command.optsWithGlobals<CommonFlags>(), (_io, open) => {
        const session = open();
        return showValidator(session, address === undefined ? session.wallet.account : parseAddress(address));
      }),
    );
  withSigning(validator.command("register"))
    .description("join or rejoin the validators")
    .argument("<stake>", "KRAT to stake besides what is staked already; 0 for nothing more")
    .action((amount: string, _options, command: Command) => {
      const flags = command.optsWithGlobals<SignFlags>();
      return runWallet(flags, (_io, open) => registerValidator(open(), parseKrat(amount), signOptions(flags)));
    });
  withSigning(validator.command("unregister"))
    .description("leave the validators; the whole stake begins to unbond")
    .action((_options, command: Command) => {
      const flags = command.optsWithGlobals<SignFlags>();
      return runWallet(flags, (_io, open) => unregisterValidator(open(), signOptions(flags)));
    });
}
