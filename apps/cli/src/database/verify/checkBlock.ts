import { type Digest, decodeRlpList, digestOf, equalBytes, type Height } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { type DecodedBlock, decodeBlock, digestKey, heightKey, type Receipt, transactionPlace } from "@polis/kairos";
import { u64Key } from "@polis/minimmit";
import { trieRootOfList } from "@polis/state";
import type { VerifyContext } from "./types.ts";

/** What a good block tells the check of the next one. */
export interface CheckedBlock {
  readonly digest: string;
  readonly block: DecodedBlock;
}

/**
 * One finalized block: its hash, its link to the parent, its roots, and the rows that lead to it (kairos 5.1, 6.2).
 * @returns undefined when it cannot be read, so that nothing behind it can be checked
 */
export function checkBlock(
  context: VerifyContext,
  at: Height,
  parentHash: string | undefined,
): CheckedBlock | undefined {
  const { store, genesis } = context;
  const wrong = (what: string): undefined => void context.found(`height ${at}: ${what}`);
  const stored = checkHeader(context, at);
  if (stored === undefined) return undefined;
  const { digest, row } = stored;
  const body = store.get("blocks", digestKey(digest));
  if (body === undefined) return wrong("the body is absent");
  const decoded = decodeBlock(body, genesis.params);
  if (!decoded.ok) return wrong(`the body is malformed: ${decoded.fault.code}`);
  const block = decoded.value;
  if (block.digest !== digest || !equalBytes(block.headerBytes, row.subarray(32))) wrong("the body is another block's");
  const { header } = block;
  if (header.number !== at) wrong(`its number is ${header.number}`);
  if (parentHash !== undefined && header.parentHash !== parentHash) wrong("it does not follow the block before it");
  if (at === 0 && digest !== context.genesisHash) wrong("it is not the genesis block");
  if (trieRootOfList(block.transactions) !== header.transactionsRoot) wrong("the transactions have another root");
  checkPlaces(context, at, block);
  checkReceipts(context, at, block);
  checkView(context, at, block);
  return { digest, block };
}

/**
 * The header of a finalized block: its hash, and the row that leads from that to its height (kairos 6.2).
 * @returns undefined when there is none
 */
export function checkHeader(
  { store, found }: VerifyContext,
  at: Height,
): { readonly digest: Digest; readonly row: Uint8Array } | undefined {
  const wrong = (what: string): undefined => void found(`height ${at}: ${what}`);
  const row = store.get("headers", heightKey(at));
  if (row === undefined || row.length < 33) return wrong("the header is absent");
  const digest = digestOf(row.subarray(0, 32));
  if (digestOf(keccak256(row.subarray(32))) !== digest) wrong("the header does not have its hash");
  const place = store.get("height_by_hash", digestKey(digest));
  if (place === undefined || !equalBytes(place, heightKey(at))) wrong("its hash leads elsewhere (height_by_hash)");
  return { digest, row };
}

function checkPlaces({ store, found }: VerifyContext, at: Height, { transactions }: DecodedBlock): void {
  for (const [index, envelope] of transactions.entries()) {
    const place = store.get("tx_index", keccak256(envelope));
    if (place === undefined || !equalBytes(place, transactionPlace(at, index))) {
      found(`height ${at}: transaction ${index} is not found by its hash (tx_index)`);
    }
  }
}

function checkReceipts(
  { store, ledger, found }: VerifyContext,
  at: Height,
  { header, transactions }: DecodedBlock,
): void {
  const row = store.get("receipts", heightKey(at));
  const list = row && decodeRlpList(row, { maxBytes: row.length, maxItems: 1_000_001, maxDepth: 1 });
  if (!list?.ok) {
    found(`height ${at}: the receipts are absent or malformed`);
    return;
  }
  const encoded = list.value.filter((item) => item instanceof Uint8Array);
  if (encoded.length !== transactions.length)
    found(`height ${at}: ${encoded.length} receipts, not ${transactions.length}`);
  if (trieRootOfList(encoded) !== header.receiptsRoot) {
    found(`height ${at}: the receipts have another root`);
    return;
  }
  const receipts: readonly Receipt[] = ledger.receiptsByHeight(at) ?? [];
  const bloom = new Uint8Array(256);
  for (const { logsBloom } of receipts) for (const [i, byte] of logsBloom.entries()) bloom[i] = bloom[i]! | byte;
  if (!equalBytes(bloom, header.logsBloom)) found(`height ${at}: the logs have another bloom`);
  if ((receipts.at(-1)?.cumulativeGasUsed ?? 0n) !== BigInt(header.gasUsed)) found(`height ${at}: other gas was used`);
}

/** Blocks are in the view index as final, direct or as ancestors; genesis is in no view. */
function checkView({ store, found }: VerifyContext, at: Height, { header, digest }: DecodedBlock): void {
  if (at === 0) return;
  const row = store.get("view_index", u64Key(header.extra.view));
  const right =
    row?.length === 41 &&
    row[0]! <= 2 &&
    digestOf(row.subarray(1, 33)) === digest &&
    equalBytes(row.subarray(33), heightKey(at));
  if (!right) found(`height ${at}: view ${header.extra.view} does not lead to it (view_index)`);
}
