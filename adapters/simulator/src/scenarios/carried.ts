import type { View } from "@polis/codec";
import type { Message } from "@polis/minimmit";

/** One thing that a message proves or votes for, by view: "block" for notarize, notarization and finalization. */
export interface Carried {
  readonly view: View;
  readonly what: "block" | "nothing";
}

/** Everything that a message says about the end of a view: its vote and the certificates in it. Proposals' blocks are not. */
export function carriedBy(message: Message): readonly Carried[] {
  if (message.kind === "notarize") return [{ view: message.view, what: "block" }];
  if (message.kind === "nullify") return [{ view: message.view, what: "nothing" }];
  if (message.kind === "certificate") return [carriedIn(message.certificate)];
  if (message.kind === "propose") return message.proofs.map(carriedIn);
  if (message.kind === "status" && message.proof !== undefined) return [carriedIn(message.proof)];
  return [];
}

function carriedIn({ kind, view }: { readonly kind: string; readonly view: View }): Carried {
  return { view, what: kind === "nullification" ? "nothing" : "block" };
}
