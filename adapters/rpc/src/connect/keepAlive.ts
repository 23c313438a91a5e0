import type { Http2Session } from "node:http2";

/**
 * Pings every HTTP/2 session and ends those that did not answer the ping before: a peer that is gone without a word
 * would keep its streams for ever.
 */
export function keepAlive(sessions: ReadonlySet<Http2Session>, intervalMs: number): { stop(): void } {
  const waiting = new WeakSet<Http2Session>();
  const timer = setInterval(() => {
    for (const session of sessions) {
      if (session.destroyed || waiting.has(session)) {
        session.destroy();
        continue;
      }
      waiting.add(session);
      const isSent = session.ping((error) => {
        if (error === null) waiting.delete(session);
      });
      if (!isSent) session.destroy();
    }
  }, intervalMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
