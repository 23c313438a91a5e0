import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { KratosProcess } from "../../testing/nodeProcess.ts";
import { keyOf, keyText } from "../keys/kratosKey.ts";
import { createWallet } from "./actions/create.ts";
import { changePassword } from "./actions/settings.ts";
import { showHistory } from "./actions/showHistory.ts";
import { usualCost } from "./file/kdf.ts";
import { readWallet, walletFolder } from "./file/walletFolder.ts";
import { openWallet } from "./file/walletText.ts";
import { PASSWORD, refusal, WalletWorld } from "./testing/walletWorld.ts";

type Options = Partial<Parameters<typeof createWallet>[0]>;

/** Makes a wallet as a script does. */
function create(world: WalletWorld, name: string, options: Options = {}) {
  const folder = walletFolder(join(world.dir, name));
  const open = { secretFile: undefined, backupFile: undefined, genesisHash: undefined, showSecret: false };
  const rest = { isImport: false, rpcUrl: world.url, password: PASSWORD, yes: true };
  return { folder, done: refusal(createWallet({ ...open, ...rest, folder, io: world.io(), ...options })) };
}

async function program(...args: readonly string[]) {
  const child = new KratosProcess("wallet", ...args);
  return { code: await child.exited(), output: child.output };
}

test("kratos wallet works for a script from creation to a final payment, and its errors are JSON with an exit code", async (t) => {
  const world = await WalletWorld.start(t);
  const common = [
    "--wallet-dir",
    join(world.dir, "script"),
    "--password-file",
    world.file("password", `${PASSWORD}\n`),
    "--json",
  ];
  const secret = world.file("secret", world.node.chain.people[4]!.secret.toHex());
  const run = async (...args: readonly string[]) => {
    const { code, output } = await program(...args, ...common);
    return { code, answer: JSON.parse(output.slice(output.indexOf("{"))) };
  };
  const made = await run("create", "--secret-file", secret, "--rpc", world.url, "--yes");
  assert.equal(made.answer.address, `0x${world.account(4)}`);
  const sent = await run("send", `0x${world.account(5)}`, "12.5", "--yes");
  assert.deepEqual([sent.code, sent.answer.status], [0, "pending"]);
  world.block();
  world.block();
  const { answer } = await run("history");
  assert.deepEqual([answer.transactions[0].hash, answer.transactions[0].status], [sent.answer.hash, "Confirmed"]);
  const refused = await run("send", `0x${world.account(5)}`, "12.5");
  assert.deepEqual([refused.code, refused.answer.error.code], [2, "CONFIRMATION_NEEDED"]);
  assert.ok(refused.answer.error.hint.length > 5);
});

test("a new secret is shown only when that is wanted, or written to a file of the owner alone", async (t) => {
  const world = await WalletWorld.start(t);
  const quiet = create(world, "quiet");
  assert.deepEqual(await quiet.done, ["done", 0]);
  const secretOf = (folder: typeof quiet.folder) => openWallet(readWallet(folder), PASSWORD).toHex();
  assert.equal(world.last().secret, undefined);
  assert.ok(![...world.out, ...world.notes].join("\n").includes(secretOf(quiet.folder)));
  const shown = create(world, "shown", { showSecret: true });
  await shown.done;
  assert.equal(world.last().secret, `0x${secretOf(shown.folder)}`);
  assert.notEqual(secretOf(shown.folder), secretOf(quiet.folder));
  const backupFile = join(world.dir, "backup");
  const kept = create(world, "kept", { backupFile });
  await kept.done;
  assert.equal(readFileSync(backupFile, "utf8").trim(), secretOf(kept.folder));
  assert.equal(statSync(backupFile).mode & 0o777, 0o600);
  assert.equal(world.last().secret, undefined);
});

test("a wallet is never overwritten, and nothing is made when something is wrong", async (t) => {
  const world = await WalletWorld.start(t);
  const made = create(world, "one");
  await made.done;
  const before = readFileSync(made.folder.wallet, "utf8");
  assert.deepEqual(await create(world, "one").done, ["WALLET_EXISTS", 2]);
  assert.equal(readFileSync(made.folder.wallet, "utf8"), before);
  const cases: readonly (readonly [Options, string, number])[] = [
    [{ password: "short" }, "PASSWORD_SHORT", 2],
    [{ password: undefined }, "PASSWORD_NEEDED", 2],
    [{ isImport: true }, "SECRET_NEEDED", 2],
    [{ secretFile: world.file("bad", "zz") }, "KEY_FORMAT", 2],
    [{ rpcUrl: "nowhere" }, "RPC_URL", 2],
    [{ rpcUrl: "http://127.0.0.1:1" }, "NODE_UNREACHABLE", 3],
    [{ genesisHash: world.account(0) }, "OTHER_CHAIN", 6],
  ];
  for (const [options, code, exitCode] of cases) {
    const failed = create(world, "none", options);
    assert.deepEqual(await failed.done, [code, exitCode], JSON.stringify(options));
    assert.ok(!existsSync(failed.folder.wallet), code);
  }
});

test("a chain that is known from elsewhere is pinned without a node, and checked with one", async (t) => {
  const world = await WalletWorld.start(t);
  const { genesisHash } = world;
  const away = create(world, "away", { genesisHash, rpcUrl: "http://127.0.0.1:1" });
  assert.deepEqual(await away.done, ["done", 0]);
  assert.equal(readWallet(away.folder).genesisHash, genesisHash);
  assert.deepEqual(await create(world, "here", { genesisHash }).done, ["done", 0]);
});

test("a key file of a validator is imported, and the cost of guessing may be raised", async (t) => {
  const world = await WalletWorld.start(t);
  const key = keyOf(new Uint8Array(32).fill(42));
  const cost = { ...usualCost, passes: 3 };
  const made = create(world, "key", { secretFile: world.file("key.json", keyText(key, "json")), cost });
  assert.deepEqual(await made.done, ["done", 0]);
  const wallet = readWallet(made.folder);
  assert.deepEqual([wallet.account, wallet.cost], [key.account, cost]);
});

test("a new password is at least as long and as costly, and the history stays readable", async (t) => {
  const world = await WalletWorld.start(t);
  const session = world.session(4);
  await showHistory(session, 1);
  assert.deepEqual(await refusal(changePassword(session, "short")), ["PASSWORD_SHORT", 2]);
  const cost = { ...usualCost, memoryKib: 20_000 };
  await changePassword(session, "a much longer password", cost);
  const wallet = readWallet(session.folder);
  assert.deepEqual(wallet.cost, cost);
  assert.throws(() => openWallet(wallet, PASSWORD), { code: "WALLET_PASSWORD" });
  assert.deepEqual(openWallet(wallet, "a much longer password"), world.node.chain.people[4]!.secret);
  assert.deepEqual(await refusal(showHistory(session, 1)), ["done", 0]);
});

test("a folder in which nothing can be written is told, and no half of a wallet is left", async (t: TestContext) => {
  const world = await WalletWorld.start(t);
  mkdirSync(join(world.dir, "full", "wallet.json"), { recursive: true });
  const folder = walletFolder(join(world.dir, "full"));
  assert.deepEqual(await create(world, "full").done, ["WALLET_EXISTS", 2]);
  assert.ok(statSync(folder.wallet).isDirectory());
  const file = world.file("not-a-folder", "");
  const failed = create(world, "not-a-folder");
  assert.deepEqual(await failed.done, ["WALLET_WRITE", 2]);
  assert.ok(statSync(file).isFile());
});
