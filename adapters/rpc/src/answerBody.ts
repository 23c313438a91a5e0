import { isUtf8 } from "node:buffer";
import { answerRequest, render, type Spend } from "./answerRequest.ts";
import type { Caller } from "./caller.ts";
import type { Core } from "./core.ts";
import { codes, failure } from "./errors.ts";
import { scanBody } from "./scanBody.ts";
import type { Answer } from "./types.ts";

/** What to send back: a text, or nothing when the body held only notifications. */
export type BodyAnswer = string | undefined | Promise<string | undefined>;

/**
 * Answers one JSON-RPC body, single or batch (kairos J1, J6). Total: whatever the bytes are, the answer is a JSON-RPC
 * answer, and nothing throws. It stays synchronous when every handler is.
 * @param body at most `maxRequestBytes` bytes
 * @param caller whose rate-limit tokens pay, and for whom work is done only while it is there
 */
export function answerBody<Context>(core: Core<Context>, body: Uint8Array, caller: Caller): BodyAnswer {
  const { limits, dialect } = core;
  const refuse = (answer: Answer) => {
    core.metrics?.count("jsonrpc_requests_total", 1, refused);
    const waitMs = core.limiter.take(caller.client, 1);
    return render(core, null, waitMs > 0 ? dialect.tooFast(waitMs) : answer, { left: limits.maxResponseBytes });
  };
  if (body.length > limits.maxRequestBytes) {
    return refuse(failure(dialect.codes.limit, `request body is over the limit of ${limits.maxRequestBytes} bytes`));
  }
  if (core.outgoingBytes > limits.maxOutgoingBytes) {
    return refuse(failure(dialect.codes.busy, "the server is busy: its clients do not read their answers"));
  }
  // Reading a body costs time whatever its calls weigh, and this thread has other work (J7).
  const bytesWait = charge(core, caller, body.length / bytesPerToken);
  if (bytesWait > 0) return refuse(dialect.tooFast(bytesWait));
  const shape = scanBody(body, limits.maxDepth);
  if (shape.depth > limits.maxDepth) {
    return refuse(failure(dialect.codes.limit, `request is nested deeper than the limit of ${limits.maxDepth}`));
  }
  const reviver = shape.longNumber ? dialect.reviver : undefined;
  const maxValues = reviver === undefined ? limits.maxValues : limits.maxRevivedValues;
  if (shape.values > maxValues) {
    return refuse(failure(dialect.codes.limit, `request has more values than the limit of ${maxValues}`));
  }
  if (dialect.batches && shape.entries > limits.maxBatch) {
    return refuse(failure(dialect.codes.limit, `batch has ${shape.entries} entries, the limit is ${limits.maxBatch}`));
  }
  const valuesWait = charge(core, caller, shape.values / valuesPerToken);
  if (valuesWait > 0) return refuse(dialect.tooFast(valuesWait));
  if (!isUtf8(body)) return refuse(failure(codes.parse, "request body is not valid UTF-8"));
  let parsed: unknown;
  try {
    const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString("utf8");
    // A reviver costs many times what plain parsing does: it is spared where no number has digits to lose.
    parsed = JSON.parse(text, reviver);
  } catch {
    return refuse(failure(codes.parse, "request body is not valid JSON"));
  }
  if (countKeys(parsed) !== shape.keys) return refuse(failure(codes.invalidRequest, "an object repeats a key"));
  const spend: Spend = { left: limits.maxResponseBytes };
  if (!Array.isArray(parsed)) return answerRequest(core, parsed, caller, spend);
  if (!dialect.batches) return refuse(failure(codes.invalidRequest, "batches are not supported: send one request"));
  if (parsed.length === 0) return refuse(failure(codes.invalidRequest, "batch is empty"));
  return answerBatch(core, parsed, caller, spend);
}

/** What one token reads beside the calls: about a quarter of a millisecond of either. */
const bytesPerToken = 65_536;
const valuesPerToken = 1_000;

/** @returns 0, or the milliseconds until the caller has enough tokens */
function charge<Context>({ limiter }: Core<Context>, { client }: Caller, price: number): number {
  const tokens = Math.floor(price);
  return tokens > 0 ? (limiter.charge?.(client, tokens) ?? 0) : 0;
}

function answerBatch<Context>(core: Core<Context>, batch: unknown[], caller: Caller, spend: Spend): BodyAnswer {
  const answers: BodyAnswer[] = [];
  let waits = false;
  for (const request of batch) {
    const answer = answerRequest(core, request, caller, spend);
    if (answer instanceof Promise) waits = true;
    answers.push(answer);
  }
  return waits ? Promise.all(answers).then(joinBatch) : joinBatch(answers as (string | undefined)[]);
}

function joinBatch(answers: readonly (string | undefined)[]): string | undefined {
  const spoken = answers.filter((answer) => answer !== undefined);
  return spoken.length === 0 ? undefined : `[${spoken.join(",")}]`;
}

/** Keys of all objects in a parsed body. Recursion is bounded by the depth that the scan has allowed. */
function countKeys(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item);
    return count;
  }
  const keys = Object.keys(value);
  count = keys.length;
  for (const key of keys) count += countKeys((value as Record<string, unknown>)[key]);
  return count;
}

const refused = Object.freeze({ method: "invalid", code: "refused" });
