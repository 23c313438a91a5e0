import { type Address, address } from "@polis/codec";
import fc from "fast-check";
import type { PaymentFields } from "../payment/types.ts";

const account: fc.Arbitrary<Address> = fc
  .uint8Array({ minLength: 20, maxLength: 20 })
  .map((bytes) => address(bytes.toHex()))
  .filter((text) => BigInt(`0x${text}`) !== 0n);

const amount18 = fc.bigInt(0n, (1n << 256n) - 1n);

/** Any well-formed client fields of a payment, without a fee payer. */
export const paymentFields: fc.Arbitrary<PaymentFields> = fc
  .record({
    nonce: fc.bigInt(0n, (1n << 64n) - 2n),
    fees: fc.tuple(amount18, amount18),
    window: fc.tuple(fc.bigInt(0n, (1n << 64n) - 1n), fc.bigInt(0n, (1n << 64n) - 1n)),
    payments: fc.array(
      fc.record({
        to: account,
        amount: fc.bigInt(1n, (1n << 128n) - 1n),
        memo: fc.uint8Array({ maxLength: 256 }),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  })
  .map(({ nonce, fees, window, payments }) => {
    const [maxTip, maxFee] = fees[0] < fees[1] ? fees : [fees[1], fees[0]];
    const [a, b] = window[0] < window[1] ? window : [window[1], window[0]];
    return {
      chainId: 52470n,
      nonce,
      maxFee,
      maxTip,
      validAfter: a === b ? 0n : a,
      validBefore: b,
      payments,
      feePayer: undefined,
    };
  });
