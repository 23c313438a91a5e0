import { type Address, digestOf, equalBytes } from "@polis/codec";
import type { BytesArgument } from "../abi/calldata.ts";
import { encodeValues } from "../abi/encodeValues.ts";
import type { FaceCall } from "../faceCall.ts";
import type { Calling } from "../method.ts";
import { Refusal } from "../refusal.ts";
import { touchForCall } from "../touchForCall.ts";
import { delegateOf } from "./delegateOf.ts";
import { recoverSigner } from "./recoverSigner.ts";

/** Selector of `isValidSignature(bytes32,bytes)`, and the word that says yes (ERC-1271). */
const selector = Uint8Array.of(0x16, 0x26, 0xba, 0x7e);
const yes = new Uint8Array(32);
yes.set(selector);

/** Price of a copied word, that of CALLDATACOPY. */
const copyGasPerWord = 3;

/**
 * Accepts a signature by ECDSA for an account without code and by ERC-1271 for one with code; an account that delegates
 * its code (EIP-7702) still has a key, so either form serves it, the cheaper one first (kairos U9).
 * @param digest 32 bytes
 * @returns undefined when valid, else why not: `invalid`, or the reason of a malformed ECDSA signature
 */
export function* checkSignature(
  { frame }: FaceCall,
  signer: Address,
  digest: Uint8Array,
  signature: BytesArgument,
  invalid: Refusal,
): Calling<Refusal | undefined> {
  frame.touchAccount(signer);
  const code = frame.code(signer);
  const delegate = delegateOf(code);
  if (code.length === 0 || delegate !== undefined) {
    const recovered = recoverSigner(frame, digest, signature);
    if (recovered === signer) return undefined;
    if (delegate === undefined) return recovered instanceof Refusal ? recovered : invalid;
  }
  touchForCall(frame, signer);
  // The wallet gets a copy of bytes that may be many, which CALLDATACOPY would charge for too.
  frame.charge(copyGasPerWord * Math.ceil(signature.length / 32));
  const input = encodeValues(["bytes32", "bytes"], [digestOf(digest), signature.read()], selector);
  const { success, output } = yield { to: signer, input, isStatic: true };
  return success && equalBytes(output.subarray(0, 32), yes) ? undefined : invalid;
}
