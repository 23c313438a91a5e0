import type { KratosBackend } from "@polis/kratos";
import type { Logger, Metrics } from "@polis/ports";

/** What is served, where and to whom (kratos-core 13.1, 15). */
export interface KratosRpcOptions {
  /** Unsafe methods are on when `backend.unsafe` says so (`--rpc-methods-unsafe`). */
  readonly backend: KratosBackend;
  /** Port 0 takes a free port. */
  readonly listen: { readonly host: string; readonly port: number };
  /**
   * Runs `work` once between two steps of the node, in the order in which it was handed over, and gives what it returns.
   * Methods are answered in there alone. A promise that does not settle within 30 s is answered with −32603.
   */
  readonly run: <T>(work: () => T) => Promise<T>;
  /** Every web page may call (`--rpc-cors-all`). */
  readonly corsAll?: boolean | undefined;
  /** Exact origins that may call instead of those of kratos-core 13.1. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** Names that callers may use besides the listening address and the local names; `*` allows all. */
  readonly allowedHosts?: readonly string[] | undefined;
  readonly logger?: Logger | undefined;
  /** A registry of `createKratosMetrics`. */
  readonly metrics?: Metrics | undefined;
  /** For tests. */
  readonly limits?: Partial<KratosRpcLimits> | undefined;
}

/** The limits of kratos-core 13.1. */
export interface KratosRpcLimits {
  readonly requests: number;
  readonly windowMs: number;
  readonly violations: number;
  readonly banMs: number;
  readonly healthPerSecond: number;
  readonly answerTimeoutMs: number;
  readonly maxRequestBytes: number;
}

/** A server that listens. */
export interface KratosRpc {
  readonly address: { readonly host: string; readonly port: number };
  /** Refuses new connections, ends open ones and resolves when all are gone. */
  close(): Promise<void>;
}

/**
 * Serves the methods of KratOs at `POST /`, the health at `GET /health`, and the observer's page at `GET /`
 * (kratos-core 13).
 * @throws the listen error of node:net, for example EADDRINUSE
 * @example await startKratosRpc({ backend, listen: { host: "127.0.0.1", port: 9933 }, run: async (work) => work() });
 */
export async function startKratosRpc(_options: KratosRpcOptions): Promise<KratosRpc> {
  throw new Error("not written yet");
}
