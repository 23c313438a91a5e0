/** Public surface of this package. */
export { answerBody } from "./answerBody.ts";
export { type CallRefusal, type DescribeError, type RefuseCall, refusalCode } from "./connect/callErrors.ts";
export { type ConnectLimits, defaultConnectLimits } from "./connect/connectLimits.ts";
export { type ConnectServer, type ConnectServerOptions, createConnectServer } from "./connect/createConnectServer.ts";
export { namesServer } from "./connect/hostGate.ts";
export type { TlsFiles } from "./connect/listeners.ts";
export { createJsonRpcServer, type JsonRpcServer, type JsonRpcServerOptions } from "./createJsonRpcServer.ts";
export { decodeParams } from "./decodeParams.ts";
export { type Dialect, kairosDialect, type Reviver } from "./dialect.ts";
export { codes, failure, success } from "./errors.ts";
export { errorCode, flags, frame, frameType, numbersFrame, preface, setting, settingsFrame } from "./http2/frames.ts";
export { encodeHeaders } from "./http2/hpack/encodeHeaders.ts";
export { HeaderDecoder } from "./http2/hpack/headerDecoder.ts";
export { defaultLimits, type JsonRpcLimits } from "./limits.ts";
export {
  address,
  blockRef,
  boolean,
  data,
  hash,
  json,
  list,
  map,
  number,
  object,
  optional,
  quantity,
  text,
  union,
} from "./params.ts";
export { createRateLimiter, type RateLimiter } from "./rateLimiter.ts";
export { RawJson } from "./rawJson.ts";
export type { Route, RouteAnswer } from "./serveRoute.ts";
export type {
  Answer,
  BlockRef,
  CallInfo,
  Json,
  Method,
  MethodTable,
  Opened,
  ParamSpec,
  RpcError,
  SubscribeMethod,
  UnsubscribeMethod,
} from "./types.ts";
export { createWebServer, type WebLimits, type WebServerOptions } from "./webServer.ts";
export { createWindowLimiter, type WindowLimits } from "./windowLimiter.ts";
