/** Fault codes that this package reports about peers (kairos N8); the table in README.md lists the same. */
export const faultCodes = [
  "CONSENSUS_MALFORMED",
  "CONSENSUS_BAD_VOTE",
  "CONSENSUS_BAD_PROPOSAL",
  "CONSENSUS_BAD_CERTIFICATE",
  "CONSENSUS_BAD_STATUS",
  "CONSENSUS_INVALID_BLOCK",
  "SYNC_EMPTY",
  "SYNC_WRONG_DATA",
  "SYNC_UNSOLICITED",
  "SYNC_BAD_REQUEST",
] as const;

/** One of `faultCodes`. */
export type FaultCode = (typeof faultCodes)[number];

/** A configuration that cannot work; `hint` says what to change. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly code: "CONFIG_QUORUM" | "CONFIG_TIMING" | "CONFIG_KEY" | "STORE_CORRUPT";
  readonly hint: string;

  constructor(code: ConfigError["code"], message: string, hint: string) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** A broken invariant: more than f replicas are faulty or this program has a bug. The node stops rather than guess. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
  readonly code = "CONSENSUS_INVARIANT";
}

/**
 * L1: this node's execution of a certified block gives another result than its header. Either more than f validators are
 * faulty or this program, its disk or its memory is wrong: nothing it says from here on can be trusted.
 */
export class DivergenceError extends Error {
  override readonly name = "DivergenceError";
  readonly code = "EXECUTION_DIVERGED";
  readonly hint = "keep the data folder for analysis; compare with other nodes, then sync again into an empty folder";
  /** What the execution said, such as BLOCK_RESULT. */
  readonly faultCode: string;

  constructor(message: string, faultCode: string) {
    super(message);
    this.faultCode = faultCode;
  }
}

/** Throws an InvariantError unless `condition` holds. */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new InvariantError(what);
}
