import type { z } from "zod";

/** One configuration key: how its value is read, what it is when absent, and what it means. */
export interface Key<T> {
  readonly schema: z.ZodType<T>;
  /** As it is written in a file; undefined when there is none. */
  readonly fallback: unknown;
  readonly required: boolean;
  readonly note: string;
  /** Shown in the example instead of a missing default. */
  readonly example: unknown;
}

/** A key with a default, written as in a file. */
export function key<T>(
  schema: z.ZodType<T>,
  fallback: string | number | boolean | readonly unknown[],
  note: string,
): Key<T> {
  return { schema, fallback, required: false, note, example: fallback };
}

/** A key that may be absent; `example` is how it would be written. */
export function absent<T>(schema: z.ZodType<T>, example: unknown, note: string): Key<T | undefined> {
  return { schema, fallback: undefined, required: false, note, example };
}

/** A key that must be given. */
export function needed<T>(schema: z.ZodType<T>, example: unknown, note: string): Key<T> {
  return { schema, fallback: undefined, required: true, note, example };
}
