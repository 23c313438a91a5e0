import type { Digest, View } from "../../kernel/codec/src/index.ts";
import type { Replica } from "../../kernel/minimmit/src/index.ts";
import { blockOfDigest } from "./modelBlocks.ts";
import type { ModelReplica } from "./trace.ts";

/** Views that a trace of the model can reach, and one more. */
const VIEWS = 12;

/** What both sides must agree on, in one comparable form. Views up to the finalized one are pruned and left out. */
export interface Picture {
  readonly view: number;
  readonly final: string;
  readonly notarized: readonly string[];
  readonly nullified: readonly number[];
  /** "4/0" for a notarized block, "4" for a nullified view. */
  readonly certified: readonly string[];
  readonly finalizations: readonly string[];
}

/** The picture of the model. */
export function pictureOfModel(r: ModelReplica): Picture {
  const open = r.proofs.filter((c) => c.view > r.final.view);
  const nullifications = open.filter((c) => c.kind === "nullification").map((c) => String(c.view));
  const certified = open.filter((c) => c.kind !== "nullification").map(nameOf);
  return {
    view: r.view,
    final: nameOf(r.final),
    notarized: r.notarized
      .filter((b) => b.view > r.final.view)
      .map(nameOf)
      .toSorted(order),
    nullified: r.nullified.filter((v) => v > r.final.view).toSorted((a, b) => a - b),
    certified: [...new Set([...certified, ...nullifications])].toSorted(order),
    finalizations: open
      .filter((c) => c.kind === "finalization")
      .map(nameOf)
      .toSorted(order),
  };
}

/** The picture of the real replica, through its windows for observers. */
export function pictureOfReplica(r: Replica): Picture {
  const views = [...Array(VIEWS).keys()].filter((v) => v > r.lastFinalized.view) as View[];
  const proofs = views.flatMap((v) => r.proofs(v));
  const nullifications = proofs.filter((c) => c.kind === "nullification").map((c) => String(c.view));
  const certified = proofs.filter((c) => c.kind !== "nullification").map((c) => nameOfDigest(c.digest!));
  const voted = views.map((v) => r.notarized(v)).filter((digest) => digest !== undefined);
  return {
    view: r.view,
    final: nameOfDigest(r.lastFinalized.digest),
    notarized: voted.map(nameOfDigest).toSorted(order),
    nullified: views.filter((v) => r.nullified(v)),
    certified: [...new Set([...certified, ...nullifications])].toSorted(order),
    finalizations: proofs
      .filter((c) => c.kind === "finalization")
      .map((c) => nameOfDigest(c.digest!))
      .toSorted(order),
  };
}

function nameOf({ view, salt }: { readonly view: number; readonly salt: number }): string {
  return `${view}/${salt}`;
}

function nameOfDigest(digest: Digest): string {
  return nameOf(blockOfDigest(digest));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
