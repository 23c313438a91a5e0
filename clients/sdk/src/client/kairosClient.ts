import { KairosError } from "../errors/kairosError.ts";
import { SdkError } from "../errors/sdkError.ts";
import type { GenesisOptions } from "../light/anchor.ts";
import { jsonRpcProofs } from "../light/jsonRpcProofs.ts";
import { LightClient, type LightClientOptions } from "../light/lightClient.ts";
import type { ProofSource } from "../light/proofSource.ts";
import type { PaymentBuilder } from "../payment/paymentBuilder.ts";
import { type Sendable, type SignedTransaction, signedTransaction } from "../payment/signedTransaction.ts";
import type { CallOptions } from "../rpc/callOptions.ts";
import { createJsonRpc } from "../rpc/jsonRpc.ts";
import { parseAddress, parseHash } from "../text/address.ts";
import { type Hex, shorten } from "../text/hex.ts";
import type { Wallet } from "../wallet/wallet.ts";
import { createGrpcLink } from "./grpcLink.ts";
import { createJsonRpcLink } from "./jsonRpcLink.ts";
import type { NodeLink } from "./nodeLink.ts";
import { submitAndWait } from "./submitAndWait.ts";
import { Subscriptions } from "./subscriptions.ts";
import type { AccountState, Block, FinalTransaction, HistoryPage, HistoryQuery, TransactionStatus } from "./types.ts";

/** A node's addresses. With both, gRPC-Web carries the calls and JSON-RPC the proofs that gRPC does not have. */
export interface NodeAddresses {
  readonly grpc?: string;
  readonly jsonrpc?: string;
}

/** How to connect. */
export interface ConnectOptions extends CallOptions {
  /**
   * The chain that must be there. Payments are signed for the chain that the node names, so a node that is not trusted
   * could otherwise get one that is valid elsewhere.
   */
  readonly chainId?: bigint;
}

/** Accounts after the last final block. */
export interface Accounts {
  get(address: string, options?: CallOptions): Promise<AccountState>;
  /** The nonce of the next transaction, those that wait counted. */
  nextNonce(address: string, options?: CallOptions): Promise<bigint>;
  /** What touched an account, newest first, page by page. */
  history(address: string, query?: HistoryQuery, options?: CallOptions): Promise<HistoryPage>;
}

/** Final blocks. */
export interface Blocks {
  latest(options?: CallOptions): Promise<Block>;
  /** Undefined when no final block has the height or hash. */
  get(id: number | Hex, options?: CallOptions & { readonly withTransactions?: boolean }): Promise<Block | undefined>;
}

/** Transactions and sending them. */
export interface Transactions {
  /** Undefined while it is not final. */
  get(hash: string, options?: CallOptions): Promise<FinalTransaction | undefined>;
  status(hash: string, options?: CallOptions): Promise<TransactionStatus>;
  /** Hands it to the node. A transaction that the node has already is no error: sending twice is sending once. */
  submit(transaction: Sendable, options?: CallOptions): Promise<Hex>;
}

/**
 * A connection to one node, over JSON-RPC or gRPC-Web. Calls end after 30 s, and are tried again up to three times when
 * nobody answers (kairos 18.5). What it says is the node's word: `light` gives a client that proves every answer.
 * @example
 * const client = await KairosClient.connect({ grpc: grpcUrl, jsonrpc: url });
 * (await client.accounts().get(alice.address)).usdc6; // => 1_000_000_000n
 * (await client.blocks().get(1)).height; // => 1
 * (await client.transactions().status(paid)).state; // => "final"
 */
export class KairosClient {
  readonly chainId: bigint;
  readonly #link: NodeLink;

  private constructor(link: NodeLink, chainId: bigint) {
    this.#link = link;
    this.chainId = chainId;
  }

  /**
   * Asks the node for its chain, so that a wrong address fails here.
   * @param node the address of its JSON-RPC, or both
   * @throws SdkError CONFIGURATION for addresses that are none; KairosError when nobody answers, and WRONG_CHAIN
   */
  static async connect(node: string | NodeAddresses, options: ConnectOptions = {}): Promise<KairosClient> {
    const link = linkTo(typeof node === "string" ? { jsonrpc: node } : node);
    const { chainId: wanted, ...call } = options;
    const chainId = await link.chainId(call);
    if (wanted === undefined || wanted === chainId) return new KairosClient(link, chainId);
    throw new KairosError("WRONG_CHAIN", `the node is of chain ${chainId}, not ${wanted}`);
  }

