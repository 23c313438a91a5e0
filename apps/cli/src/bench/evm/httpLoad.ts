import { Agent, request } from "node:http";
import { quantile } from "../stats.ts";

/** What a server answered. */
export interface HttpLoad {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
}

/**
 * Asks one JSON-RPC method over and over on keep-alive connections, each with one request at a time.
 * @param params made anew for each request
 */
export async function httpLoad(
  port: number,
  method: string,
  params: () => readonly unknown[],
  connections: number,
  seconds: number,
): Promise<HttpLoad> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let errors = 0;
  const start = performance.now();
  const end = start + seconds * 1000;
  const client = async () => {
    while (performance.now() < end) {
      const sent = performance.now();
      const answer = await post(agent, port, JSON.stringify({ jsonrpc: "2.0", id: 1, method, params: params() }));
      times.push(performance.now() - sent);
      if (!answer.includes('"result"')) errors++;
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  agent.destroy();
  const perSecond = Math.round((times.length * 1000) / (performance.now() - start));
  return { perSecond, p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99), errors };
}

function post(agent: Agent, port: number, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request({ agent, host: "127.0.0.1", port, method: "POST", headers }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve(text));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
