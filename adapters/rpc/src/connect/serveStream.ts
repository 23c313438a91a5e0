import { encodeHeaders } from "../http2/hpack/encodeHeaders.ts";
import type { RequestHead } from "../http2/requestHead.ts";
import type { ServerStream, StreamSink } from "../http2/serverStream.ts";
import type { ConnectCore, Route } from "./connectCore.ts";
import { DirectCall } from "./directCall.ts";
import { headersOf } from "./directContext.ts";
import { failStream } from "./grpcAnswers.ts";
import { PipelineCall, sendResponse } from "./pipelineCall.ts";
import { readTimeout } from "./readTimeout.ts";
import { unknownMethod } from "./unknownMethod.ts";
import { answerWebPage, type WebAnswer } from "./webAccess.ts";

/** What a head leads to; looked up once for all requests with the same bytes. */
interface Plan {
  readonly route: Route | undefined;
  readonly contentType: string;
  readonly web: WebAnswer | undefined;
  readonly isDirect: boolean;
  readonly timeoutMs: number | undefined;
}

/** Gives the stream of a new request its sink (kairos G1, G4). */
export function serveStream(core: ConnectCore, stream: ServerStream, client: string, scheme: "http" | "https"): void {
  const plan = planOf(core, stream.head);
  const { route, web, isDirect } = plan;
  if (web?.status !== undefined) {
    stream.sink = deaf;
    stream.respond(encodeHeaders([[":status", `${web.status}`], ...Object.entries(web.headers)]));
    stream.finish();
    return;
  }
  if (route === undefined) {
    stream.sink = deaf;
    const answer = unknownMethod(stream.head.path, plan.contentType, core.describe);
    void sendResponse(stream, answer, web?.headers ?? {});
    return;
  }
  const pipeline = (isAdmitted: boolean, received: readonly Buffer[]): StreamSink => {
    const { handler } = route;
    const options = { handler, client, scheme, isAdmitted, received, headers: web?.headers ?? {} };
    const call = new PipelineCall(core, stream, options);
    stream.sink = call;
    void call.run();
    return call;
  };
  if (!isDirect || route.direct === undefined) return void pipeline(false, []);
  let release: (() => void) | undefined;
  try {
    core.gate.enter(client);
    core.admit?.(headersOf(stream.head));
    if (route.direct.isStream) release = core.gate.openStream(client);
  } catch (error) {
    stream.sink = deaf;
    failStream(core, stream, error, false);
    return;
  }
  stream.bodyDueMs = performance.now() + core.limits.requestTimeoutMs;
  const handOver = (received: readonly Buffer[]) => pipeline(true, received);
  stream.sink = new DirectCall(core, route.direct, stream, client, plan.timeoutMs, release, handOver);
}

function planOf(core: ConnectCore, head: RequestHead): Plan {
  if (head.memo === undefined) head.memo = makePlan(core, head);
  return head.memo as Plan;
}

function makePlan(core: ConnectCore, head: RequestHead): Plan {
  const value = (wanted: string) => head.fields.find(({ name }) => name === wanted)?.value;
  const contentType = value("content-type") ?? "";
  const origin = value("origin");
  const query = head.path.indexOf("?");
  const route = core.routes.get(query < 0 ? head.path : head.path.slice(0, query));
  const web =
    origin === undefined ? undefined : answerWebPage(origin, head.method, core.corsOrigins, core.exposedHeaders);
  const encoding = value("grpc-encoding") ?? "identity";
  const timeout = value("grpc-timeout");
  const timeoutMs = timeout === undefined ? undefined : readTimeout(timeout);
  const isPlain = contentType === "application/grpc" || contentType === "application/grpc+proto";
  const isPlainCall = isPlain && head.method === "POST" && encoding === "identity" && web === undefined;
  const isDirect = route?.direct !== undefined && isPlainCall && (timeout === undefined) === (timeoutMs === undefined);
  return {
    route,
    contentType,
    web,
    isDirect,
    timeoutMs: timeoutMs === Number.POSITIVE_INFINITY ? undefined : timeoutMs,
  };
}

const deaf: StreamSink = {
  data() {},
  end() {},
  late() {},
  closed() {},
};
