import { type ContextValues, createContextValues, type HandlerContext } from "@connectrpc/connect";
import type { RequestHead } from "../http2/requestHead.ts";
import { callerKey } from "./callGate.ts";
import type { DirectMethod } from "./connectCore.ts";

/** The context of a direct call. Everything is made when a handler asks for it, because most never do. */
export class DirectContext implements HandlerContext {
  readonly #head: RequestHead;
  readonly #client: string;
  readonly #dueMs: number | undefined;
  #abort: AbortController | undefined;
  #reason: unknown;
  #isOver = false;
  #requestHeader: Headers | undefined;
  #values: ContextValues | undefined;
  /** Set once a handler has touched them. */
  header: Headers | undefined;
  trailer: Headers | undefined;
  readonly method: DirectMethod["method"];
  readonly protocolName = "grpc";
  readonly requestMethod = "POST";

  /** @param dueMs when the caller's time is over, on the clock of `performance.now` */
  constructor(direct: DirectMethod, head: RequestHead, client: string, dueMs: number | undefined) {
    this.method = direct.method;
    this.#head = head;
    this.#client = client;
    this.#dueMs = dueMs;
  }

  get service(): HandlerContext["service"] {
    return this.method.parent;
  }

  get url(): string {
    return `http://${this.#head.authority ?? "localhost"}${this.#head.path}`;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.#isOver) this.#abort.abort(this.#reason);
    }
    return this.#abort.signal;
  }

  get requestHeader(): Headers {
    this.#requestHeader ??= headersOf(this.#head);
    return this.#requestHeader;
  }

  get responseHeader(): Headers {
    this.header ??= new Headers();
    return this.header;
  }

  get responseTrailer(): Headers {
    this.trailer ??= new Headers();
    return this.trailer;
  }

  get values(): ContextValues {
    const caller = { client: this.#client, isAdmitted: true, onEnd: () => undefined };
    this.#values ??= createContextValues().set(callerKey, caller);
    return this.#values;
  }

  readonly timeoutMs = (): number | undefined =>
    this.#dueMs === undefined ? undefined : Math.max(0, this.#dueMs - performance.now());

  /** The call is over, or its caller has left. */
  abort(reason: unknown): void {
    this.#isOver = true;
    this.#reason = reason;
    this.#abort?.abort(reason);
  }
}

/** The fields of a head as the Fetch standard has them. */
export function headersOf(head: RequestHead): Headers {
  const headers = new Headers();
  for (const { name, value } of head.fields) headers.append(name, value);
  return headers;
}
