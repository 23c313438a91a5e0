import { Code, ConnectError } from "@connectrpc/connect";
import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import { errorToJsonBytes } from "@connectrpc/connect/protocol-connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import type { DescribeError } from "./callErrors.ts";
import { iterate } from "./detailErrors.ts";

/**
 * Says that a method is not there, in the words of the caller's protocol: UNIMPLEMENTED with its detail.
 * @param contentType of the request
 */
export function unknownMethod(path: string, contentType: string, describe: DescribeError): UniversalServerResponse {
  const error = describe(new ConnectError(`there is no method ${path.slice(0, 200)}`, Code.Unimplemented));
  if (contentType.startsWith("application/grpc-web")) {
    // Only headers: a client of gRPC-Web reads the status there too.
    return { status: 200, header: setTrailerStatus(new Headers({ "content-type": contentType }), error) };
  }
  if (contentType.startsWith("application/grpc")) {
    const header = new Headers({ "content-type": "application/grpc+proto" });
    return { status: 200, header, trailer: setTrailerStatus(new Headers(), error) };
  }
  const bytes = errorToJsonBytes(error, undefined);
  const header = new Headers({ "content-type": "application/json", "content-length": `${bytes.length}` });
  return { status: 404, header, body: iterate(bytes) };
}
