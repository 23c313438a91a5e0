import type { Address } from "@polis/codec";
import { bytesToHex0x } from "@polis/codec";
import { keccak256 } from "@polis/crypto";
import { buildPayment, createPaymentSigner, signPayment } from "@polis/kairos";

/** A funded account that signs payments one nonce after the other. */
export class Payer {
  readonly address: Address;
  nonce = 0n;
  readonly #signer: ReturnType<typeof createPaymentSigner>;
  readonly #chainId: bigint;

  /** @param secretHex Ed25519 seed. */
  constructor(secretHex: string, chainId: bigint) {
    this.#signer = createPaymentSigner(1, Uint8Array.fromHex(secretHex));
    this.#chainId = chainId;
    this.address = this.#signer.address;
  }

  /** The next payment as `0x` texts. */
  pay(to: Address, amountUsdc6 = 10_000n): { readonly raw: string; readonly hash: string } {
    const payment = buildPayment({
      chainId: this.#chainId,
      nonce: this.nonce++,
      payments: [{ to, amount: amountUsdc6 }],
    });
    const envelope = signPayment(payment, this.#signer);
    return { raw: bytesToHex0x(envelope), hash: bytesToHex0x(keccak256(envelope)) };
  }
}
