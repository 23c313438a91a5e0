import { type Address, compareBytes } from "@polis/codec";
import { ethereumAddress, secp256k1 } from "@polis/crypto";
import type { NativeFrame } from "@polis/evm";
import type { BytesArgument } from "../abi/calldata.ts";
import { type Refusal, refusal } from "../refusal.ts";

/** Price of one recovery (kairos U14), that of the precompile. */
export const recoveryGas = 3_000;

/** Half of the order of secp256k1: the largest s (kairos U9). */
const halfOrder = Uint8Array.fromHex("7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0");

const badLength = refusal("ECRecover: invalid signature length");
const badS = refusal("ECRecover: invalid signature 's' value");
const badV = refusal("ECRecover: invalid signature 'v' value");
const badPoint = refusal("ECRecover: invalid signature");

/**
 * The account whose key made a signature, by FiatTokenV2_2's rules and with its reasons.
 * @param digest 32 bytes
 * @param given r ‖ s ‖ v, v 27 or 28; anything else is refused
 */
export function recoverSigner(frame: NativeFrame, digest: Uint8Array, given: BytesArgument): Address | Refusal {
  if (given.length !== 65) return badLength;
  const signature = given.read();
  if (compareBytes(signature.subarray(32, 64), halfOrder) > 0) return badS;
  const v = signature[64]!;
  if (v !== 27 && v !== 28) return badV;
  frame.charge(recoveryGas);
  const publicKey = secp256k1.recover(digest, signature.subarray(0, 64), v - 27);
  return publicKey === undefined ? badPoint : ethereumAddress(publicKey);
}
