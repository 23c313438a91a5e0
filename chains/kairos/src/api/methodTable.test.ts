import assert from "node:assert/strict";
import { test } from "node:test";
import { kairosApi } from "./kairosApi.ts";
import { kairosSubscriptions } from "./subscriptions.ts";

/** The tables of kairos 16.2 and 16.4, without what only a development chain has. */
const wanted = `
eth_chainId eth_blockNumber eth_syncing eth_getBlockByNumber eth_getBlockByHash eth_getBlockTransactionCountByNumber
eth_getBlockTransactionCountByHash eth_getUncleCountByBlockNumber eth_getUncleCountByBlockHash
eth_getUncleByBlockNumberAndIndex eth_getUncleByBlockHashAndIndex eth_getBlockReceipts eth_getHeaderByNumber
eth_getHeaderByHash eth_getBalance eth_getTransactionCount eth_getCode eth_getStorageAt eth_getProof eth_call
eth_estimateGas eth_createAccessList eth_simulateV1 eth_sendRawTransaction eth_sendRawTransactionSync
eth_getTransactionByHash eth_getTransactionReceipt eth_getTransactionByBlockHashAndIndex
eth_getTransactionByBlockNumberAndIndex eth_getRawTransactionByHash eth_gasPrice eth_maxPriorityFeePerGas eth_feeHistory
eth_blobBaseFee eth_getLogs eth_newFilter eth_newBlockFilter eth_newPendingTransactionFilter eth_getFilterChanges
eth_getFilterLogs eth_uninstallFilter eth_accounts eth_subscribe eth_unsubscribe net_version net_listening net_peerCount
web3_clientVersion web3_sha3 txpool_status txpool_content txpool_contentFrom txpool_inspect debug_traceTransaction
debug_traceCall debug_traceBlockByNumber debug_traceBlockByHash debug_getRawHeader debug_getRawBlock
debug_getRawTransaction debug_getRawReceipts kairos_getFinalityCertificate kairos_getValidatorSet kairos_getEvidence
kairos_getTransactionProof kairos_getReceiptProof kairos_getView kairos_getTransactionStatus
kairos_getAddressTransactions kairos_nodeInfo kairos_consensusStatus kairos_health kairos_subscribe kairos_unsubscribe
kairos_chainMetadata
`
  .trim()
  .split(/\s+/);

test("every method of the specification is served, and none that needs the node to hold keys", () => {
  const served = { ...kairosApi, ...kairosSubscriptions };
  assert.deepEqual(
    wanted.filter((name) => served[name] === undefined),
    [],
  );
  for (const name of ["eth_sendTransaction", "eth_sign", "eth_signTransaction", "evm_mine", "anvil_setBalance"]) {
    assert.equal(name in served, false);
  }
});

test("heavy methods cost more tokens than light ones", () => {
  const weight = (name: string) => kairosApi[name]!.weight;
  assert.ok(weight("eth_call") > weight("eth_getBalance"));
  assert.ok(weight("debug_traceBlockByNumber") > weight("eth_call"));
  assert.ok(weight("eth_getLogs") > weight("eth_getTransactionReceipt"));
});
