import type { RpcAnswer, RpcClient } from "./load/rpcClient.ts";

/**
 * Asks all validators for the block at the highest height that all of them have finalized.
 * @returns true when every validator that answers has the same hash and state root there, and at least two answer
 *   (or the only one does, in a network of one).
 */
export async function stateRootsAgree(clients: readonly RpcClient[]): Promise<boolean> {
  const heads = await Promise.all(clients.map((client) => call(client, "eth_blockNumber", [])));
  const heights = heads.flatMap((head) => (head?.ok && typeof head.result === "string" ? [Number(head.result)] : []));
  if (heights.length < Math.min(2, clients.length)) return false;
  const common = Math.min(...heights);
  const blocks = await Promise.all(
    clients.map((client) => call(client, "eth_getBlockByNumber", [`0x${common.toString(16)}`, false])),
  );
  const roots = blocks.flatMap((block) => (block?.ok ? [rootOf(block.result)] : []));
  return roots.length >= heights.length && roots.every((root) => root !== undefined && root === roots[0]);
}

async function call(client: RpcClient, method: string, params: readonly unknown[]): Promise<RpcAnswer | undefined> {
  const answers = await client.batch([{ method, params }]).catch(() => []);
  return answers[0];
}

function rootOf(result: unknown): string | undefined {
  if (typeof result !== "object" || result === null) return undefined;
  const { hash, stateRoot } = result as { readonly hash?: unknown; readonly stateRoot?: unknown };
  return typeof hash === "string" && typeof stateRoot === "string" ? `${hash} ${stateRoot}` : undefined;
}
