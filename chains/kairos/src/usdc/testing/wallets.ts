import type { Address } from "@polis/codec";
import type { NativeCall, NativeContract } from "@polis/evm";
import type { Hex } from "viem";
import { privateKeyToAccount } from "viem/accounts";

/** A key whose account signs for the tests. */
export const signer = privateKeyToAccount(`0x${"4a".repeat(32)}`);

/** The signer's account. */
export const signerAddress: Address = signer.address.slice(2).toLowerCase() as Address;

/** Another key. */
export const otherSigner = privateKeyToAccount(`0x${"4b".repeat(32)}`);

/** A contract that answers every call alike and notes what it was asked. */
export interface Answering extends NativeContract {
  readonly asked: { readonly input: string; readonly isStatic: boolean; readonly caller: Address }[];
}

/** A contract that costs 1,000 gas and ends with `output`. */
export function answering(success: boolean, output: Uint8Array): Answering {
  const asked: Answering["asked"] = [];
  return {
    asked,
    // biome-ignore lint/correctness/useYield: it calls nobody.
    *run(frame) {
      frame.charge(1_000);
      const { input, isStatic, caller } = frame;
      asked.push({ input: input.toHex(), isStatic, caller });
      return { success, output };
    },
  };
}

/** A contract that passes one call on and ends as it ended. */
export function forwarding(call: NativeCall): NativeContract {
  return {
    *run(frame) {
      frame.touchAccount(call.to);
      return yield call;
    },
  };
}

/** A word of 32 bytes from hex, padded on the right. */
export function padRight(hex: string): Uint8Array {
  return Uint8Array.fromHex(hex.padEnd(64, "0"));
}

/** What `isValidSignature` answers for yes. */
export const magic = padRight("1626ba7e");

/** The three parts of a signature as the methods with v, r, s take them. */
export function splitSignature(signature: Hex): readonly [v: number, r: Hex, s: Hex] {
  return [Number.parseInt(signature.slice(130), 16), signature.slice(0, 66) as Hex, `0x${signature.slice(66, 130)}`];
}

/** The same signature with s in the upper half and the other v: valid to ecrecover, refused since EIP-2. */
export function malleable(signature: Hex): Hex {
  const [v, r, s] = splitSignature(signature);
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const high = (order - BigInt(s)).toString(16).padStart(64, "0");
  return `${r}${high}${(55 - v).toString(16)}`;
}
