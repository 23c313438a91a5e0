/** A genesis document that a person must correct: all problems together (kairos X3). */
export class GenesisError extends Error {
  readonly code = "GENESIS_INVALID";
  readonly problems: readonly string[];
  readonly hint: string;

  /** @param problems one sentence each, naming the field, its value and the expected form */
  constructor(problems: readonly string[], options?: ErrorOptions) {
    super(`the genesis document has ${problems.length} problem(s):\n  ${problems.join("\n  ")}`, options);
    this.name = "GenesisError";
    this.problems = problems;
    this.hint = "correct the named fields, or make a new document with `kairos genesis`";
  }
}
