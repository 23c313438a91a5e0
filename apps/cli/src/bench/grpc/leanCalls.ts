import { LeanGrpc } from "./leanGrpc.ts";
import type { LeanLoad } from "./leanHttp.ts";

/**
 * Calls one unary method over and over.
 * @param inFlight calls of each connection at a time
 */
export async function leanCalls(
  port: number,
  path: string,
  message: Uint8Array,
  {
    connections,
    inFlight,
    seconds,
  }: { readonly connections: number; readonly inFlight: number; readonly seconds: number },
): Promise<LeanLoad> {
  const timesMs: number[] = [];
  let errors = 0;
  const startMs = performance.now();
  const endMs = startMs + seconds * 1_000;
  await Promise.all(Array.from({ length: connections }, () => lane()));
  const perSecond = Math.round((timesMs.length * 1_000) / (performance.now() - startMs));
  return { perSecond, count: timesMs.length, errors, timesMs };

  async function lane(): Promise<void> {
    const sent = new Map<number, number>();
    let done = (): void => undefined;
    const over = new Promise<void>((resolve) => {
      done = resolve;
    });
    const onEnd = (call: number, status: number): void => {
      const nowMs = performance.now();
      timesMs.push(nowMs - sent.get(call)!);
      sent.delete(call);
      if (status !== 0) errors++;
      if (nowMs < endMs) sent.set(connection.call(path, message), nowMs);
      else if (sent.size === 0) done();
    };
    const connection = await LeanGrpc.connect(port, { onEnd });
    for (let i = 0; i < inFlight; i++) sent.set(connection.call(path, message), performance.now());
    await over;
    connection.close();
  }
}
