import type { RpcClient } from "../localnet/load/rpcClient.ts";

/** Height of a validator's last finalized block, or undefined while it does not answer. */
export async function finalHeight(client: RpcClient): Promise<number | undefined> {
  const [answer] = await client.batch([{ method: "eth_blockNumber", params: [] }]).catch(() => []);
  return answer?.ok && typeof answer.result === "string" ? Number(answer.result) : undefined;
}
