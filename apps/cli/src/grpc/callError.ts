import { Code, ConnectError } from "@connectrpc/connect";
import { type TransactionErrorName, type TransactionFault, transactionErrors } from "@polis/kairos";
import { ErrorDetailSchema } from "@polis/proto";
import type { CallRefusal, DescribeError, RefuseCall } from "@polis/rpc";

/** gRPC statuses of the codes of kairos 7.6. */
const statuses: Readonly<Record<TransactionErrorName, Code>> = {
  INVALID_SIGNATURE: Code.InvalidArgument,
  INVALID_FORMAT: Code.InvalidArgument,
  MEMPOOL_FULL: Code.ResourceExhausted,
  ALREADY_KNOWN: Code.AlreadyExists,
  INSUFFICIENT_BALANCE: Code.FailedPrecondition,
  NONCE_TOO_LOW: Code.FailedPrecondition,
  NONCE_TOO_HIGH: Code.FailedPrecondition,
  BROADCAST_FAILED: Code.Unavailable,
  NOT_FOUND: Code.NotFound,
  INTERNAL: Code.Internal,
  FEE_TOO_LOW: Code.FailedPrecondition,
  REPLACEMENT_UNDERPRICED: Code.FailedPrecondition,
  BLACKLISTED: Code.PermissionDenied,
  WRONG_CHAIN: Code.InvalidArgument,
  EXPIRED: Code.FailedPrecondition,
  NOT_YET_VALID: Code.FailedPrecondition,
  UNSUPPORTED_TYPE: Code.InvalidArgument,
  LIMIT_EXCEEDED: Code.ResourceExhausted,
  PAUSED: Code.FailedPrecondition,
  NOT_SYNCED: Code.Unavailable,
};

/** What goes along with an error. */
export interface ErrorExtras {
  /** Of the detail. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Response metadata (G6). */
  readonly headers?: Readonly<Record<string, string>>;
  /** Another status than that of the code. */
  readonly status?: Code;
}

/**
 * An error status with its detail (kairos G3, 7.6).
 * @example throw callError("NOT_FOUND", "no block has this hash")
 */
export function callError(name: TransactionErrorName, message: string, extras: ErrorExtras = {}): ConnectError {
  const { code } = transactionErrors[name];
  const detail = { code, name, message, metadata: { ...extras.metadata } };
  const headers = { ...extras.headers };
  return new ConnectError(message, extras.status ?? statuses[name], headers, [
    { desc: ErrorDetailSchema, value: detail },
  ]);
}

/** The error of a refused transaction. */
export function faultError(fault: TransactionFault, metadata: Readonly<Record<string, string>> = {}): ConnectError {
  return callError(fault.code, fault.detail ?? transactionErrors[fault.code].text, { metadata });
}

/** A parameter that is wrong, by its name. */
export function wrongField(name: string, form: string): ConnectError {
  return callError("INVALID_FORMAT", `invalid ${name}: want ${form}`, { metadata: { field: name } });
}

/** What the node lacks for an answer, such as state that is not kept (G7). */
export function notKept(message: string): ConnectError {
  return callError("NOT_FOUND", message, { status: Code.FailedPrecondition });
}

const refusals: Readonly<Record<Exclude<CallRefusal, "deadline">, TransactionErrorName>> = {
  rate: "LIMIT_EXCEEDED",
  streams: "LIMIT_EXCEEDED",
  busy: "LIMIT_EXCEEDED",
  internal: "INTERNAL",
};

/** Errors of the server itself, with details. */
export const refuseCall: RefuseCall = (why, message) =>
  why === "deadline"
    ? callError("INTERNAL", message, { status: Code.DeadlineExceeded })
    : callError(refusals[why], message);

/** Codes of kairos 7.6 for the statuses that the protocols themselves use. */
const named: ReadonlyMap<Code, TransactionErrorName> = new Map([
  [Code.InvalidArgument, "INVALID_FORMAT"],
  [Code.OutOfRange, "INVALID_FORMAT"],
  [Code.Unimplemented, "NOT_FOUND"],
  [Code.NotFound, "NOT_FOUND"],
  [Code.ResourceExhausted, "LIMIT_EXCEEDED"],
  [Code.Unavailable, "NOT_SYNCED"],
]);

/** Gives an error that has no detail, such as one of bad JSON, the detail that all errors have (G3). */
export const describeError: DescribeError = (error) => {
  if (error.details.length > 0) return error;
  const described = callError(named.get(error.code) ?? "INTERNAL", error.rawMessage, { status: error.code });
  for (const [name, value] of error.metadata) described.metadata.append(name, value);
  return described;
};
