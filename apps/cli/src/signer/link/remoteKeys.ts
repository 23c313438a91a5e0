import type { ValidatorIndex, View } from "@polis/codec";
import type { VoteSigner } from "@polis/crypto";
import type { SignRequest } from "../wire.ts";

/** The answer to one request: a signature, or undefined while there is none. */
export type Ask = (request: SignRequest) => Uint8Array | undefined;

/** Views whose refusals and own notarizes are remembered. */
const REMEMBERED_VIEWS = 1_024;

/**
 * The votes of a key in another process, as the replica's keys. Remembers in which views a notarize of this node was signed:
 * only there may a nullify be asked for beside it (R21), because a node that has lost its journal must not do that.
 * @param ask waits for the signer
 */
export function createRemoteKeys(index: ValidatorIndex, ask: Ask): VoteSigner {
  const notarized = new Set<View>();
  return {
    index,
    signNotarize(epoch, view, digest) {
      const sig = ask({ kind: "notarize", epoch, view, digest });
      if (sig !== undefined) remember(notarized, view);
      return sig;
    },
    signNullify: (epoch, view) => ask({ kind: "nullify", epoch, view, contradicted: notarized.has(view) }),
    signProposal: (claim) => ask({ kind: "proposal", claim }),
    signStatus: (claim) => ask({ kind: "status", claim }),
  };
}

function remember(views: Set<View>, view: View): void {
  views.add(view);
  if (views.size > REMEMBERED_VIEWS) views.delete(views.values().next().value as View);
}
