export * from "./errors.ts";
export {
  checkJustification,
  type JustificationCheck,
  type JustificationContext,
} from "./justification/checkJustification.ts";
export * from "./machine/gadget.ts";
export * from "./machine/gadgetOptions.ts";
export * from "./seam/chain.ts";
export * from "./seam/effects.ts";
export * from "./seam/events.ts";
export * from "./seam/types.ts";
export { kceJustification, kceVote } from "./votes/encodeVote.ts";
export { hasValidSignature, type UnsignedVote, votePayload } from "./votes/votePayload.ts";
export { realVoteSignatures, type VoteSignatures } from "./votes/voteSignatures.ts";
