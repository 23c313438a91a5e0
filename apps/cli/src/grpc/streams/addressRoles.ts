import type { Address } from "@polis/codec";
import {
  type ApiBlock,
  addressTopic,
  faceAddress,
  paymentType,
  transferTopic,
  type VerifiedTransaction,
} from "@polis/kairos";
import { AddressRole } from "@polis/proto";

/**
 * The part of an account in a transaction, the first that fits.
 * @param block given for a final one, whose Transfer logs count too (kairos 15.2 SubscribeAddress)
 */
export function roleOf(
  account: Address,
  { transaction, sender }: VerifiedTransaction,
  block: ApiBlock | undefined,
  index: number,
): AddressRole | undefined {
  if (sender === account) return AddressRole.SENDER;
  if (transaction.type === paymentType) {
    if (transaction.payments.some(({ to }) => to === account)) return AddressRole.RECIPIENT;
    if (transaction.feePayer === account) return AddressRole.FEE_PAYER;
  } else if (transaction.to === account) return AddressRole.RECIPIENT;
  return block !== undefined && isInTransfer(account, block, index) ? AddressRole.TRANSFER_LOG : undefined;
}

function isInTransfer(account: Address, block: ApiBlock, index: number): boolean {
  const topic = addressTopic(account);
  const logs = block.receipts()[index]?.logs ?? [];
  return logs.some(
    ({ address, topics }) =>
      address === faceAddress && topics[0] === transferTopic && (topics[1] === topic || topics[2] === topic),
  );
}
