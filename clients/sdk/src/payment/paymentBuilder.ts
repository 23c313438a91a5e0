import type { Address, Usdc6 } from "@polis/codec";
import { buildPayment, maxMemoBytes, maxPayments, type PaymentFields, signPayment } from "@polis/kairos";
import { parseUsdc } from "../amounts/amounts.ts";
import { SdkError } from "../errors/sdkError.ts";
import { parseAddress } from "../text/address.ts";
import type { Wallet } from "../wallet/wallet.ts";
import { type SignedTransaction, signedTransaction } from "./signedTransaction.ts";
import { type SponsorRequest, startSponsored } from "./sponsor.ts";

/** What a payment is bound to, beside what it says: filled in by `KairosClient`, or by hand offline. */
export interface PaymentPlace {
  readonly chainId: bigint;
  readonly nonce: bigint;
  /** 10^-18 USDC per gas; the ceiling of the fee is twice of what the payment costs at it, unless `maxFee` says another. */
  readonly baseFee?: bigint;
}

type Kind = 0 | 1 | 2;

interface Draft {
  readonly payments: readonly { readonly to: Address; readonly amount: bigint; readonly memo: Uint8Array }[];
  readonly validAfter?: bigint;
  readonly validBefore?: bigint;
  readonly maxFee?: bigint;
  readonly maxTip?: bigint;
  readonly sponsor?: Wallet | { readonly address: Address; readonly kind: Kind };
}

/**
 * Puts a payment together (kairos 7.4): one or many transfers that happen all or not at all. Every step gives a new builder;
 * none is changed.
 * @example
 * const payment = PaymentBuilder.pay(bob.address, "1.25", "order 7").validBefore(new Date(Date.now() + 60_000));
 * const final = await client.pay(payment, carol);
 * [final.status, final.payments[0].amount]; // => ["succeeded", 1_250_000n]
 */
export class PaymentBuilder {
  readonly #draft: Draft;

  private constructor(draft: Draft) {
    this.#draft = draft;
  }

  /**
   * The first transfer.
   * @param amount units of 10^-6 USDC from `parseUsdc` or `usdc6`, or a text such as "1.25"
   * @param memo text in UTF-8 or bytes, at most 256 of them
   */
  static pay(to: string, amount: Usdc6 | string, memo?: string | Uint8Array): PaymentBuilder {
    return new PaymentBuilder({ payments: [] }).pay(to, amount, memo);
  }

