import { type Address, type Digest, type Height, height } from "@polis/codec";
import { rangeTooWide } from "../calls/findLogs.ts";
import type { ApiBlock, KairosBackend } from "./backend.ts";
import type { Filter } from "./filters.ts";
import type { LogCriteria } from "./logCriteria.ts";
import { type Answer, type Method, method, refusal, result } from "./method.ts";
import type { BlockRef, FieldsOf } from "./paramSpec.ts";
import { resolveBlock } from "./resolveBlock.ts";
import { maxWatchedEach, watchSize } from "./watchBudget.ts";

/** Emitters, and topics at one position, in one query. */
const maxAlternatives = 1_000;

const emitter = { name: "address", type: "address" } as const;
const topic = { name: "topic", type: "hash", optional: true } as const;
const emitters = { name: "address", type: "list", of: emitter, max: maxAlternatives } as const;
const topicList = { name: "topic", type: "list", of: topic, max: maxAlternatives } as const;
const addressForms = [emitter, emitters] as const;
const topicForms = [{ name: "topic", type: "hash" }, topicList] as const;
const topicPosition = {
  name: "topic",
  type: "union",
  of: topicForms,
  form: "a topic, a list of topics or null",
  optional: true,
} as const;

/** The fields of a filter that choose logs. */
export const criteriaFields = [
  { name: "address", type: "union", of: addressForms, form: "an address or a list of addresses", optional: true },
  { name: "topics", type: "list", of: topicPosition, max: 4, optional: true },
] as const;

const filterFields = [
  ...criteriaFields,
  { name: "fromBlock", type: "block", hashes: false, optional: true },
  { name: "toBlock", type: "block", hashes: false, optional: true },
  { name: "blockHash", type: "hash", optional: true },
] as const;
const filter = { name: "filter", type: "object", fields: filterFields } as const;
const filterId = { name: "filterId", type: "text", maxLength: 66 } as const;
type FilterFields = FieldsOf<typeof filterFields>;

/** Logs and polled filters (kairos 16.2). Finality never takes a log back, so nothing is ever removed (J2). */
export const logMethods: Readonly<Record<string, Method>> = {
  eth_getLogs: method([filter], (node, [wanted], call) => getLogs(node, wanted, call?.signal), 10),
  eth_newFilter: method([filter], (node, [wanted]) => newLogFilter(node, wanted)),
  eth_newBlockFilter: method([], (node) => add(node, { kind: "blocks", next: height(node.finalizedHeight() + 1) })),
  eth_newPendingTransactionFilter: method([], (node) =>
    node.limits.pendingPublic ? add(node, { kind: "pending", next: node.filters.nextPooled() }) : poolHidden,
  ),
  eth_getFilterChanges: method([filterId], (node, [id], call) => changes(node, node.filters.get(id), call?.signal), 5),
  eth_getFilterLogs: method(
    [filterId],
    (node, [id], call) => {
      const found = node.filters.get(id);
      if (found === undefined) return noFilter;
      if (found.kind !== "logs") return refusal(-32602, "invalid parameter filterId: not a filter of logs");
      const to = found.range.to ?? node.finalizedHeight();
      return search(node, found.range.from ?? node.finalizedHeight(), to, found.criteria, call?.signal);
    },
    10,
  ),
  eth_uninstallFilter: method([filterId], (node, [id]) => result(node.filters.remove(id))),
};

/** The refusal of everything that shows the pool, where the operator keeps it private (kairos M10). */
export const poolHidden = refusal(-32601, "pending transactions are not shown by this node: disabled by configuration");
const noFilter = refusal(-32001, "filter not found");

/** What a client's fields choose. Within a position, null among the topics takes any. */
export function criteriaOf(fields: FieldsOf<typeof criteriaFields>): LogCriteria {
  const { address, topics } = fields;
  const list = address === undefined ? [] : typeof address === "string" ? [address] : address;
  return {
    addresses: list as readonly Address[],
    topics: (topics ?? []).map((position) => {
      if (position === undefined) return [];
      if (typeof position === "string") return [position as Digest];
      return position.includes(undefined) ? [] : (position as readonly Digest[]);
    }),
  };
}

