import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorDetailSchema } from "@polis/proto";
import { errorNameOf, KairosError, type KairosErrorName } from "../errors/kairosError.ts";

/** Statuses without a detail of ours: from proxies, from the transport, from a node before it can say more. */
const names: Partial<Record<Code, KairosErrorName>> = {
  [Code.Unavailable]: "UNAVAILABLE",
  [Code.DeadlineExceeded]: "TIMEOUT",
  [Code.Canceled]: "TIMEOUT",
  [Code.NotFound]: "NOT_FOUND",
  [Code.InvalidArgument]: "INVALID_FORMAT",
  [Code.ResourceExhausted]: "LIMIT_EXCEEDED",
  [Code.Internal]: "INTERNAL",
};

/** The typed error of a gRPC status: by the number in its detail (kairos G3), else by the status. */
export function grpcError(error: unknown): KairosError {
  if (error instanceof KairosError) return error;
  const status = ConnectError.from(error, Code.Unavailable);
  const [detail] = status.findDetails(ErrorDetailSchema);
  // A deadline is a deadline, whatever the detail is about.
  const named = detail === undefined || status.code === Code.DeadlineExceeded ? undefined : errorNameOf(detail.code);
  // A status that came over the wire has no cause: what has one is a connection that broke.
  const fallback = status.code === Code.Unknown && status.cause !== undefined ? "UNAVAILABLE" : "OTHER";
  return new KairosError(named ?? names[status.code] ?? fallback, detail?.message ?? status.rawMessage, {
    metadata: detail?.metadata ?? {},
    cause: error,
  });
}
