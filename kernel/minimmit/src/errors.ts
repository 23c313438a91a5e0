/** Fault codes that this package reports about peers (kairos N8); the table in README.md lists the same. */
export const faultCodes = [
  "CONSENSUS_MALFORMED",
  "CONSENSUS_BAD_VOTE",
  "CONSENSUS_BAD_PROPOSAL",
  "CONSENSUS_BAD_CERTIFICATE",
  "CONSENSUS_BAD_STATUS",
  "CONSENSUS_INVALID_BLOCK",
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

/** Throws an InvariantError unless `condition` holds. */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new InvariantError(what);
}
