import type { Digest } from "@polis/codec";
import { createKratosClient, type KratosClient, type KratosResult } from "../../client/createKratosClient.ts";
import { walletError } from "../errors.ts";

/** A node of the wallet's own chain. */
export interface WalletNode {
  readonly client: KratosClient;
  readonly info: KratosResult<"chain_getInfo">;
}

/** Answers that a wallet asks for are small. */
const MAX_ANSWER_BYTES = 8_388_608;

/** A client with the limits of a wallet. @throws UserError RPC_URL */
export function walletClient(url: string, timeoutMs?: number): KratosClient {
  return createKratosClient(url, {
    maxAnswerBytes: MAX_ANSWER_BYTES,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
  });
}

/**
 * Asks a node which chain it is of, before anything else is believed or signed (kratos-core 14.4).
 * @param pinned the genesis hash of the wallet
 * @throws UserError OTHER_CHAIN; KratosClientError
 */
export async function openNode(client: KratosClient, pinned: Digest): Promise<WalletNode> {
  const info = await client.chain_getInfo();
  const found = info.genesisHash === pinned ? info.chainIdentity : info.genesisHash;
  if (found === pinned) return { client, info };
  const what = info.genesisHash === pinned ? "a fork of the wallet's chain" : "another chain than the wallet";
  const message = `the node at ${client.url} is of ${what}: 0x${found} instead of 0x${pinned}`;
  const hint =
    "nothing was signed: use a node of your chain (set-rpc or --rpc), or make another wallet with --wallet-dir";
  throw walletError("otherChain", "OTHER_CHAIN", message, hint);
}
