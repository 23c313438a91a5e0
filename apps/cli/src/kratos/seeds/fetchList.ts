import { MAX_LIST_JSON_BYTES } from "@polis/kratos";
import type { Seed } from "./parseSeed.ts";

/**
 * Gets `idpeers.json` of a seed server, parsed and not judged. Nothing but the configured host is asked: a redirection is a failure.
 * @throws Error when there is no answer of status 200 within the limits, or it is no JSON
 */
export async function fetchList({ host, httpPort }: Seed, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(`http://${host}:${httpPort}/idpeers.json`, { signal, redirect: "error" });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body) {
    size += chunk.length;
    if (size > MAX_LIST_JSON_BYTES) throw new Error(`more than ${MAX_LIST_JSON_BYTES} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString("utf8"));
}
