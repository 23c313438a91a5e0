import { addressToBytes, concatBytes, encodeRlp, type RlpItem, rlpUint } from "@polis/codec";
import { type PaymentFields, type PaymentSignature, paymentType } from "./types.ts";

const typeByte = Uint8Array.of(paymentType);
const none = new Uint8Array(0);

/** The eight client fields as RLP items, in the order of kairos 7.4. */
function fieldItems(fields: PaymentFields): readonly RlpItem[] {
  return [
    rlpUint(fields.chainId),
    rlpUint(fields.nonce),
    rlpUint(fields.maxFee),
    rlpUint(fields.maxTip),
    rlpUint(fields.validAfter),
    rlpUint(fields.validBefore),
    fields.payments.map(({ to, amount, memo }) => [addressToBytes(to), rlpUint(amount), memo]),
    fields.feePayer === undefined ? none : addressToBytes(fields.feePayer),
  ];
}

/** What the sender signs, before hashing (kairos T11): 0x4b and rlp of the eight fields, kind and public key. */
export function paymentPreimage(fields: PaymentFields, key: Pick<PaymentSignature, "kind" | "publicKey">): Uint8Array {
  return concatBytes(typeByte, encodeRlp([...fieldItems(fields), rlpUint(key.kind), key.publicKey]));
}

/** The envelope of a payment (kairos 7.4). */
export function encodePayment(
  fields: PaymentFields,
  sender: PaymentSignature,
  feePayer: PaymentSignature | undefined,
): Uint8Array {
  const items: readonly RlpItem[] = [
    ...fieldItems(fields),
    rlpUint(sender.kind),
    sender.publicKey,
    sender.signature,
    feePayer === undefined ? none : rlpUint(feePayer.kind),
    feePayer?.publicKey ?? none,
    feePayer?.signature ?? none,
  ];
  return concatBytes(typeByte, encodeRlp(items));
}