  /** One more transfer. Throws an SdkError for a bad address, amount or memo, or more than 256 transfers. */
  pay(to: string, amount: Usdc6 | string, memo: string | Uint8Array = new Uint8Array(0)): PaymentBuilder {
    const payments = [
      ...this.#draft.payments,
      { to: parseAddress(to), amount: unitsOf(amount), memo: memoBytes(memo) },
    ];
    if (payments.length > maxPayments) {
      throw new SdkError(
        "PAYMENT",
        `${payments.length} transfers`,
        `a payment has at most ${maxPayments}: make several`,
      );
    }
    return new PaymentBuilder({ ...this.#draft, payments });
  }

  /** The payment can only be in blocks before this time, so that a late one is void. @param time Date or Unix seconds */
  validBefore(time: Date | number): PaymentBuilder {
    return new PaymentBuilder({ ...this.#draft, validBefore: secondsOf(time) });
  }

  /** The payment can only be in blocks after this time. @param time Date or Unix seconds */
  validAfter(time: Date | number): PaymentBuilder {
    return new PaymentBuilder({ ...this.#draft, validAfter: secondsOf(time) });
  }

  /** The highest fee in 10^-18 USDC. */
  maxFee(amount: bigint): PaymentBuilder {
    return new PaymentBuilder({ ...this.#draft, maxFee: amount });
  }

  /** What the proposer of the block may get on top of the base fee, in 10^-18 USDC; 0 by default. */
  maxTip(amount: bigint): PaymentBuilder {
    return new PaymentBuilder({ ...this.#draft, maxTip: amount });
  }

  /**
   * Another account pays the fee (kairos 7.5): a wallet that is here, or the address and kind of one that is elsewhere and
   * gets what `signForSponsor` gives.
   */
  sponsor(payer: Wallet | { readonly address: string; readonly kind: Wallet["kind"] }): PaymentBuilder {
    const sponsor = "signer" in payer ? payer : { address: parseAddress(payer.address), kind: kinds[payer.kind] };
    return new PaymentBuilder({ ...this.#draft, sponsor });
  }

  /** Signs. Throws an SdkError PAYMENT when the sponsor's key is not here, and for limits that contradict each other. */
  sign(wallet: Wallet, place: PaymentPlace): SignedTransaction {
    const { sponsor } = this.#draft;
    if (sponsor !== undefined && !("signer" in sponsor)) {
      throw new SdkError("PAYMENT", "the sponsor's key is not here", "use signForSponsor and send it what that gives");
    }
    return signedTransaction(signPayment(this.#fields(wallet, place), wallet.signer, sponsor?.signer));
  }

  /** The sender's half of a sponsored payment, for the sponsor to sign with `sponsorPayment`. */
  signForSponsor(wallet: Wallet, place: PaymentPlace): SponsorRequest {
    if (this.#draft.sponsor === undefined) {
      throw new SdkError("PAYMENT", "the payment has no sponsor", "name one with sponsor(…)");
    }
    return startSponsored(this.#fields(wallet, place), wallet);
  }

  #fields(wallet: Wallet, { chainId, nonce, baseFee }: PaymentPlace): PaymentFields {
    const { payments, validAfter, validBefore, maxFee, maxTip, sponsor } = this.#draft;
    const payer = sponsor === undefined || !("signer" in sponsor) ? sponsor : sponsor.signer;
    const request = {
      ...{ chainId, nonce, payments, kind: wallet.signer.kind },
      ...(payer === undefined ? {} : { feePayer: payer.address, feePayerKind: payer.kind }),
      ...(validAfter === undefined ? {} : { validAfter }),
      ...(validBefore === undefined ? {} : { validBefore }),
      ...(maxTip === undefined ? {} : { maxTip }),
      ...(maxFee === undefined ? {} : { maxFee }),
    };
    const fields = buildPayment(request);
    const atFloor = fields.maxFee - fields.maxTip;
    const isRaised = baseFee !== undefined && maxFee === undefined;
    // The default is twice the fee at the floor; above the floor it rises with the base fee.
    const checked = isRaised ? { ...fields, maxFee: (atFloor * baseFee) / floorPrice + fields.maxTip } : fields;
    mustBeValid(checked, wallet);
    return checked;
  }
}

const kinds = { secp256k1: 0, ed25519: 1, p256: 2 } as const;
/** The price at which `buildPayment` counts (kairos 8). */
const floorPrice = 47_619_047_620n;

function mustBeValid({ validAfter, validBefore, maxTip, maxFee, feePayer }: PaymentFields, wallet: Wallet): void {
  const hint = "kairos 7.4 says which values go together";
  if (validBefore !== 0n && validAfter >= validBefore) throw new SdkError("PAYMENT", "its time window is empty", hint);
  if (maxTip < 0n || maxTip > maxFee) throw new SdkError("PAYMENT", "maxTip must be between 0 and maxFee", hint);
  if (feePayer === wallet.signer.address) throw new SdkError("PAYMENT", "sponsor and sender must differ", hint);
}

function unitsOf(amount: Usdc6 | string): bigint {
  const units = typeof amount === "string" ? parseUsdc(amount) : amount;
  if (units > 0n && units >> 128n === 0n) return units;
  throw new SdkError("AMOUNT", `cannot pay ${units} units`, "an amount is above 0 and below 2^128 units of 10^-6 USDC");
}

function memoBytes(memo: string | Uint8Array): Uint8Array {
  const bytes = typeof memo === "string" ? new TextEncoder().encode(memo) : memo;
  if (bytes.length <= maxMemoBytes) return bytes;
  throw new SdkError("PAYMENT", `a memo of ${bytes.length} bytes`, `a memo has at most ${maxMemoBytes} bytes`);
}

function secondsOf(time: Date | number): bigint {
  const seconds = typeof time === "number" ? time : Math.floor(time.getTime() / 1_000);
  if (Number.isSafeInteger(seconds) && seconds > 0) return BigInt(seconds);
  throw new SdkError("PAYMENT", `not a time: ${String(time)}`, "give a Date, or whole Unix seconds");
}
