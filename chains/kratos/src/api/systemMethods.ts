import { clocks } from "../modules/clock/clockRecord.ts";
import type { KratosBackend } from "./backend.ts";
import { type Json, recordJson } from "./json.ts";
import { type Method, method, result } from "./method.ts";
import { hash32 } from "./params.ts";
import { stateOf } from "./stateMethods.ts";
import { isSynced, syncGap, syncState } from "./sync.ts";

/** The object of `system_health`, which the health route answers too (kratos-core 13.1). */
export function healthJson(node: KratosBackend): { readonly [key: string]: Json } {
  const synced = isSynced(node);
  const peerCount = node.peers().peers.length;
  const blockHeight = node.reader.tree.head.header.number;
  return { healthy: synced && peerCount > 0, isSynced: synced, hasPeers: peerCount > 0, blockHeight, peerCount };
}

/** Credits that one clock fault takes (kratos-core 11.3). */
const CREDITS_PER_FAULT = 1;

/** The namespaces `system` and `clock` (kratos-core 13.3). */
export const systemMethods: Readonly<Record<string, Method>> = {
  system_info: method([], (node) => {
    const { localPeerId, listeningAddresses, peers, bestHeight, averageScore } = node.peers();
    const network = {
      ...{ localPeerId, listeningAddresses: [...listeningAddresses], peerCount: peers.length },
      ...{ networkBestHeight: bestHeight, averagePeerScore: averageScore },
    };
    return result({
      name: node.name,
      version: node.version,
      chain: node.chainName,
      network,
      pendingTxs: node.pool.size,
    });
  }),
  system_health: method([], (node) => result(healthJson(node))),
  system_peers: method([], (node) => {
    const { peers } = node.peers();
    return result({ count: peers.length, peers: [...peers] });
  }),
  system_syncState: method([], (node) => {
    const currentBlock = node.reader.tree.head.header.number;
    const gap = syncGap(node);
    const heights = { currentBlock, highestBlock: currentBlock + gap, blocksBehind: gap };
    return result({ syncing: gap > 0, ...heights, state: syncState(node) });
  }),
  system_version: method([], (node) => result(node.version)),
  system_name: method([], (node) => result(node.name)),
  clock_getHealth: method([], (node) => result({ ...node.clock() })),
  clock_getValidatorRecord: method([hash32("account")], (node, [account]) => {
    const record = stateOf(node).get(clocks.of(account));
    const { lastAttestedSlot: _, lastAttestedIn: __, ...shown } = record;
    return result({ ...recordJson(shown), vc_penalty: record.clockSyncFailures * CREDITS_PER_FAULT });
  }),
};
