import type { MessageInitShape } from "@bufbuild/protobuf";
import { type Address, addressToBytes, digestToBytes } from "@polis/codec";
import {
  type ApiBlock,
  blockTimeMs,
  type DecodedTransaction,
  effectiveGasPrice,
  feeCapOf,
  firstLogIndexes,
  paymentType,
  tipCapOf,
  type VerifiedTransaction,
} from "@polis/kairos";
import { type LogSchema, ReceiptStatus, type TransactionInfoSchema, type TransactionSchema } from "@polis/proto";

const none = new Uint8Array(0);

/** A transaction (kairos G5). */
export function transactionMessage({
  transaction,
  sender,
}: VerifiedTransaction): MessageInitShape<typeof TransactionSchema> {
  const common = {
    hash: digestToBytes(transaction.hash),
    type: transaction.type,
    sender: addressToBytes(sender),
    value: transaction.value.toString(),
    nonce: transaction.nonce,
    feeCap: feeCapOf(transaction).toString(),
    tipCap: tipCapOf(transaction).toString(),
    gasLimit: transaction.gas,
    raw: transaction.envelope,
  };
  if (transaction.type !== paymentType) {
    const recipient = transaction.to === undefined ? none : addressToBytes(transaction.to);
    return { ...common, recipient, input: transaction.data };
  }
  return {
    ...common,
    recipient: addressToBytes(transaction.payments[0]!.to),
    payments: transaction.payments.map(({ to, amount, memo }) => ({
      to: addressToBytes(to),
      amountUsdc6: amount.toString(),
      memo,
    })),
    feePayer: transaction.feePayer === undefined ? none : addressToBytes(transaction.feePayer),
  };
}

/** A transaction that waits. */
export function waitingInfo(verified: VerifiedTransaction): MessageInitShape<typeof TransactionInfoSchema> {
  return { transaction: transactionMessage(verified) };
}

/**
 * A transaction in a block.
 * @param withReceipt true for a finalized block, whose receipts are kept
 */
export function placedInfo(
  block: ApiBlock,
  index: number,
  withReceipt: boolean,
): MessageInitShape<typeof TransactionInfoSchema> {
  const verified = block.transactionAt(index)!;
  const placed = {
    transaction: transactionMessage(verified),
    blockHash: digestToBytes(block.digest),
    height: BigInt(block.header.number),
    index,
    timestampMs: BigInt(blockTimeMs(block.header)),
  };
  return withReceipt ? { ...placed, ...outcome(block, index, verified.transaction) } : placed;
}

function outcome(block: ApiBlock, index: number, transaction: DecodedTransaction) {
  const receipts = block.receipts();
  const receipt = receipts[index]!;
  const before = index === 0 ? 0n : receipts[index - 1]!.cumulativeGasUsed;
  const gasUsed = receipt.cumulativeGasUsed - before;
  const price = effectiveGasPrice(transaction, block.header.baseFeePerGas);
  const firstLog = firstLogIndexes(receipts)[index]!;
  return {
    receiptStatus: receipt.status === 1 ? ReceiptStatus.SUCCEEDED : ReceiptStatus.FAILED,
    gasUsed,
    effectiveGasPrice: price.toString(),
    fee: (price * gasUsed).toString(),
    logs: receipt.logs.map(
      (log, i): MessageInitShape<typeof LogSchema> => ({
        address: addressToBytes(log.address),
        topics: log.topics.map(digestToBytes),
        data: log.data,
        index: firstLog + i,
      }),
    ),
  };
}

/** Accounts that a transaction names: sender, recipients and fee payer. */
export function namedAccounts({ transaction, sender }: VerifiedTransaction): readonly Address[] {
  if (transaction.type !== paymentType) return transaction.to === undefined ? [sender] : [sender, transaction.to];
  const payees = transaction.payments.map(({ to }) => to);
  return transaction.feePayer === undefined ? [sender, ...payees] : [sender, ...payees, transaction.feePayer];
}
