import { type Address, type Digest, ok, type Result } from "@polis/codec";
import type { StateReader } from "@polis/state";
import { refuse, type TransactionFault } from "../errors.ts";
import type { BlockContext } from "./execution.ts";

/** keccak of no bytes: the code hash of an account without code. */
export const emptyCodeHash = "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470" as Digest;

/**
 * What every type asks of its sender at its position: nonce (T4), no code but a delegation (T5), not blacklisted (T9).
 * @returns the sender's balance, 10^-18 USDC
 */
export function checkSender(
  context: Pick<BlockContext, "money" | "face" | "state" | "leniency">,
  transaction: { readonly nonce: bigint },
  sender: Address,
): Result<bigint, TransactionFault> {
  const account = context.money.account(sender);
  const nonce = account?.nonce ?? 0n;
  if (transaction.nonce < nonce) return refuse("NONCE_TOO_LOW", `next nonce ${nonce}, tx nonce ${transaction.nonce}`);
  if (transaction.nonce > nonce) return refuse("NONCE_TOO_HIGH", `next nonce ${nonce}, tx nonce ${transaction.nonce}`);
  if (account !== undefined && account.codeHash !== emptyCodeHash && context.leniency.anySender !== true) {
    if (!isDelegation(context.state, account.codeHash)) return refuse("INVALID_FORMAT", "sender not an eoa");
  }
  if (context.face.isBlacklisted(sender)) return refuse("BLACKLISTED", "sender");
  return ok(account?.balance ?? 0n);
}

/** True when the code is an EIP-7702 delegation: 0xef0100 and an address. */
function isDelegation(state: StateReader, codeHash: Digest): boolean {
  const code = state.code(codeHash);
  return code?.length === 23 && code[0] === 0xef && code[1] === 0x01 && code[2] === 0x00;
}
