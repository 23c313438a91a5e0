import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { KRAT } from "@polis/kratos";
import { UserError } from "../../../errors.ts";
import { send } from "../actions/send.ts";
import { readWallet, walletFolder } from "../file/walletFolder.ts";
import { openWallet } from "../file/walletText.ts";
import { createPrompts } from "../prompts.ts";
import { Session } from "../session.ts";
import { FakeTerminal, keys } from "../testing/fakeTerminal.ts";
import { PASSWORD, WalletWorld } from "../testing/walletWorld.ts";
import { runMenu } from "./runMenu.ts";

const { enter, down, stop } = keys;

/** A menu on a terminal. @param who whose wallet; a new folder when left out */
async function start(t: TestContext, who?: number) {
  const world = await WalletWorld.start(t);
  const terminal = new FakeTerminal();
  const folder = who === undefined ? walletFolder(join(world.dir, "new")) : world.folder(who);
  const base = world.io(false, createPrompts(terminal));
  const io = { ...base, out: (line: string) => terminal.note(line), note: (line: string) => terminal.note(line) };
  const opened: Session[] = [];
  const open = (password?: string) => {
    const session = new Session({ folder, io, password });
    opened.push(session);
    return session;
  };
  const done = runMenu(io, folder, undefined, open);
  done.catch(() => undefined);
  return { world, terminal, folder, done };
}

test("a first start makes a key, shows it once, wants it kept, pins the chain, and the wallet receives money", async (t) => {
  const { world, terminal, folder, done } = await start(t);
  await terminal.answer("What do you want to do?", enter);
  await terminal.answer("Endpoint of a node:", "\u0015", "nonsense", enter);
  await terminal.answer("is not an endpoint", "\u0015", world.url, enter);
  await terminal.answer("Is this the right chain?", "y", enter);
  await terminal.answer("New password", "short", enter);
  await terminal.answer("a password has at least 12 characters", "");
  await terminal.answer("New password", PASSWORD, enter);
  await terminal.answer("The same password again:", `${PASSWORD}x`, enter);
  await terminal.answer("the two passwords differ", "");
  await terminal.answer("New password", PASSWORD, enter);
  await terminal.answer("The same password again:", PASSWORD, enter);
  await terminal.answer("Have you written the secret down", enter);
  await terminal.answer("safe place? No", "");
  await terminal.answer("Have you written the secret down", "y", enter);
  await terminal.answer("Check balance", enter);
  await terminal.answer("free     0 KRAT", "");
  const wallet = readWallet(folder);
  const secret = openWallet(wallet, PASSWORD).toHex();
  assert.equal(statSync(folder.wallet).mode & 0o777, 0o600);
  assert.deepEqual([wallet.rpcUrl, wallet.genesisHash], [world.url, world.genesisHash]);
  assert.ok(terminal.text.includes(`0x${world.genesisHash}`));
  assert.equal(terminal.text.split(secret).length, 2, "the secret is shown once");
  assert.ok(!terminal.text.includes(PASSWORD) && !readFileSync(folder.wallet, "utf8").includes(secret));
  await send(world.session(4), wallet.account, 5n * KRAT, { yes: true, tip: 0n, wait: undefined });
  world.block();
  await terminal.answer("Wallet 0x", enter);
  await terminal.answer("free     5 KRAT", stop);
  await done;
});

test("an imported secret is masked and becomes the same account", async (t) => {
  const { world, terminal, folder, done } = await start(t);
  const { secret, account } = world.node.chain.people[4]!;
  await terminal.answer("What do you want to do?", down, enter);
  await terminal.answer("Endpoint of a node:", "\u0015", world.url, enter);
  await terminal.answer("Is this the right chain?", "y", enter);
  await terminal.answer("Secret, 64 hex characters:", `0x${secret.toHex()}`, enter);
  await terminal.answer("New password", PASSWORD, enter);
  await terminal.answer("The same password again:", PASSWORD, enter);
  await terminal.answer("Check balance", enter);
  await terminal.answer("free     1,000,000 KRAT", stop);
  await done;
  assert.equal(readWallet(folder).account, account);
  assert.ok(!terminal.text.includes(secret.toHex()));
});

