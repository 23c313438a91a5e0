import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Digest, digest } from "@polis/codec";
import { TestNode } from "@polis/kratos/testing";
import { UserError } from "../../../errors.ts";
import { startKratosRpc } from "../../rpc/startKratosRpc.ts";
import { usualCost } from "../file/kdf.ts";
import { type WalletFolder, walletFolder, writeWallet } from "../file/walletFolder.ts";
import { sealWallet } from "../file/walletText.ts";
import type { WalletIo } from "../io.ts";
import type { SignOptions } from "../node/perform.ts";
import type { Prompts } from "../prompts.ts";
import { Session } from "../session.ts";

/** The password of every wallet in it. */
export const PASSWORD = "a long password";

/** Signs without asking, and does not wait. */
export const quick: SignOptions = { yes: true, tip: 0n, wait: undefined };
/** Signs without asking, and waits until it is in a block, or final. */
export const untilIncluded: SignOptions = { ...quick, wait: { goal: "included", timeoutMs: 60_000 } };
export const untilFinal: SignOptions = { ...quick, wait: { goal: "final", timeoutMs: 60_000 } };

/** A chain in memory, a server that answers for it, and wallets of its people: 0 to 3 are validators, 4 and 5 have money. */
export class WalletWorld {
  readonly node: TestNode;
  readonly url: string;
  readonly genesisHash: Digest;
  readonly dir: string;
  readonly out: string[] = [];
  readonly notes: string[] = [];
  readonly progress: string[] = [];
  /** What passes while a wallet waits: by default a block, and everything before it is final. */
  onPause: () => void;
  nowMs = 1_700_000_000_000;

  private constructor(node: TestNode, url: string, dir: string) {
    this.node = node;
    this.url = url;
    this.dir = dir;
    this.genesisHash = node.tree.genesis.hash;
    this.onPause = () => this.block();
  }

  static async start(t: TestContext): Promise<WalletWorld> {
    const node = new TestNode();
    const run = async <T>(work: () => T) => work();
    const listen = { host: "127.0.0.1", port: 0 };
    const server = await startKratosRpc({ backend: node.backend, listen, run, limits: { requests: 1_000_000 } });
    t.after(() => server.close());
    const dir = mkdtempSync(join(tmpdir(), "kratos-wallet-"));
    t.after(() => rmSync(dir, { recursive: true }));
    return new WalletWorld(node, `http://127.0.0.1:${server.address.port}`, dir);
  }

  /** A block with all that waits; what was the head becomes final. */
  block(): void {
    const { tree } = this.node;
    const before = tree.head.hash;
    this.node.produce();
    if (before !== tree.genesis.hash) tree.finalize(before);
  }

  /** A file with a text in it. */
  file(name: string, text: string): string {
    const path = join(this.dir, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  }

  /** The folder of somebody's wallet, which is made when it is not there. @param url of another node than the honest one */
  folder(who: number, url: string = this.url): WalletFolder {
    const folder = walletFolder(join(this.dir, `wallet-${who}-${new URL(url).port}`));
    const { account, secret } = this.node.chain.people[who]!;
    const settings = { account, rpcUrl: url, genesisHash: this.genesisHash, cost: usualCost };
    writeWallet(folder, sealWallet(settings, secret, PASSWORD));
    return folder;
  }

  /** Somebody's wallet in use. */
  session(
    who: number,
    { url, prompts, json = true }: { url?: string; prompts?: Prompts; json?: boolean } = {},
  ): Session {
    return new Session({ folder: this.folder(who, url), io: this.io(json, prompts), password: PASSWORD });
  }

  account(who: number): Digest {
    return digest(this.node.chain.people[who]!.account);
  }

  io(json = true, prompts?: Prompts): WalletIo {
    return {
      ...{ json, prompts },
      out: (text) => void this.out.push(...(json ? [text] : text.split("\n"))),
      note: (line) => void this.notes.push(line),
      progress: (text) => void this.progress.push(text),
      nowMs: () => this.nowMs,
      pause: async () => {
        this.nowMs += 1_000;
        this.onPause();
      },
    };
  }

  /** The last answer as JSON. */
  last<T = Record<string, unknown>>(): T {
    return JSON.parse(this.out.at(-1)!) as T;
  }
}

/** Code and exit code of what an action rejects with. */
export async function refusal(action: Promise<unknown>): Promise<readonly [code: string, exitCode: number]> {
  try {
    await action;
  } catch (error) {
    if (error instanceof UserError && error.hint.length > 5) return [error.code, error.exitCode];
    throw error;
  }
  return ["done", 0];
}
