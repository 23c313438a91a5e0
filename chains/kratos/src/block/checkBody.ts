import { encodeKce } from "@polis/codec";
import { epochOf, slotAt } from "@polis/slots";
import { priceCall } from "../runtime/applyTransaction.ts";
import { MAX_TRANSACTION_BYTES, type TransactionCodec } from "../transaction/transaction.ts";
import type { ChainRules } from "./applyBlock.ts";
import {
  type Block,
  kceBlock,
  MAX_BLOCK_BYTES,
  MAX_OTHER_BYTES,
  MAX_OTHER_TRANSACTIONS,
  MAX_TRANSACTIONS,
} from "./block.ts";
import type { BlockFault } from "./checkHeader.ts";
import { isWithinKindLimits } from "./kindLimits.ts";
import { listRoot } from "./listRoot.ts";

/** V1, V11 and V13: limits, the author's signature, the root of the body. Needs no state (kratos-core 3.5). */
export function checkBody(rules: ChainRules, codec: TransactionCodec, block: Block): BlockFault | undefined {
  const { header, transactions } = block;
  const encoded = transactions.map((signed) => encodeKce(codec.signed, signed));
  if (!isWithinLimits(rules, codec, block, encoded)) return { code: "MalformedBlock", ban: true };
  if (!rules.signatures.header(rules.chainIdentity, header)) return { code: "InvalidSignature", ban: true };
  return listRoot(encoded) === header.transactionsRoot ? undefined : { code: "InvalidTransactionsRoot", ban: true };
}

/** Everything that can be checked of a block whose parent is not here: V1, V5, V6, V11, V13 (kratos-core 12.8, 12.11). */
export function checkUnattached(rules: ChainRules, codec: TransactionCodec, block: Block): BlockFault | undefined {
  const { epoch, slot, timestamp } = block.header;
  if (timestamp < rules.clock.genesis) return { code: "TimestampSlotMismatch", ban: true };
  if (epoch !== epochOf(rules.clock, slot)) return { code: "InvalidEpoch", ban: true };
  if (slot !== slotAt(rules.clock, timestamp)) return { code: "TimestampSlotMismatch", ban: true };
  return checkBody(rules, codec, block);
}

/** Sizes and counts; calls that are no exit leave a tenth of every block to exits (kratos-core 3.2). */
function isWithinLimits(
  { runtime }: ChainRules,
  codec: TransactionCodec,
  block: Block,
  encoded: readonly Uint8Array[],
): boolean {
  const others = encoded.filter(
    (_, i) => priceCall(runtime, block.transactions[i]!.transaction.call, 100n).class !== "X",
  );
  const otherBytes = others.reduce((sum, { length }) => sum + length, 0);
  return (
    encoded.length <= MAX_TRANSACTIONS &&
    isWithinKindLimits(block.transactions) &&
    encoded.every(({ length }) => length <= MAX_TRANSACTION_BYTES) &&
    others.length <= MAX_OTHER_TRANSACTIONS &&
    otherBytes <= MAX_OTHER_BYTES &&
    encodeKce(kceBlock(codec), block).length <= MAX_BLOCK_BYTES
  );
}