  accounts(): Accounts {
    const link = this.#link;
    return {
      get: (address, options) => link.account(`0x${parseAddress(address)}`, options),
      nextNonce: (address, options) => link.nextNonce(`0x${parseAddress(address)}`, options),
      history: (address, query = {}, options) => link.history(`0x${parseAddress(address)}`, query, options),
    };
  }

  blocks(): Blocks {
    const link = this.#link;
    return {
      async latest(options) {
        const block = await link.block("latest", false, options);
        if (block === undefined) throw new Error("every chain has a last final block: genesis");
        return block;
      },
      get: (id, { withTransactions = false, ...options } = {}) =>
        link.block(typeof id === "number" ? id : `0x${parseHash(id)}`, withTransactions, options),
    };
  }

  transactions(): Transactions {
    const link = this.#link;
    return {
      get: (hash, options) => link.finalTransaction(`0x${parseHash(hash)}`, options),
      status: (hash, options) => link.status(`0x${parseHash(hash)}`, options),
      async submit(transaction, options) {
        const { raw, hash } = signedTransaction(transaction);
        await link.submit(raw, options).catch(async (error: unknown) => {
          if (!(await isThere(link, hash, error, options))) throw error;
        });
        return hash;
      },
    };
  }

  /** Streams of what becomes final. */
  subscribe(): Subscriptions {
    return new Subscriptions(this.#link);
  }

  /**
   * Sends a transaction and waits until it is final: no block of it is ever reverted then. Whether it did what it says is
   * in `status`.
   * @throws KairosError of the refusal, or TIMEOUT after `timeoutMs` (30,000), which leaves the outcome open
   * @example
   * const signed = await client.sign(PaymentBuilder.pay(bob.address, "0.5"), carol);
   * (await client.submitAndWait(signed, { timeoutMs: 10_000 })).hash; // => signed.hash
   */
  async submitAndWait(transaction: Sendable, options: CallOptions = {}): Promise<FinalTransaction> {
    const { raw, hash } = signedTransaction(transaction);
    return submitAndWait(this.#link, raw, hash, options);
  }

  /** Signs a payment with the next nonce and a fee limit of twice today's price. */
  async sign(payment: PaymentBuilder, wallet: Wallet, options: CallOptions = {}): Promise<SignedTransaction> {
    const [nonce, tip] = await Promise.all([
      this.#link.nextNonce(wallet.address, options),
      this.#link.block("latest", false, options),
    ]);
    const baseFee = tip === undefined ? {} : { baseFee: tip.baseFee };
    return payment.sign(wallet, { chainId: this.chainId, nonce, ...baseFee });
  }

  /** Signs a payment, sends it and waits until it is final. */
  async pay(payment: PaymentBuilder, wallet: Wallet, options: CallOptions = {}): Promise<FinalTransaction> {
    return this.submitAndWait(await this.sign(payment, wallet, options), options);
  }

  /** Proofs from this node, for a light client. */
  proofs(): ProofSource {
    return this.#link.proofs;
  }

  /**
   * A light client that takes its proofs from this node and trusts only the genesis document.
   * @example (await client.light(genesisText).balance(alice.address)).usdc6; // => 1_000_000_000n
   */
  light(genesis: unknown, options: LightClientOptions & GenesisOptions = {}): LightClient {
    return LightClient.fromGenesis(genesis, this.#link.proofs, options);
  }
}

function linkTo({ grpc, jsonrpc }: NodeAddresses): NodeLink {
  for (const url of [grpc, jsonrpc]) if (url !== undefined) mustBeHttp(url);
  if (grpc !== undefined) {
    return createGrpcLink(grpc, jsonrpc === undefined ? undefined : jsonRpcProofs(createJsonRpc(jsonrpc)));
  }
  if (jsonrpc !== undefined) return createJsonRpcLink(jsonrpc);
  throw new SdkError("CONFIGURATION", "no address of a node", "give the URL of its JSON-RPC, or { grpc, jsonrpc }");
}

function mustBeHttp(url: string): void {
  if (/^https?:\/\/[^\s/]+/.test(url)) return;
  throw new SdkError("CONFIGURATION", `not an address of a node: ${shorten(url)}`, "begin it with http:// or https://");
}

/** True when a refusal says that the transaction itself is in the pool or in a block: the nonce is its own. */
async function isThere(link: NodeLink, hash: Hex, error: unknown, options?: CallOptions): Promise<boolean> {
  if (!(error instanceof KairosError)) return false;
  if (error.codeName === "ALREADY_KNOWN") return true;
  return error.codeName === "NONCE_TOO_LOW" && (await link.finalTransaction(hash, options)) !== undefined;
}
