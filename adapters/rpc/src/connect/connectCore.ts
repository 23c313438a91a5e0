import type { DescMethodServerStreaming, DescMethodUnary } from "@bufbuild/protobuf";
import type { HandlerContext } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import type { Logger, Metrics } from "@polis/ports";
import type { DescribeError, RefuseCall } from "./callErrors.ts";
import type { CallGate } from "./callGate.ts";
import type { ConnectLimits } from "./connectLimits.ts";

/** A method with one request message that gRPC callers reach without the general pipeline. */
export interface DirectMethod {
  readonly method: DescMethodUnary | DescMethodServerStreaming;
  /** Whether it answers with a stream. */
  readonly isStream: boolean;
  /** `package.Service/Method`. */
  readonly name: string;
  readonly timeoutMs: number;
  readonly call: (request: never, context: HandlerContext) => unknown;
  readonly okLabels: Readonly<Record<string, string>>;
  readonly durationLabels: Readonly<Record<string, string>>;
}

/** What a path leads to. */
export interface Route {
  readonly handler: UniversalHandler;
  readonly direct: DirectMethod | undefined;
}

/** What all connections and calls of one server share. */
export interface ConnectCore {
  readonly routes: ReadonlyMap<string, Route>;
  readonly limits: ConnectLimits;
  readonly gate: CallGate;
  readonly admit: ((header: Headers) => void) | undefined;
  readonly refuse: RefuseCall;
  readonly describe: DescribeError;
  readonly corsOrigins: readonly string[];
  readonly exposedHeaders: readonly string[];
  readonly shutdown: AbortSignal;
  readonly logger: Logger | undefined;
  readonly metrics: Metrics | undefined;
  /** Bytes of requests that have not arrived completely, and of responses that are not read, over all connections. */
  incomingBytes: number;
  outgoingBytes: number;
  inFlight: number;
}

/** Counts calls that run. @param by 1 or -1 */
export function countInFlight(core: Pick<ConnectCore, "inFlight" | "metrics">, by: number): void {
  core.inFlight += by;
  core.metrics?.gauge("grpc_in_flight", core.inFlight);
}

/** Refuses a call while too much waits for readers. @throws the refusal */
export function mustHaveRoom(core: ConnectCore): void {
  if (core.outgoingBytes > core.limits.maxOutgoingBytes) {
    throw core.refuse("busy", "the server is busy: too many answers wait for their readers");
  }
}
