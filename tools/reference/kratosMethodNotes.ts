const header =
  "`number`, `hash`, `parentHash`, `timestamp`, `author`, `epoch`, `slot`, `txCount`, `stateRoot`, `transactionsRoot`";

/** What each JSON-RPC method of KratOs gives, for its reference; a test compares the names with the method table. */
export const kratosMethodNotes: Readonly<Record<string, string>> = {
  chain_getInfo:
    "`chainName`, `height`, `bestHash`, `genesisHash`, `chainIdentity`, `currentEpoch`, `currentSlot`, `finalizedHeight`, `finalizedHash`, `isSynced`, `syncGap`",
  chain_getBlock: "Block; -32001",
  chain_getBlockByNumber: "Block; -32001",
  chain_getBlockByHash: "Block, also one of another branch; -32001",
  chain_getLatestBlock: "Block at the head",
  chain_getBlockHash: "hash; -32001",
  chain_getHeader: `Header (${header}) of a number, or of the head; -32001`,
  chain_getTransaction:
    "TransactionInfo with `status` (pending, included, finalized), `receipt`, `blockNumber`, `blockHash`; -32002",
  chain_getEvents: "events of a block in their order, each `{Name: fields}`; -32001",
  state_getAccount: "Account; zeros for one that never was",
  state_getBalance: "free balance as decimal text in base units",
  state_getNonce: "integer: the nonce of the next transaction",
  state_getTransactionHistory: "History, newest first, from an index",
  state_getProof:
    "`value` or null, `proof` against the state root, `header`; -32001 for states that are no longer kept",
  author_submitTransaction: "`hash`, `message`; -32010 with `data.reason` when the pool refuses it",
  author_pendingTransactions: "waiting transactions, as TransactionInfo",
  author_removeTransaction: "whether it was there; unsafe, -32601 unless `--rpc-methods-unsafe`",
  mempool_status: "`pendingCount`, `totalFees`, `stats`",
  mempool_content: "waiting transactions, at most 1,000",
  system_info: "`name`, `version`, `chain`, `network`, `pendingTxs`",
  system_health: "`healthy`, `isSynced`, `hasPeers`, `blockHeight`, `peerCount`; the same at `GET /health`",
  system_peers: "`count`, `peers`",
  system_syncState: "`syncing`, `currentBlock`, `highestBlock`, `blocksBehind`, `state` (synced, syncing, far_behind)",
  system_version: "text",
  system_name: "text",
  clock_getHealth:
    "the local clock of the node: `status`, `drift_ms`, `can_produce_blocks`, `emergency_mode`, `status_since`, `priority_modifier` (decimal text: `1.0` Healthy, `0.5` Degraded, `0.0` Excluded and Recovering), `sample_count`, `lifetime_stats`",
  clock_getValidatorRecord: "the clock of a validator as the chain knows it, with `vc_penalty`",
  validator_getInfo:
    "the validator's record, `total_vc` and its parts, `required_stake`, `shortfall`, `weight`, `clock_status`; -32003",
  validator_getSet: "`active_count`, and of each active validator `id`, `stake`, `credits`, `status`",
  validator_getEarlyVotingStatus: "whether early voting is open, until when, and with how many votes",
  validator_getPendingCandidates: "`candidates` with their votes, `count`",
  validator_getCandidateVotes: "the votes of one candidate; `status` is `not_found` when there is none",
  validator_canVote: "`can_vote`, `is_validator`, `is_bootstrap_era`, `reason`",
  finality_getStatus: "last final block, round, lag, voters and threshold; `enabled` is false below 3 voters",
  finality_getLastFinalized: "`block_number`, `block_hash`, `epoch`",
  finality_getJustification:
    "the signatures that made exactly this block final, or null: `block_number`, `block_hash`, `round`, `epoch`, `precommits` (each `target_number`, `target_hash`, `validator`, `signature`), `ancestry` as in a `RecordFinality` call, and `signature_count`",
  finality_getRoundInfo: "where the gadget is, or `active: false`",
  network_getSecurityState: "the security state with its history, `metrics` and `alert_level`",
  economics_getState:
    "supply, minted, burned, rate, emission per block, burn allowance, treasury, reserve, and `fee_multiplier`: percent of every base fee, 100 at genesis",
};
