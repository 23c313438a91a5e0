import { isIP } from "node:net";
import { healthJson, type KratosBackend, type KratosMethod, kratosApi } from "@polis/kratos";
import type { Logger, Metrics } from "@polis/ports";
import { createJsonRpcServer, createWindowLimiter, type Method, type Route } from "@polis/rpc";
import { isLoopback } from "../../config/checkListeners.ts";
import { observe } from "../observer/observe.ts";
import { observerRoutes } from "../observer/observerRoutes.ts";
import { SlotStrip } from "../observer/slotStrip.ts";
import { kratosDialect } from "./kratosDialect.ts";
import { readRoute } from "./readRoute.ts";
import { type KratosRpcLimits, kratosRpcLimits } from "./rpcLimits.ts";

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
  /** Names that callers may use besides the listening address and, on loopback, `localhost`; `*` allows all. */
  readonly allowedHosts?: readonly string[] | undefined;
  readonly logger?: Logger | undefined;
  /** The registry of `createKratosMetrics`. */
  readonly metrics?: Metrics | undefined;
  /** Unix time, for what the observer sees; the system's by default. */
  readonly nowMs?: (() => number) | undefined;
  /** For tests. */
  readonly limits?: Partial<KratosRpcLimits> | undefined;
}

/** A server that listens. */
export interface KratosRpc {
  readonly address: { readonly host: string; readonly port: number };
  /** Refuses new connections, ends open ones and resolves when all are gone. */
  close(): Promise<void>;
}

/** Web pages that may call (kratos-core 13.1). */
const usualOrigins = ["http://localhost", "http://127.0.0.1", "http://localhost:3000", "http://127.0.0.1:3000"];

/**
 * Serves the methods of KratOs at `POST /`, the health at `GET /health`, and the observer's page at `GET /`
 * (kratos-core 13).
 * @throws the listen error of node:net, for example EADDRINUSE
 * @example await startKratosRpc({ backend, listen: { host: "127.0.0.1", port: 9933 }, run: async (work) => work() });
 */
export function startKratosRpc(options: KratosRpcOptions): Promise<KratosRpc> {
  const { backend, listen, run, metrics, nowMs = Date.now } = options;
  const limits: KratosRpcLimits = { ...kratosRpcLimits, ...options.limits };
  const strip = new SlotStrip(backend);
  const entries = Object.entries(kratosApi).map(([name, method]) => [name, inContext(method, backend, run)] as const);
  return createJsonRpcServer({
    methods: Object.fromEntries(entries),
    context: undefined,
    listen,
    limits,
    dialect: kratosDialect,
    limiter: createWindowLimiter(
      limits,
      () => performance.now(),
      () => metrics?.count("rpc_bans_total"),
    ),
    routes: new Map<string, Route>([
      ...observerRoutes(),
      ["/observer.json", readRoute(limits, () => run(() => observe(backend, strip, nowMs())))],
      ["/health", readRoute(limits, () => run(() => healthJson(backend)))],
    ]),
    corsOrigins: options.corsAll === true ? ["*"] : (options.corsOrigins ?? usualOrigins),
    ...hostsOf(options),
    logger: options.logger,
    metrics,
  });
}

/** A method that is answered between two steps of the node, from committed state (kratos-core 13.1). */
function inContext(method: KratosMethod, backend: KratosBackend, run: KratosRpcOptions["run"]): Method<undefined> {
  return { params: method.params, handle: (_, args) => run(() => method.handle(backend, args)) };
}

/** A loopback listener answers to its own names alone; one beyond it to every numeric address, which cannot be rebound. */
function hostsOf({ listen, allowedHosts = [] }: KratosRpcOptions) {
  const own = isIP(listen.host) === 6 ? `[${listen.host}]` : listen.host;
  const isLocal = isLoopback(listen.host);
  const local = isLocal ? ["localhost", "127.0.0.1", "[::1]"] : [];
  return { allowedHosts: [own, ...local, ...allowedHosts], allowAddresses: !isLocal };
}
