import { type Json, type SignedTransaction, signedTransactionJson } from "@polis/kratos";
import { amount, count, decimal, flag, hash, json, list, nullable, oneOf, type Reader, record, text } from "./read.ts";

/** What a method takes and how its answer is read. */
export interface Entry<P extends readonly unknown[], T> {
  readonly read: Reader<T>;
  /** How its parameters are written; as they are when left out. */
  readonly write?: (...params: P) => readonly Json[];
  /** Only for its type. */
  readonly params?: P;
}

const none = takes<[]>();
const byAccount = takes<[account: string]>();
const byNumber = takes<[number: number]>();

function takes<P extends readonly unknown[]>() {
  return <T>(read: Reader<T>): Entry<P, T> => ({ read });
}

const headerFields = {
  ...{ number: count, hash, parentHash: hash, timestamp: count, author: hash, epoch: count, slot: count },
  ...{ txCount: count, stateRoot: hash, transactionsRoot: hash },
} as const;
const header = record(headerFields);
const transactionFields = {
  ...{ hash, from: hash, nonce: count, txType: text, details: json, timestamp: count, fee: amount },
} as const;
const transaction = record(transactionFields);
const block = record({ ...headerFields, transactions: list(transaction, 10_000) });
const receipt = record({ success: flag, feePaid: amount, errorCode: nullable(text), index: count });
const place = record({
  ...transactionFields,
  status: oneOf("pending", "included", "finalized"),
  receipt: nullable(receipt),
  ...{ blockNumber: nullable(count), blockHash: nullable(hash) },
});

const account = record({
  ...{ address: hash, free: text, reserved: text, total: text },
  ...{ freeRaw: amount, reservedRaw: amount, totalRaw: amount, nonce: count },
});
const line = record({
  ...{ hash, from: hash, to: nullable(hash), amount, amountFormatted: text, type: text },
  ...{ direction: oneOf("sent", "received", "self"), nonce: count, timestamp: count },
  ...{ blockNumber: count, blockHash: hash, success: flag },
});
const history = record({
  ...{ address: hash, transactions: list(line, 200), count, total: count, fromBlock: count, toBlock: count },
});

const candidateFields = {
  ...{ candidate: hash, vote_count: count, votes_required: count, has_quorum: flag },
  ...{ created_at: nullable(count), voters: list(hash, 1_000) },
} as const;
const candidate = record({ ...candidateFields, proposer: hash });
const candidacy = record({
  ...candidateFields,
  ...{ proposer: nullable(hash), approved_at: nullable(count) },
  status: oneOf("Pending", "Approved", "Rejected", "Expired", "not_found"),
});
const status = oneOf("Active", "Inactive", "Unbonding", "Slashed", "Jailed");
const clockStatus = oneOf("Healthy", "Degraded", "Excluded", "Recovering");
const validator = record({
  ...{ id: hash, stake: amount, status, reputation: count, blocks_produced: count, blocks_missed: count },
  ...{ slash_count: count, total_slashed: amount, registered_at: count, cooldown_until: nullable(count) },
  ...{ offline_streak: count, is_bootstrap: flag, ejected: flag, total_vc: count },
  vc: record({ vote_credits: count, uptime_credits: count, arbitration_credits: count, seniority_credits: count }),
  ...{ required_stake: amount, shortfall: amount, weight: text, clock_status: clockStatus },
});
const clockRecord = record({
  ...{ status: clockStatus, good_streak: count, bad_streak: count, since_epoch: count, clock_sync_failures: count },
  ...{ last_exclusion_epoch: nullable(count), total_excluded_slots: count, vc_penalty: count },
});
const progress = record({ counter: count, target: count });
const security = record({
  ...{ state: text, entered_at: count, epochs_in_state: count, current_validators: count, validators_needed: count },
  ...{ consecutive_epochs_above_safe: count, epochs_below_min: count, epochs_without_finality: count },
  ...{ emergency_state_root: nullable(hash), bootstrap_started_at: count, bootstrap_completed_at: nullable(count) },
  history: list(record({ from: text, to: text, epoch: count, block: count, validators: count, reason: text }), 100),
  metrics: record({
    ...{ validator_count: count, security_state: text, epochs_in_state: count, recovery_progress: progress },
    ...{ collapse_progress: progress, finality_lag: count, epochs_without_finality: count },
  }),
  alert_level: text,
});

/** Percent of every base fee, within the bounds that governance has (kratos-core 2.4). */
const feeMultiplier: Reader<number> = (value, path) => {
  const percent = count(value, path);
  if (percent < 100 || percent > 1_000) throw new Error(`${path} is not from 100 to 1000`);
  return percent;
};

/**
 * Every method of kratos-core 13.3 with the types of its parameters and of its answer. Amounts are read to bigints, hashes and
 * accounts to lower-case hex without prefix, null to undefined.
 */
