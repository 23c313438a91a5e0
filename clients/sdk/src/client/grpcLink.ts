import { type Client, createClient, type Transport } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import {
  AccountService,
  AddressRole,
  BlockLevel,
  BlockService,
  NodeService,
  SubmitWait,
  SubscriptionService,
  TransactionService,
} from "@polis/proto";
import { KairosError } from "../errors/kairosError.ts";
import { grpcProofs } from "../light/grpcProofs.ts";
import type { ProofSource } from "../light/proofSource.ts";
import { orUndefined } from "../rpc/orUndefined.ts";
import { bytesOf } from "../text/hex.ts";
import { grpcError } from "./grpcError.ts";
import { amountOf, blockOf, finalOf, roleOf, statusOf } from "./grpcShapes.ts";
import type { NodeLink } from "./nodeLink.ts";
import type { FinalTransaction } from "./types.ts";
import { unary } from "./unary.ts";

/** Longest wait of one SubmitTransaction (kairos 15.2). */
const maxHoldMs = 60_000;

interface Services {
  readonly accounts: Client<typeof AccountService>;
  readonly blocks: Client<typeof BlockService>;
  readonly transactions: Client<typeof TransactionService>;
  readonly node: Client<typeof NodeService>;
  readonly subscriptions: Client<typeof SubscriptionService>;
}

/**
 * A node over gRPC-Web, which browsers and Node speak alike.
 * @param url of the node's gRPC, http or https
 * @param stateProofs where proofs of accounts and transactions come from: the gRPC services have none
 */
export function createGrpcLink(url: string, stateProofs: ProofSource | undefined): NodeLink {
  const transport = createGrpcWebTransport({ baseUrl: url });
  const calls = createCalls(servicesOf(transport));
  const latest = async () => (await calls.block("latest", false))?.height ?? 0;
  return { ...calls, proofs: grpcProofs(transport, latest, stateProofs) };
}

function servicesOf(transport: Transport): Services {
  return {
    accounts: createClient(AccountService, transport),
    blocks: createClient(BlockService, transport),
    transactions: createClient(TransactionService, transport),
    node: createClient(NodeService, transport),
    subscriptions: createClient(SubscriptionService, transport),
  };
}

function createCalls({ accounts, blocks, transactions, node, subscriptions }: Services): Omit<NodeLink, "proofs"> {
  const roleNumbers = {
    any: AddressRole.ANY,
    sender: AddressRole.SENDER,
    recipient: AddressRole.RECIPIENT,
    feePayer: AddressRole.FEE_PAYER,
  };
  const calls: Omit<NodeLink, "proofs"> = {
    chainId: async (options) => (await unary(options, (call) => node.getStatus({}, call))).chainId,
    async account(address, options) {
      const found = await unary(options, (call) => accounts.getAccount({ address: bytesOf(address) }, call));
      const [balance, usdc6] = [amountOf(found.balance), amountOf(found.balanceUsdc6)];
      return { address, exists: found.exists, balance, usdc6, nonce: found.nonce };
    },
    nextNonce: async (address, options) =>
      (await unary(options, (call) => accounts.getNonce({ address: bytesOf(address) }, call))).nextNonce,
    async block(id, includeTransactions, options) {
      const found = unary(options, async (call) => {
        if (id === "latest") return (await blocks.getLatestBlock({ includeTransactions }, call)).block;
        if (typeof id !== "number")
          return (await blocks.getBlock({ hash: bytesOf(id), includeTransactions }, call)).block;
        return (await blocks.getBlockByHeight({ height: BigInt(id), includeTransactions }, call)).block;
      });
      const block = await orUndefined(found);
      return block === undefined ? undefined : blockOf(block, includeTransactions);
    },
    async finalTransaction(hash, options) {
      const found = unary(options, (call) => transactions.getTransaction({ hash: bytesOf(hash) }, call));
      return finalOf((await orUndefined(found))?.info);
    },
    status: async (hash, options) =>
      statusOf(await unary(options, (call) => transactions.getTransactionStatus({ hash: bytesOf(hash) }, call))),
    async history(address, query, options) {
      const request = {
        address: bytesOf(address),
        role: roleNumbers[query.role ?? "any"],
        fromHeight: BigInt(query.fromHeight ?? 0),
        toHeight: BigInt(query.toHeight ?? 0),
        limit: query.limit ?? 100,
        cursor: query.cursor ?? "",
        descending: true,
      };
      const page = await unary(options, (call) => transactions.getTransactionsByAddress(request, call));
      const entries = page.items.map(({ info, role }) => ({
        role: roleOf(role),
        transaction: required(finalOf(info)),
      }));
      return { entries, next: page.nextCursor === "" ? undefined : page.nextCursor };
    },
    outcomes: (_block, wanted, options) =>
      Promise.all(wanted.map(async ({ hash }) => required(await calls.finalTransaction(hash, options)))),
    async submit(raw, options) {
      await unary(options, (call) => transactions.submitTransaction({ raw, wait: SubmitWait.NONE }, call));
    },
    async submitAndHold(raw, { signal, leftMs }) {
      const options = { signal, timeoutMs: leftMs() };
      const hold = { raw, wait: SubmitWait.FINALIZED };
      await unary(options, (call) =>
        transactions.submitTransaction({ ...hold, timeoutMs: Math.min(maxHoldMs, call.timeoutMs) }, call),
      );
    },
    async *follow(from, includeTransactions, signal) {
      const request = { fromHeight: BigInt(from), includeTransactions, levels: [BlockLevel.FINALIZED] };
      try {
        for await (const { block } of subscriptions.subscribeBlocks(request, { signal })) {
          yield blockOf(block, includeTransactions);
        }
      } catch (error) {
        throw grpcError(error);
      }
    },
  };
  return calls;
}

function required(transaction: FinalTransaction | undefined): FinalTransaction {
  if (transaction === undefined) throw new KairosError("OTHER", "a transaction of a final block that is not final");
  return transaction;
}