test("somebody sends: mistakes are asked again, No is the default, the payment is in a block, the history shows it", async (t) => {
  const { world, terminal, done } = await start(t, 4);
  await terminal.answer("Password of the wallet:", "a wrong password", enter);
  await terminal.answer("the password is wrong", "");
  await terminal.answer("Password of the wallet:", PASSWORD, enter);
  const pay = async () => {
    await terminal.answer("Check balance", "");
    await terminal.answer("Exit", down, enter);
    await terminal.answer("To which address?", `0x${world.account(5)}`, enter);
    await terminal.answer("How much KRAT?", "1.0000000000001", enter);
    await terminal.answer("is not an amount of KRAT", "\u0015", "12.5", enter);
  };
  await pay();
  await terminal.answer("Send it?", enter);
  await terminal.answer("error: nothing was signed", "");
  assert.equal(world.node.pool.size, 0);
  await pay();
  await terminal.answer("amount   12.5 KRAT", "");
  await terminal.answer("fee      0.000001 KRAT", "");
  await terminal.answer("Send it?", "y", enter);
  await terminal.answer("included in block 1", "");
  await terminal.answer("Check balance", "");
  await terminal.answer("Exit", down, down, enter);
  await terminal.answer("12.5 KRAT", "");
  await terminal.answer("page 1 of 1, 1 transactions", "");
  await terminal.answer("Exit", stop);
  await done;
});

test("a validator votes in the menu, changes the password, and the old one opens nothing any more", async (t) => {
  const { world, terminal, folder, done } = await start(t, 0);
  const signing = { yes: true, tip: 0n, wait: { goal: "included", timeoutMs: 60_000 } } as const;
  await send(world.session(4), world.account(0), KRAT, signing);
  await terminal.answer("Password of the wallet:", PASSWORD, enter);
  await terminal.answer("Exit", ...Array(5).fill(down), enter);
  await terminal.answer("Propose somebody", down, down, enter);
  await terminal.answer("Which address?", `0x${world.account(5)}`, enter);
  await terminal.answer("Propose it?", "y", enter);
  await terminal.answer("votes    1 of 3", "");
  await terminal.answer("Back", enter);
  await terminal.answer("Bootstrap era: validators vote others in", "");
  await terminal.answer("1/3 votes  you voted", "");
  await terminal.answer("Back", down, enter);
  await terminal.answer("For whom?", enter);
  await terminal.answer("error: you have voted for this candidate", "");
  await terminal.answer("Back", ...Array(4).fill(down), enter);
  await terminal.answer("Exit", ...Array(6).fill(down), enter);
  await terminal.answer("Change the password", down, down, enter);
  await terminal.answer("New password", "another long password", enter);
  await terminal.answer("The same password again:", "another long password", enter);
  await terminal.answer("the password is changed", "");
  // Ctrl+C leads one menu back, and from the first one out.
  await terminal.answer("Back", stop);
  await terminal.answer("Exit", stop);
  await done;
  assert.throws(() => openWallet(readWallet(folder), PASSWORD), { code: "WALLET_PASSWORD" });
  openWallet(readWallet(folder), "another long password").fill(0);
});

test("three wrong passwords end the menu, and without a terminal there is none", async (t) => {
  const { world, terminal, folder, done } = await start(t, 4);
  for (const wrong of ["one", "two", "three"]) {
    await terminal.answer("Password of the wallet:", wrong, enter);
    if (wrong !== "three") await terminal.answer("the password is wrong", "");
  }
  await assert.rejects(done, (error) => error instanceof UserError && error.exitCode === 4);
  const open = () => assert.fail("opened");
  await assert.rejects(runMenu(world.io(false), folder, undefined, open), { code: "TERMINAL_NEEDED", exitCode: 2 });
});
