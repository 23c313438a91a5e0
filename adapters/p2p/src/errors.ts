/** Mistakes of the person who configures the network. */
export const P2P_ERRORS = [
  "P2P_KEY_LENGTH",
  "P2P_KEY_PERMISSIONS",
  "P2P_KEY_UNREADABLE",
  "P2P_ADDRESS",
  "P2P_LISTEN",
  "P2P_LIMITS",
] as const;
/** A code of `P2P_ERRORS`. */
export type P2pErrorCode = (typeof P2P_ERRORS)[number];

/** Thrown at start, before anything listens. */
export class P2pError extends Error {
  override readonly name = "P2pError";
  readonly code: P2pErrorCode;
  readonly hint: string;

  constructor(code: P2pErrorCode, message: string, hint: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
  }
}

/**
 * What a peer did to break a limit: each is a violation, `violationsBeforeBan` of which within an hour ban it for
 * `banMs` (kratos-core 12.8). The names are the reasons in logs and in `P2pHandlers.banned`.
 */
export const P2P_VIOLATIONS = [
  "GOSSIP_RATE",
  "GOSSIP_TOTAL",
  "GOSSIP_TOO_LARGE",
  "BYTES_RATE",
  "REQUEST_TOO_LARGE",
  "REQUEST_MALFORMED",
  "REQUEST_SLOW",
  "REQUEST_FLOOD",
] as const;
/** A name of `P2P_VIOLATIONS`. */
export type P2pViolation = (typeof P2P_VIOLATIONS)[number];
