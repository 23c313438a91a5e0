import { reviveInteger } from "@polis/kratos";
import { KratosClientError } from "./clientError.ts";

/** How one call travels. */
export interface ExchangeOptions {
  readonly url: string;
  readonly method: string;
  readonly timeoutMs: number;
  /** Longer answers are not read to their end. */
  readonly maxAnswerBytes: number;
  readonly signal: AbortSignal | undefined;
}

/** Status and body of an answer. */
export interface Exchanged {
  readonly status: number;
  /** Undefined when the body is not JSON; integers beyond 2^53 − 1 are bigints (I49). */
  readonly body: { readonly value: unknown } | undefined;
}

/**
 * Posts a JSON text and reads the JSON that comes back, within a time and a size.
 * @throws KratosClientError of the kinds unreachable, timeout and malformed (too long)
 */
export async function exchange(request: string, options: ExchangeOptions): Promise<Exchanged> {
  const { url, timeoutMs, signal } = options;
  const timeout = AbortSignal.timeout(timeoutMs);
  const either = signal === undefined ? timeout : AbortSignal.any([timeout, signal]);
  try {
    const headers = { "content-type": "application/json", accept: "application/json" };
    // A redirect would carry a signed transaction to somebody whom nobody chose.
    const response = await fetch(url, { method: "POST", headers, body: request, redirect: "error", signal: either });
    return { status: response.status, body: parse(await readBody(response, options)) };
  } catch (cause) {
    if (cause instanceof KratosClientError) throw cause;
    signal?.throwIfAborted();
    const failure = timeout.aborted
      ? ({ kind: "timeout", timeoutMs } as const)
      : ({ kind: "unreachable", detail: detailOf(cause) } as const);
    throw new KratosClientError(failure, url, options.method, cause);
  }
}

async function readBody(response: Response, { url, method, maxAnswerBytes }: ExchangeOptions): Promise<string> {
  const decoder = new TextDecoder();
  let [text, bytes] = ["", 0];
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) {
      const detail = `more than ${maxAnswerBytes} bytes`;
      throw new KratosClientError({ kind: "malformed", detail }, url, method);
    }
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function parse(text: string): Exchanged["body"] {
  try {
    return { value: JSON.parse(text, reviveInteger) };
  } catch {
    // Text that is not JSON, or nested so deeply that it is no answer either.
    return undefined;
  }
}

/** `fetch` hides what happened in the cause of its error. */
function detailOf(error: unknown): string {
  const { cause } = error as { cause?: unknown };
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause;
  const known = inner ?? error;
  if (!(known instanceof Error)) return String(known);
  const code = (known as NodeJS.ErrnoException).code;
  return known.message === "" ? (code ?? known.name) : known.message;
}
