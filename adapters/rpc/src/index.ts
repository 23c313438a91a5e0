/** Public surface of this package. */
export { answerBody } from "./answerBody.ts";
export { createJsonRpcServer, type JsonRpcServer, type JsonRpcServerOptions } from "./createJsonRpcServer.ts";
export { decodeParams } from "./decodeParams.ts";
export { codes, failure, success } from "./errors.ts";
export { defaultLimits, type JsonRpcLimits } from "./limits.ts";
export { address, blockRef, boolean, data, hash, object, optional, quantity, text } from "./params.ts";
export type { Answer, BlockRef, Json, Method, MethodTable, ParamSpec, RpcError } from "./types.ts";
