import type { KratosClient } from "../client/createKratosClient.ts";
import { walletError } from "./errors.ts";
import { readWallet, type WalletFolder } from "./file/walletFolder.ts";
import { openWallet, type SealedWallet } from "./file/walletText.ts";
import type { WalletIo } from "./io.ts";
import { openNode, type WalletNode, walletClient } from "./node/openNode.ts";

/** What the options of a command say about the wallet. */
export interface SessionOptions {
  readonly folder: WalletFolder;
  readonly io: WalletIo;
  /** Another endpoint for this command alone. */
  readonly rpc?: string | undefined;
  /** Instead of asking for it. */
  readonly password?: string | undefined;
  /** Of one call to a node; that of the client when left out. */
  readonly timeoutMs?: number;
}

/** A wallet in use. Its secret is decrypted when it is first needed, and wiped by `close`. */
export class Session {
  readonly folder: WalletFolder;
  readonly io: WalletIo;
  readonly #rpc: string | undefined;
  readonly #timeoutMs: number | undefined;
  #client: KratosClient;
  #wallet: SealedWallet;
  #password: string | undefined;
  #secret: Uint8Array | undefined;

  /** @throws UserError NO_WALLET, WALLET_TAMPERED, RPC_URL */
  constructor({ folder, io, rpc, password, timeoutMs }: SessionOptions) {
    this.folder = folder;
    this.io = io;
    this.#wallet = readWallet(folder);
    this.#password = password;
    this.#rpc = rpc;
    this.#timeoutMs = timeoutMs;
    this.#client = walletClient(rpc ?? this.#wallet.rpcUrl, timeoutMs);
  }

  get wallet(): SealedWallet {
    return this.#wallet;
  }

  get client(): KratosClient {
    return this.#client;
  }

  /** The node, after it was asked for its chain. @throws UserError OTHER_CHAIN; KratosClientError */
  node(): Promise<WalletNode> {
    return openNode(this.client, this.#wallet.genesisHash);
  }

  /** The secret, 32 bytes, which stays this session's: callers do not keep it. @throws UserError WALLET_PASSWORD */
  async secret(): Promise<Uint8Array> {
    if (this.#secret !== undefined) return this.#secret;
    const password = this.#password ?? (await askPassword(this.io));
    this.#secret = openWallet(this.#wallet, password);
    this.#password = password;
    return this.#secret;
  }

  /** The password, which was seen to open the wallet. @throws UserError WALLET_PASSWORD */
  async password(): Promise<string> {
    await this.secret();
    return this.#password!;
  }

  /** Goes on with a wallet that was stored anew. */
  renew(wallet: SealedWallet, password: string): void {
    this.#wallet = wallet;
    this.#password = password;
    this.#client = walletClient(this.#rpc ?? wallet.rpcUrl, this.#timeoutMs);
  }

  /** Wipes the secret. */
  close(): void {
    this.#secret?.fill(0);
    this.#secret = undefined;
    this.#password = undefined;
  }
}

/** @throws UserError PASSWORD_NEEDED when nobody is there */
async function askPassword({ prompts }: WalletIo): Promise<string> {
  if (prompts !== undefined) return prompts.password("Password of the wallet:");
  const hint = "put it into the first line of a file and name that with --password-file";
  const message = "the wallet needs its password, and there is no terminal to ask for it";
  throw walletError("input", "PASSWORD_NEEDED", message, hint);
}
