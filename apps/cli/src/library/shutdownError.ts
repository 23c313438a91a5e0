/** The units of a node that had not ended in time (kairos X10). They go on ending; only the waiting is over. */
export class ShutdownError extends Error {
  override readonly name = "ShutdownError";
  readonly code = "SHUTDOWN_TIMEOUT";
  readonly hint = "wait longer, or end the process: what was acknowledged is on disk";
  readonly unfinished: readonly string[];

  constructor(unfinished: readonly string[], ms: number) {
    super(`the node did not end within ${ms} ms; unfinished: ${unfinished.join(", ")}`);
    this.unfinished = unfinished;
  }
}
