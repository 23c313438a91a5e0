import type { Caller } from "./caller.ts";
import type { Core, Entry } from "./core.ts";
import { codes, failure, success } from "./errors.ts";
import type { Answer, SubscribeMethod, UnsubscribeMethod } from "./types.ts";

/**
 * Opens or ends a subscription of the caller's socket (kairos 16.2). The source's first values reach the client after
 * the answer that tells it the id.
 */
export function subscription<Context>(
  core: Core<Context>,
  entry: Entry<Context>,
  method: SubscribeMethod<Context> | UnsubscribeMethod,
  args: readonly unknown[],
  caller: Caller,
): Answer {
  const port = caller.subscriptions;
  if (port === undefined) {
    return failure(codes.methodNotFound, `${entry.name} needs a WebSocket: nothing can be pushed over HTTP`);
  }
  if (method.kind === "unsubscribe") return success(port.end(args[0] as string));
  if (!port.hasRoom()) {
    const limit = core.limits.maxSubscriptions;
    return failure(codes.limitExceeded, `this socket has ${limit} subscriptions, which is the limit`);
  }
  const { id, push } = port.open(method.notification);
  const opened = method.open(core.context, args, push);
  if (!opened.ok) {
    port.end(id);
    return opened;
  }
  port.keep(id, opened.value);
  return success(id);
}
