import type { ServiceImpl } from "@connectrpc/connect";
import { Code } from "@connectrpc/connect";
import { digestToBytes } from "@polis/codec";
import { type ApiEvent, feeCapOf, type KairosBackend } from "@polis/kairos";
import {
  ConsensusEvent,
  type SubscribeTransactionsRequest,
  type SubscriptionService,
  TransactionEvent,
} from "@polis/proto";
import { callError, wrongField } from "../callError.ts";
import type { StatusOf } from "../convert/blockMessage.ts";
import { namedAccounts } from "../convert/transactionMessage.ts";
import { addressField, amountField } from "../fields.ts";
import { roleOf } from "../streams/addressRoles.ts";
import { blockEvents } from "../streams/blockEvents.ts";
import { EventQueue } from "../streams/eventQueue.ts";
import { type TransactionChoice, transactionEvents } from "../streams/transactionEvents.ts";

const maxAddresses = 256;
const maxTypes = 16;

/** Streams (kairos 15.2, G6). */
export function subscriptionService(
  backend: KairosBackend,
  statusOf: StatusOf,
): ServiceImpl<typeof SubscriptionService> {
  return {
    subscribeBlocks: (request, { signal }) => blockEvents(backend, request, statusOf, signal),
    async *subscribeTransactions(request, { signal }) {
      const choice = choiceOf(backend, request);
      for await (const { event, info } of transactionEvents(backend, choice, signal)) yield { event, info };
    },
    async *subscribeAddress(request, { signal }) {
      const account = addressField(request.address);
      if (request.includePending) mustShowPool(backend);
      const choice: TransactionChoice = {
        matches: (verified, block, index) => roleOf(account, verified, block, index) !== undefined,
        pending: request.includePending,
        blocks: true,
      };
      for await (const { event, info, verified, place } of transactionEvents(backend, choice, signal)) {
        const block = event === TransactionEvent.FINALIZED ? place?.block : undefined;
        const role = roleOf(account, verified, block, place?.index ?? 0);
        yield { event, info, ...(role === undefined ? {} : { role }) };
      }
    },
    async *subscribePendingTransactions(request, { signal }) {
      mustShowPool(backend);
      const sender = request.sender.length === 0 ? undefined : addressField(request.sender, "sender");
      const minFee = amountField(request.minFee, "min_fee");
      const choice: TransactionChoice = {
        matches: (verified) =>
          (sender === undefined || verified.sender === sender) && feeCapOf(verified.transaction) >= minFee,
        pending: true,
        blocks: false,
      };
      for await (const { event, info } of transactionEvents(backend, choice, signal)) {
        if (event === TransactionEvent.SUBMITTED) yield { info };
      }
    },
    subscribeConsensus: (_request, { signal }) => consensusEvents(backend, signal),
  };
}

/** The pool's content may be private (kairos M10). */
function mustShowPool(backend: KairosBackend): void {
  if (backend.limits.pendingPublic) return;
  throw callError("NOT_FOUND", "this node does not show its pool", { status: Code.PermissionDenied });
}

function choiceOf(backend: KairosBackend, request: SubscribeTransactionsRequest): TransactionChoice {
  if (request.addresses.length > maxAddresses) throw wrongField("addresses", `at most ${maxAddresses}`);
  if (request.types.length > maxTypes) throw wrongField("types", `at most ${maxTypes}`);
  if (request.includePending) mustShowPool(backend);
  const addresses = new Set(request.addresses.map((bytes) => addressField(bytes, "addresses")));
  const types = new Set(request.types);
  const minValue = amountField(request.minValue, "min_value");
  return {
    matches: (verified) =>
      (types.size === 0 || types.has(verified.transaction.type)) &&
      verified.transaction.value >= minValue &&
      (addresses.size === 0 || namedAccounts(verified).some((account) => addresses.has(account))),
    pending: request.includePending,
    blocks: true,
  };
}

const kinds = {
  notarized: ConsensusEvent.BLOCK_NOTARIZED,
  finalized: ConsensusEvent.BLOCK_FINALIZED,
  nullified: ConsensusEvent.VIEW_NULLIFIED,
  entered: ConsensusEvent.VIEW_CHANGE,
  proposed: ConsensusEvent.BLOCK_PROPOSED,
} as const;

type ConsensusNews = ApiEvent & { readonly what: keyof typeof kinds };

async function* consensusEvents(node: KairosBackend, signal: AbortSignal) {
  const queue = new EventQueue<ConsensusNews>();
  const stop = node.events.subscribe((event) => {
    if (Object.hasOwn(kinds, event.what)) queue.push(event as ConsensusNews);
  });
  try {
    for await (const event of queue.events(signal)) {
      yield {
        event: kinds[event.what],
        view: BigInt(event.view),
        timeMs: BigInt(event.seenMs),
        ...("leader" in event ? { leader: event.leader } : {}),
        ...("digest" in event ? { hash: digestToBytes(event.digest) } : {}),
      };
    }
  } finally {
    stop();
  }
}