async function getLogs(node: KairosBackend, wanted: FilterFields, signal: AbortSignal | undefined): Promise<Answer> {
  const criteria = criteriaOf(wanted);
  if (wanted.blockHash === undefined) {
    const range = rangeOf(node, wanted);
    if (!range.ok) return range;
    const head = node.finalizedHeight();
    return search(node, range.from ?? head, range.to ?? head, criteria, signal);
  }
  if (wanted.fromBlock !== undefined || wanted.toBlock !== undefined) {
    return refusal(-32602, "invalid parameter filter: blockHash cannot be combined with fromBlock or toBlock");
  }
  const block = node.blockByDigest(wanted.blockHash as Digest);
  if (block === undefined) return refusal(-32001, "block not found");
  // Receipts of speculative blocks are not shown (kairos J3).
  if (node.blockByHeight(block.header.number)?.digest !== block.digest) return result([]);
  return search(node, block.header.number, block.header.number, criteria, signal);
}

type Range = { readonly ok: true; readonly from: Height | undefined; readonly to: Height | undefined };

/** Heights that a filter names; undefined where it follows the last finalized block. */
function rangeOf(node: KairosBackend, { fromBlock, toBlock }: FilterFields): Range | (Answer & { readonly ok: false }) {
  const from = heightOf(node, fromBlock);
  const to = heightOf(node, toBlock);
  const head = node.finalizedHeight();
  if ((from ?? head) > (to ?? Math.max(head, from ?? 0))) {
    return refusal(-32602, "invalid parameter filter: fromBlock is after toBlock");
  }
  return { ok: true, from, to };
}

function heightOf(node: KairosBackend, ref: BlockRef | undefined): Height | undefined {
  if (ref === undefined) return undefined;
  if (ref.kind === "number") return height(ref.height);
  // Logs of speculative blocks are not shown (J3), so `pending` ends where `latest` does.
  if (ref.kind === "hash" || ref.tag !== "earliest") return undefined;
  return (resolveBlock(node, ref) as ApiBlock).header.number;
}

function search(
  node: KairosBackend,
  from: Height,
  to: Height,
  criteria: LogCriteria,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  const { logsMaxRange: maxRange, logsMaxResults: maxResults } = node.limits;
  // The range that was asked for counts, also where it leaves the chain: the caller learns the limit at once (J5).
  if (to - from < maxRange) {
    const head = node.finalizedHeight();
    if (from > head) return Promise.resolve(result([]));
    return node.run({ kind: "logs", from, to: height(Math.min(to, head)), criteria, maxRange, maxResults }, signal);
  }
  return Promise.resolve(rangeTooWide({ kind: "logs", from, to, criteria, maxRange, maxResults }));
}

function newLogFilter(node: KairosBackend, wanted: FilterFields): Answer {
  if (wanted.blockHash !== undefined) {
    return refusal(-32602, "invalid parameter filter: a filter cannot follow one block");
  }
  const range = rangeOf(node, wanted);
  if (!range.ok) return range;
  const { from, to } = range;
  const criteria = criteriaOf(wanted);
  if (watchSize(criteria) > maxWatchedEach) {
    return refusal(-32005, `a filter can name ${maxWatchedEach} addresses and topics`);
  }
  const next = height(Math.max(from ?? 0, node.finalizedHeight() + 1));
  return add(node, { kind: "logs", criteria, range: { from, to }, next });
}

function add(node: KairosBackend, filter: Filter): Answer {
  const id = node.filters.add(filter);
  return id === undefined ? refusal(-32005, `there are ${node.limits.maxFilters} filters already`) : result(id);
}

/** What is new since the last call. Finalized heights only grow, so a height to go on from is all that is kept. */
async function changes(
  node: KairosBackend,
  filter: Filter | undefined,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  if (filter === undefined) return noFilter;
  if (filter.kind === "pending") {
    const hashes = node.filters.pooledSince(filter.next);
    filter.next = node.filters.nextPooled();
    return result(hashes.map((hash) => `0x${hash}`));
  }
  const head = node.finalizedHeight();
  const from = filter.next;
  if (filter.kind === "blocks") {
    const hashes: string[] = [];
    // Who stays away for long gets the blocks in parts, one after the other.
    const to = Math.min(head, from + node.limits.logsMaxRange - 1);
    for (let at: number = from; at <= to; at++) hashes.push(`0x${node.blockByHeight(height(at))!.digest}`);
    filter.next = height(Math.max(from, to + 1));
    return result(hashes);
  }
  const to = height(Math.min(head, filter.range.to ?? head, from + node.limits.logsMaxRange - 1));
  if (to < from) return result([]);
  const found = await search(node, from, to, filter.criteria, signal);
  // On an error nothing is lost: the same heights are looked at by the next call.
  if (found.ok) filter.next = height(to + 1);
  return found;
}
