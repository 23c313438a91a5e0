import type { Digest, View } from "@polis/codec";
import type { SignRequest } from "./wire.ts";

/** What a key has signed in one view. */
export interface SignedInView {
  readonly proposal?: Digest | undefined;
  /** Parent of the proposal. */
  readonly parent?: Digest | undefined;
  readonly notarize?: Digest | undefined;
  readonly nullify?: true | undefined;
}

/** The payloads that can contradict each other. */
export type VoteRequest = Exclude<SignRequest, { kind: "status" }>;

/** `first`: to be recorded before it is signed. `again`: signed before, the same bytes. Else why it is refused. */
export type Verdict = "first" | "again" | { readonly refused: string };

/**
 * Whether a signature may be given beside those of before (R26, I4): the rules of the replica's own signer. A nullify beside
 * an own notarize needs the node's word that R21 allows it; a node that has forgotten its notarize cannot give it.
 * @param signed of the view of the request
 * @param floor nothing new at or below this view, because what was signed there is not known any more
 */
export function judgeVote(request: VoteRequest, signed: SignedInView | undefined, floor: View): Verdict {
  const { proposal, parent, notarize, nullify } = signed ?? {};
  const { view } = request.kind === "proposal" ? request.claim : request;
  const refused = (why: string): Verdict => ({ refused: `view ${view}: ${why}` });
  const first = (): Verdict => (view > floor ? "first" : refused(`the record begins above view ${floor}`));
  if (request.kind === "notarize") {
    if (notarize !== undefined) return notarize === request.digest ? "again" : refused("another notarize is signed");
    if (nullify) return refused("a nullify is signed");
    return proposal === undefined || proposal === request.digest ? first() : refused("another block was proposed");
  }
  if (request.kind === "nullify") {
    if (nullify) return "again";
    return notarize === undefined || request.contradicted
      ? first()
      : refused("a notarize is signed that the node does not know of");
  }
  const { digest, parentDigest } = request.claim;
  if (proposal !== undefined) {
    return proposal === digest && parent === parentDigest ? "again" : refused("another proposal is signed");
  }
  return notarize === undefined && !nullify ? first() : refused("a vote is signed already");
}
