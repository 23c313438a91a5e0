/**
 * A contract at a fixed address whose work the host does. Deterministic and total: any input gives an output or undefined,
 * never an exception, and nothing is remembered between calls.
 */
export interface Precompile {
  /** Price of `input`, known before the work is done. May exceed every gas limit. */
  gas(input: Uint8Array): bigint;
  /** The output; undefined when the call fails, which takes all of its gas. Called only when the price was paid. */
  run(input: Uint8Array): Uint8Array | undefined;
}
