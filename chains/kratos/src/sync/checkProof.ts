import { type Millis, seconds } from "@polis/codec";
import { epochOf, slotAt } from "@polis/slots";
import type { ChainRules } from "../block/applyBlock.ts";
import type { BlockFault } from "../block/checkHeader.ts";
import type { Header } from "../block/header.ts";
import type { AccountId } from "../identifiers.ts";

/** Against what a header is checked that proves a height. */
export interface ProofContext {
  readonly rules: ChainRules;
  readonly head: Header;
  /** Of the last final block. */
  readonly final: Header;
  readonly isValidator: ((account: AccountId) => boolean) | undefined;
}

/** What a header proves: its height, nothing, or that the peer is at fault. */
export type Proof = "proven" | "unproven" | { readonly fault: BlockFault };

/** V16 (kratos-core 3.6). */
const FUTURE_TOLERANCE_S = 10;

/**
 * Checks a header that a peer shows for a height that it claims (kratos-core 12.11, S13): V5, V6, V11, no more blocks than slots,
 * not from the future. The leaders of the epoch behind the head's are validators already, so a stranger proves nothing there.
 */
export function checkProof({ rules, head, final, isValidator }: ProofContext, now: Millis, header: Header): Proof {
  const { clock, signatures, chainIdentity } = rules;
  const { epoch, slot, timestamp, number, author } = header;
  if (slotAt(clock, timestamp) !== slot) return fault("TimestampSlotMismatch");
  if (epoch !== epochOf(clock, slot)) return fault("InvalidEpoch");
  if (number > slot) return fault("InvalidSlot");
  if (!signatures.header(chainIdentity, header)) return fault("InvalidSignature");
  if (timestamp > seconds(Math.floor(now / 1_000)) + FUTURE_TOLERANCE_S) return "unproven";
  // A branch that may be adopted has one block for a slot at most above what is final: so near no validator can invent a height.
  if (number - final.number > slot - final.slot) return "unproven";
  if (epoch <= head.epoch + 1 && isValidator?.(author) === false) return "unproven";
  return "proven";
}

function fault(code: string): Proof {
  return { fault: { code, ban: true } };
}
