import type { Caller } from "./caller.ts";
import { type Core, type Entry, namespaceOf } from "./core.ts";
import { decodeParams } from "./decodeParams.ts";
import { codes, failure } from "./errors.ts";
import { RawJson } from "./rawJson.ts";
import { subscription } from "./subscription.ts";
import type { Answer, RpcError } from "./types.ts";

/** Bytes that the answer to one body may still take; shared by the entries of a batch. */
export interface Spend {
  left: number;
}

type Id = string | number | null;

/** Longest id that is echoed: an id is the client's own label, not a payload. */
const maxIdLength = 256;

/**
 * Answers one request object (JSON-RPC 2.0 §4). A request without `id` is a notification: it runs and says nothing.
 * @returns the answer as JSON text, undefined for a notification, a promise when the handler waits
 */
export function answerRequest<Context>(
  core: Core<Context>,
  request: unknown,
  caller: Caller,
  spend: Spend,
): string | undefined | Promise<string | undefined> {
  const invalid = (id: Id, message: string) => {
    core.metrics?.count("jsonrpc_requests_total", 1, invalidLabels);
    const waitMs = core.limiter.take(caller.client, 1);
    const answer = waitMs > 0 ? core.dialect.tooFast(waitMs) : failure(codes.invalidRequest, message);
    return render(core, id, answer, spend);
  };
  if (typeof request !== "object" || request === null || Array.isArray(request)) {
    return invalid(null, "a request must be an object");
  }
  const { jsonrpc, id, method, params } = request as Record<string, unknown>;
  if (id !== undefined && !isId(id)) {
    return invalid(null, `id must be an integer below 2^53, null, or a string of at most ${maxIdLength} characters`);
  }
  if (jsonrpc !== "2.0") return invalid(id ?? null, 'jsonrpc must be "2.0"');
  if (typeof method !== "string") return invalid(id ?? null, "method must be a string");
  const entry = core.entries.get(method);
  const waitMs = core.limiter.take(caller.client, entry?.method.weight ?? 1);
  let answer: Answer | Promise<Answer>;
  if (waitMs > 0) answer = core.dialect.tooFast(waitMs);
  else if (entry === undefined || !entry.enabled) answer = unknownMethod(core, method);
  else answer = call(core, entry, params, caller);
  if (!(answer instanceof Promise)) return id === undefined ? undefined : render(core, id, answer, spend);
  return answer.then((late) => (id === undefined ? undefined : render(core, id, late, spend)));
}

function isId(id: unknown): id is Id {
  if (id === null) return true;
  if (typeof id === "string") return id.length <= maxIdLength;
  // -0 and fractions cannot be echoed exactly as they came.
  return Number.isSafeInteger(id) && !Object.is(id, -0);
}

function call<Context>(
  core: Core<Context>,
  entry: Entry<Context>,
  params: unknown,
  caller: Caller,
): Answer | Promise<Answer> {
  const startMs = core.nowMs();
  const { method } = entry;
  const args = decodeParams(method.params, params);
  if (!args.ok) return finish(core, entry, startMs, args);
  if (core.inFlight >= core.limits.maxInFlight) {
    return finish(core, entry, startMs, failure(core.dialect.codes.busy, "the server is busy, retry later"));
  }
  let answer: Answer | Promise<Answer>;
  try {
    if (method.kind === undefined) answer = method.handle(core.context, args.value, caller);
    else answer = subscription(core, entry, method, args.value, caller);
  } catch (error) {
    return finish(core, entry, startMs, incident(core, entry.name, error));
  }
  if (!(answer instanceof Promise)) return finish(core, entry, startMs, answer);
  return waitFor(core, entry, answer, caller).then((late) => finish(core, entry, startMs, late));
}

/** Waits for an answer, but not for one that nobody can read any more (kairos J7). */
function waitFor<Context>(
  core: Core<Context>,
  entry: Entry<Context>,
  answer: Promise<Answer>,
  caller: Caller,
): Promise<Answer> {
  core.inFlight++;
  core.metrics?.gauge("jsonrpc_in_flight", core.inFlight);
  return new Promise((resolve) => {
    let settled = false;
    const settle = (late: Answer): void => {
      if (settled) return;
      settled = true;
      stay();
      clearTimeout(timer);
      core.inFlight--;
      core.metrics?.gauge("jsonrpc_in_flight", core.inFlight);
      resolve(late);
    };
    const stay = caller.onGone(() => settle(failure(codes.server, "the caller has left")));
    const timer = setTimeout(
      () => settle(failure(codes.internal, "internal error: no answer in time")),
      core.limits.answerTimeoutMs,
    );
    answer.then(settle, (error: unknown) => settle(incident(core, entry.name, error)));
  });
}

function finish<Context>(core: Core<Context>, entry: Entry<Context>, startMs: number, answer: Answer): Answer {
  if (core.metrics !== undefined) {
    const labels = answer.ok ? entry.okLabels : { method: entry.name, code: String(answer.error.code) };
    core.metrics.count("jsonrpc_requests_total", 1, labels);
    core.metrics.observe("jsonrpc_duration_seconds", (core.nowMs() - startMs) / 1000, entry.durationLabels);
  }
  return answer;
}

/** A broken handler: the caller gets an opaque id, the log gets the error under the same id (kairos J6). */
function incident<Context>(core: Core<Context>, method: string, error: unknown): Answer {
  const id = core.incidentId();
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  core.logger?.log("error", "a JSON-RPC method failed", { method, incident: id, error: detail.slice(0, 2_000) });
  return failure(codes.internal, `internal error, incident ${id}`, { incident: id });
}

function unknownMethod<Context>(core: Core<Context>, method: string): Answer {
  core.metrics?.count("jsonrpc_requests_total", 1, unknownLabels);
  const name = method.length > 64 ? `${method.slice(0, 64)}…` : method;
  if (core.entries.has(method)) {
    const namespace = namespaceOf(method);
    return failure(
      codes.methodNotFound,
      `the method ${name} is not available: the namespace ${namespace} is disabled; add it to jsonrpc.namespaces`,
    );
  }
  return failure(codes.methodNotFound, `the method ${name} does not exist`);
}

/**
 * The text of one answer, charged to the byte budget of its body.
 * @param id echoed as it came; null when it could not be read
 */
export function render(core: Pick<Core<never>, "dialect">, id: Id, answer: Answer, spend: Spend): string {
  const head = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},`;
  const result = answer.ok ? resultText(answer) : undefined;
  let text: string;
  if (result !== undefined) text = `${head}"result":${result}}`;
  else text = `${head}"error":${errorText(answer.ok ? unwritable : answer.error)}}`;
  const bytes = Buffer.byteLength(text);
  if (bytes > spend.left) {
    return `${head}"error":${errorText({ code: core.dialect.codes.busy, message: "the response is over the size limit" })}}`;
  }
  spend.left -= bytes;
  return text;
}

function resultText(answer: Answer & { readonly ok: true }): string | undefined {
  try {
    return answer.value instanceof RawJson ? answer.value.text : JSON.stringify(answer.value);
  } catch {
    // A bigint or a cycle: the handler broke its type, and the caller still needs an answer.
    return undefined;
  }
}

function errorText(error: RpcError): string {
  return JSON.stringify(error);
}

const unwritable: RpcError = { code: codes.internal, message: "internal error: the result is not JSON" };
const invalidLabels = Object.freeze({ method: "invalid", code: String(codes.invalidRequest) });
const unknownLabels = Object.freeze({ method: "unknown", code: String(codes.methodNotFound) });
