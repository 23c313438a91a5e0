import { digestOf, krat12 } from "@polis/codec";
import { ed25519 } from "@polis/crypto";
import { type AccountId, KRAT, signTransaction, Transfer } from "@polis/kratos";
import type { KratosClient } from "../client/createKratosClient.ts";
import { kratosCodec } from "../data/chainData.ts";
import type { KratosKey } from "../keys/kratosKey.ts";

/** What every transfer moves: counting what arrived counts the transfers that succeeded. */
export const TRANSFER_AMOUNT = krat12(KRAT);

/** Sends transfers at a steady pace, each sender through the door of its own validator. */
export class TransferLoad {
  readonly #clients: readonly KratosClient[];
  readonly #senders: readonly KratosKey[];
  readonly #chainIdentity: Uint8Array;
  readonly #nonces: (number | undefined)[];
  readonly #sending = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;
  /** Transfers that a node took. */
  sent = 0;
  refused = 0;

  constructor(clients: readonly KratosClient[], senders: readonly KratosKey[], chainIdentity: Uint8Array) {
    this.#clients = clients;
    this.#senders = senders;
    this.#chainIdentity = chainIdentity;
    this.#nonces = senders.map(() => undefined);
  }

  /** The account that receives what sender i sends, and nothing else. */
  static recipientOf({ secret }: KratosKey): AccountId {
    return digestOf(ed25519.publicKey(secret.map((byte) => byte ^ 0xff)));
  }

  start(perSecond: number): void {
    if (perSecond > 0) this.#timer = setInterval(() => this.#next(), 1_000 / perSecond);
  }

  /** Resolves when nothing is under way. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#sending);
  }

  #next(): void {
    const i = this.#turn++ % this.#senders.length;
    // One at a time for each sender, so that nonces stay in order.
    if (this.#sending.size >= this.#senders.length) return;
    const sending = this.#send(i).finally(() => this.#sending.delete(sending));
    this.#sending.add(sending);
  }

  async #send(i: number): Promise<void> {
    const client = this.#clients[i % this.#clients.length]!;
    const sender = this.#senders[i]!;
    try {
      this.#nonces[i] ??= await client.state_getNonce(sender.account);
      const call = Transfer.of({ to: TransferLoad.recipientOf(sender), amount: TRANSFER_AMOUNT });
      const timestamp = Math.floor(Date.now() / 1_000);
      const transaction = { sender: sender.account, nonce: this.#nonces[i], call, timestamp };
      await client.author_submitTransaction(
        signTransaction(kratosCodec, this.#chainIdentity, transaction, sender.secret),
      );
      this.#nonces[i]++;
      this.sent++;
    } catch {
      // A node that is down, or a nonce that another branch took: ask again.
      this.refused++;
      this.#nonces[i] = undefined;
    }
  }
}
