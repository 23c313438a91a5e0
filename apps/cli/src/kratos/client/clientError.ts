import { UserError } from "../../errors.ts";

/**
 * What went wrong between a client and its node (kratos-core 14.4): nobody answered, not in time, an HTTP status that is no
 * answer, an answer that cannot be read, or an error that the node itself tells.
 */
export type ClientFailure =
  | { readonly kind: "unreachable"; readonly detail: string }
  | { readonly kind: "timeout"; readonly timeoutMs: number }
  | { readonly kind: "httpStatus"; readonly status: number }
  | { readonly kind: "malformed"; readonly detail: string }
  | {
      readonly kind: "node";
      /** The codes of kratos-core 13.2. */
      readonly rpcCode: number;
      readonly text: string;
      /** The rule of the pool that refused a transaction (−32010). */
      readonly reason: string | undefined;
      /** Of a client that asked too often (−32029). */
      readonly retryAfterSeconds: number | undefined;
    };

const codes = {
  unreachable: "NODE_UNREACHABLE",
  timeout: "NODE_TIMEOUT",
  httpStatus: "NODE_HTTP_STATUS",
  malformed: "NODE_MALFORMED",
  node: "NODE_ERROR",
} as const satisfies Record<ClientFailure["kind"], string>;

/** A call that has no result. Its exit code is 3 when there was no node that could be understood, and 1 when the node said no. */
export class KratosClientError extends UserError {
  override readonly name = "KratosClientError";
  readonly failure: ClientFailure;
  readonly url: string;
  readonly method: string;

  constructor(failure: ClientFailure, url: string, method: string, cause?: unknown) {
    const exitCode = failure.kind === "node" ? 1 : 3;
    super(codes[failure.kind], messageOf(failure, url), hintOf(failure), { cause, exitCode });
    this.failure = failure;
    this.url = url;
    this.method = method;
  }
}

/** True for the error of a node with this code. */
export function isNodeError(error: unknown, rpcCode: number): error is KratosClientError {
  return error instanceof KratosClientError && error.failure.kind === "node" && error.failure.rpcCode === rpcCode;
}

function messageOf(failure: ClientFailure, url: string): string {
  switch (failure.kind) {
    case "unreachable":
      return `no node answers at ${url}: ${failure.detail}`;
    case "timeout":
      return `the node at ${url} did not answer within ${failure.timeoutMs / 1_000} s`;
    case "httpStatus":
      return `${url} answered with the HTTP status ${failure.status}, which is no answer of a node`;
    case "malformed":
      return `${url} answered with something that is not what a node says: ${failure.detail}`;
    case "node":
      return `the node refused: ${failure.text} (${failure.rpcCode})`;
  }
}

function hintOf(failure: ClientFailure): string {
  switch (failure.kind) {
    case "unreachable":
      return "is the node running, and is this the address of its RPC? (http://127.0.0.1:9933 by default)";
    case "timeout":
      return "the node may be busy or behind a firewall: try again, or another endpoint";
    case "httpStatus":
    case "malformed":
      return "check the endpoint: another program or a proxy may listen there, or the node may be of another version";
    case "node":
      return nodeHint(failure.rpcCode, failure.reason, failure.retryAfterSeconds);
  }
}

/** What helps against the refusals of the pool (kratos-core 2.7). */
const reasonHints: Readonly<Record<string, string>> = {
  DuplicateTransaction: "the node has this transaction already: look at its status with `kratos wallet history`",
  NonceTooOld: "another transaction with this nonce is in the chain already: look at the history, then send again",
  NonceTooHigh: "the account has used up its nonces",
  InvalidNonce: "transactions before this one are missing at the node: wait for them, or send again",
  RbfFeeInsufficient:
    "another transaction with this nonce waits: replacing it needs a fee that is 10 % higher, see --tip",
  InsufficientBalance: "amount and fee together are more than the free balance",
  NotAdmitted: "no block could take this call now: it is one that nodes send by themselves",
  FeeTooLow: "add a tip with --tip",
  PoolFull: "the node has too many waiting transactions: add a tip with --tip, or try again later",
  TooManyPerAccount: "100 transactions of this account wait already: let some of them be included first",
  TooManySubmissions: "wait a minute: a node takes 50 transactions of an account in 60 seconds",
  TooManyPendingGlobal: "the node has too many waiting transactions: try again later",
};

function nodeHint(code: number, reason: string | undefined, retryAfterSeconds: number | undefined): string {
  if (reason !== undefined && Object.hasOwn(reasonHints, reason)) return reasonHints[reason]!;
  if (retryAfterSeconds !== undefined) return `the node limits how often it is asked: wait ${retryAfterSeconds} s`;
  if (code === -32_601) return "the node does not offer this method: it may be of another version";
  return "the text of the node says what it did not accept";
}
