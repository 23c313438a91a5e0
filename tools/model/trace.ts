import { readFileSync } from "node:fs";
import { decodeItf } from "./itf.ts";

/** A block of the model: its view, and a salt that stands for the rest of its hash. */
export interface ModelBlock {
  readonly view: number;
  readonly salt: number;
}

/** A certificate of the model; the salt of a nullification is -1. */
export interface ModelCertificate extends ModelBlock {
  readonly kind: "notarization" | "nullification" | "finalization";
}

/** What the model says of one replica. */
export interface ModelReplica {
  readonly view: number;
  readonly notarized: readonly ModelBlock[];
  readonly nullified: readonly number[];
  readonly proofs: readonly ModelCertificate[];
  readonly final: ModelBlock;
}

/** What the last step of the model was; `signers` are set for arriving votes. */
export interface ModelEvent extends ModelBlock {
  readonly what:
    | "init"
    | "idle"
    | "propose"
    | "proposeFaulty"
    | "receiveBlock"
    | "receiveVotes"
    | "receiveCertificate"
    | "timeOut"
    | "notarizeFaulty"
    | "nullifyFaulty"
    | "crash";
  readonly id: number;
  readonly detail: string;
  readonly signers: readonly number[];
}

/** One state of a run. */
export interface ModelState {
  readonly replicas: ReadonlyMap<number, ModelReplica>;
  /** Block and parent. */
  readonly tree: readonly { readonly block: ModelBlock; readonly parent: ModelBlock }[];
  readonly event: ModelEvent;
}

/** Salt of a nullify. */
export const NONE = -1;

/** Reads a trace that `quint run --out-itf` has written. Throws when the file is not one of this model. */
export function readTrace(path: string): readonly ModelState[] {
  const file = JSON.parse(readFileSync(path, "utf8")) as { states: Record<string, unknown>[] };
  return file.states.map((state) => {
    const variable = (name: string): unknown => {
      const key = Object.keys(state).find((each) => each === name || each.endsWith(`::${name}`));
      if (key === undefined) throw new Error(`${path} has no variable ${name}`);
      return decodeItf(state[key]);
    };
    const links = variable("tree") as [ModelBlock, { parent: ModelBlock }][];
    return {
      replicas: new Map(variable("replicas") as [number, ModelReplica][]),
      tree: links.map(([block, { parent }]) => ({ block, parent })),
      event: variable("event") as ModelEvent,
    };
  });
}
