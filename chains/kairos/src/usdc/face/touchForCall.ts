import type { Address } from "@polis/codec";
import type { NativeFrame } from "@polis/evm";
import { delegateOf } from "./signature/delegateOf.ts";

/** Pays what CALL pays for reaching the code of an account: the account, and the one it delegates to (EIP-2929, 7702). */
export function touchForCall(frame: NativeFrame, account: Address): void {
  frame.touchAccount(account);
  const delegate = delegateOf(frame.code(account));
  if (delegate !== undefined) frame.touchAccount(delegate);
}
