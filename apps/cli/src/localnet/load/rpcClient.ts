import { Agent, request } from "node:http";

/** One answer of a batch, in the order of the calls. */
export type RpcAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly code: number; readonly message: string };

export interface RpcCall {
  readonly method: string;
  readonly params: readonly unknown[];
}

/** A small JSON-RPC client over kept-alive connections, made for batches. */
export interface RpcClient {
  /** @throws Error when the node cannot be reached or answers something else than JSON-RPC. */
  batch(calls: readonly RpcCall[]): Promise<readonly RpcAnswer[]>;
  close(): void;
}

const TIMEOUT_MS = 10_000;
const MAX_RESPONSE_BYTES = 32 * 1024 * 1024;

/**
 * @param port of a JSON-RPC server on 127.0.0.1.
 * @example const [head] = await createRpcClient(8545).batch([{ method: "eth_blockNumber", params: [] }]);
 */
export function createRpcClient(port: number, host = "127.0.0.1"): RpcClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const post = (body: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
      const call = request({ host, port, method: "POST", path: "/", agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > MAX_RESPONSE_BYTES) response.destroy(new Error("the node's answer is larger than 32 MiB"));
          else chunks.push(chunk);
        });
        response.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
        response.on("error", reject);
      });
      call.setTimeout(TIMEOUT_MS, () => call.destroy(new Error(`no answer from port ${port} in ${TIMEOUT_MS} ms`)));
      call.on("error", reject);
      call.end(body);
    });
  return {
    batch: async (calls) => {
      if (calls.length === 0) return [];
      const body = calls.map((call, id) => ({ jsonrpc: "2.0", id, method: call.method, params: call.params }));
      return readAnswers(JSON.parse(await post(JSON.stringify(body))), calls.length);
    },
    close: () => agent.destroy(),
  };
}

interface WireAnswer {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

function readAnswers(parsed: unknown, count: number): readonly RpcAnswer[] {
  if (!Array.isArray(parsed)) throw new Error(`the node refused the batch: ${JSON.stringify(parsed).slice(0, 200)}`);
  const answers = new Array<RpcAnswer>(count).fill({ ok: false, code: -32603, message: "no answer to this call" });
  for (const item of parsed as readonly WireAnswer[]) {
    if (typeof item.id !== "number" || item.id < 0 || item.id >= count) continue;
    answers[item.id] =
      item.error === undefined
        ? { ok: true, result: item.result }
        : { ok: false, code: Number(item.error.code), message: String(item.error.message) };
  }
  return answers;
}
