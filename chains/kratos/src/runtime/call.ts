import type { Kce, Krat12 } from "@polis/codec";
import type { CallContext } from "./context.ts";
import type { TaggedKind, TaggedValue } from "./tagged.ts";

/** Admission classes (kratos-core 2.3): exit, fork, safety, governance, treasury, chain, identity. */
export type CallClass = "X" | "F" | "S" | "G" | "T" | "C" | "I";

/** A call with its parameters; made by its kind's `of`. */
export type Call = TaggedValue & { readonly call: true };

/** What a kind of call does. */
export interface CallRules<P> {
  readonly class: CallClass;
  /** Base units, before the governance multiplier. */
  readonly baseFee: Krat12;
  /** A call of the protocol that costs nothing and that the pool takes without a fee. */
  readonly isFree?: boolean;
  /** Where the class depends on the parameters; computed from the call alone (kratos-core 2.3). */
  classOf?(params: P): CallClass;
  /** What the sender must own besides the fee, for the pool (kratos-core 2.7). */
  moves?(params: P): bigint;
  /** Rules whose breaking makes the block invalid. @returns the code of the broken rule */
  admit?(context: CallContext, params: P): string | undefined;
  /** Applies the call. @returns the receipt's code when it fails; what it changed is then undone (kratos-core 2.5) */
  apply(context: CallContext, params: P): string | undefined;
}

/** A kind of call. */
export interface CallKind<P> extends TaggedKind {
  readonly fields: Kce<P>;
  readonly rules: CallRules<P>;
  of(params: P): Call;
}

/** A kind of call whose parameters are not known: its own codec gives them their type. */
export type AnyCallKind = CallKind<unknown>;

/**
 * Declares a call.
 * @param tag of kratos-core 2.3
 */
export function defineCall<P>(tag: number, name: string, fields: Kce<P>, rules: CallRules<P>): CallKind<P> {
  return { tag, name, fields, rules, of: (params) => ({ call: true, name, fields: params }) };
}
