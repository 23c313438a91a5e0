import type { EthereumNode } from "../startAnvil.ts";

/** A JSON-RPC answer without its envelope: either a result, or an error. */
export interface Answer {
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** Sends one request to a node over HTTP. */
export async function ask(node: EthereumNode, method: string, params: readonly unknown[]): Promise<Answer> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const response = await fetch(node.url, { method: "POST", headers: { "content-type": "application/json" }, body });
  const { result, error } = (await response.json()) as Answer;
  return error === undefined ? { result } : { error };
}

/** As {@link ask}, but an error is thrown. */
export async function insist(node: EthereumNode, method: string, params: readonly unknown[]): Promise<unknown> {
  const { result, error } = await ask(node, method, params);
  if (error !== undefined) throw new Error(`${node.name} answers ${method} with ${JSON.stringify(error)}`);
  return result;
}
