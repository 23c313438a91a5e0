import type { Kce } from "@polis/codec";
import type { TaggedKind, TaggedValue } from "./tagged.ts";

/** An event of a block (kratos-core 2.9); made by its kind's `of`. */
export type ChainEvent = TaggedValue & { readonly event: true };

/** A kind of event. */
export interface EventKind<F> extends TaggedKind {
  readonly fields: Kce<F>;
  of(fields: F): ChainEvent;
}

/**
 * Declares an event.
 * @param tag of kratos-core 2.9
 * @example const Transferred = defineEvent(0, "Transferred", kceRecord({ from: kceDigest, to: kceDigest, amount: kceKrat }));
 */
export function defineEvent<F>(tag: number, name: string, fields: Kce<F>): EventKind<F> {
  return { tag, name, fields, of: (value) => ({ event: true, name, fields: value }) };
}