export const answers = {
  chain_getInfo: none(
    record({
      ...{ chainName: text, height: count, bestHash: hash, genesisHash: hash, chainIdentity: hash },
      ...{ currentEpoch: count, currentSlot: count, finalizedHeight: count, finalizedHash: hash },
      ...{ isSynced: flag, syncGap: count },
    }),
  ),
  chain_getBlock: takes<[block: number | string]>()(block),
  chain_getBlockByNumber: byNumber(block),
  chain_getBlockByHash: takes<[hash: string]>()(block),
  chain_getLatestBlock: none(block),
  chain_getBlockHash: byNumber(hash),
  chain_getHeader: takes<[number?: number]>()(header),
  chain_getTransaction: takes<[hash: string]>()(place),
  chain_getEvents: byNumber(list(json, 100_000)),
  state_getAccount: byAccount(account),
  state_getBalance: byAccount(amount),
  state_getNonce: byAccount(count),
  state_getTransactionHistory: takes<[account: string, limit?: number, offset?: number]>()(history),
  state_getProof: takes<[key: string, number?: number]>()(
    record({
      value: nullable(text),
      proof: record({ siblings: list(hash, 256), terminal: nullable(record({ k: hash, v: hash })) }),
      header,
    }),
  ),
  author_submitTransaction: {
    read: record({ hash, message: text }),
    write: (signed: SignedTransaction) => [signedTransactionJson(signed)],
  } satisfies Entry<[signed: SignedTransaction], unknown>,
  author_pendingTransactions: none(list(transaction, 1_000)),
  author_removeTransaction: takes<[hash: string]>()(flag),
  system_info: none(
    record({
      ...{ name: text, version: text, chain: text, pendingTxs: count },
      network: record({
        ...{ localPeerId: text, listeningAddresses: list(text, 1_000), peerCount: count },
        ...{ networkBestHeight: count, averagePeerScore: decimal },
      }),
    }),
  ),
  system_health: none(record({ healthy: flag, isSynced: flag, hasPeers: flag, blockHeight: count, peerCount: count })),
  system_peers: none(record({ count, peers: list(text, 10_000) })),
  system_syncState: none(
    record({
      ...{ syncing: flag, currentBlock: count, highestBlock: count, blocksBehind: count },
      state: oneOf("synced", "syncing", "far_behind"),
    }),
  ),
  system_version: none(text),
  system_name: none(text),
  mempool_status: none(
    record({
      ...{ pendingCount: count, totalFees: amount },
      stats: record({
        ...{ totalAdded: count, totalRemoved: count, totalEvicted: count, totalRejected: count, totalReplaced: count },
      }),
    }),
  ),
  mempool_content: none(list(transaction, 1_000)),
  clock_getHealth: none(
    record({
      ...{ status: clockStatus, drift_ms: decimal, can_produce_blocks: flag, emergency_mode: nullable(flag) },
      ...{ status_since: json, priority_modifier: nullable(oneOf("1.0", "0.5", "0.0")), sample_count: nullable(count) },
      lifetime_stats: json,
    }),
  ),
  clock_getValidatorRecord: byAccount(clockRecord),
  validator_getInfo: byAccount(validator),
  validator_getSet: none(
    record({
      active_count: count,
      validators: list(record({ id: hash, stake: amount, credits: count, status }), 1_000),
    }),
  ),
  validator_getEarlyVotingStatus: none(
    record({
      ...{ is_bootstrap_era: flag, current_block: count, bootstrap_end_block: nullable(count) },
      ...{ blocks_until_end: count, votes_required: count, validator_count: count, max_validators: count },
      ...{ pending_candidates: count, can_add_validators: flag },
    }),
  ),
  validator_getPendingCandidates: none(record({ candidates: list(candidate, 10_000), count })),
  validator_getCandidateVotes: takes<[candidate: string]>()(candidacy),
  validator_canVote: byAccount(
    record({ account: hash, can_vote: flag, is_validator: flag, is_bootstrap_era: flag, reason: nullable(text) }),
  ),
  finality_getStatus: none(
    record({
      ...{ enabled: flag, last_finalized_block: count, last_finalized_hash: hash, current_round: nullable(count) },
      ...{ current_epoch: count, chain_height: count, finality_lag: count, total_validators: count, threshold: count },
    }),
  ),
  finality_getLastFinalized: none(record({ block_number: count, block_hash: hash, epoch: count })),
  finality_getJustification: byNumber(
    nullable(record({ signature_count: count, block_number: count, block_hash: hash, round: count, epoch: count })),
  ),
  finality_getRoundInfo: none(
    record({
      ...{ active: flag, round: nullable(count), epoch: nullable(count), target_block: nullable(count) },
      state: nullable(oneOf("Prevoting", "Precommitting", "Completed")),
      ...{ prevote_count: nullable(count), precommit_count: nullable(count) },
      ...{ total_validators: nullable(count), votes_needed: nullable(count) },
    }),
  ),
  network_getSecurityState: none(security),
  economics_getState: none(
    record({
      ...{ total_supply: amount, minted: amount, burned: amount, rate_ppb: count, emission_per_block: amount },
      ...{ burn_allowance: amount, treasury: amount, reserve: amount, fee_multiplier: nullable(feeMultiplier) },
    }),
  ),
} as const;
