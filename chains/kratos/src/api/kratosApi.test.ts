import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { asciiBytes, concatBytes, digest, digestOf, encodeKce, height, krat12, slot } from "@polis/codec";
import { blake3 } from "@polis/crypto";
import { verifySparseProof } from "@polis/state";
import fc from "fast-check";
import { ChainReader, MAX_HISTORY_LINES } from "../chain/chainReader.ts";
import { kcePlace } from "../chain/records.ts";
import { chainTables, historyKey } from "../chain/tables.ts";
import { Transfer } from "../modules/accounts/transfer.ts";
import { withTip } from "../modules/accounts/withTip.ts";
import { credits, QUARTER, totalCredits } from "../modules/credits/creditRecord.ts";
import { ProposeEarlyValidator } from "../modules/earlyVoting/earlyVoting.ts";
import { UnregisterValidator } from "../modules/validators/unregisterValidator.ts";
import { KRAT } from "../params/chainParams.ts";
import { TestNode } from "../testing/testNode.ts";
import { signedTransactionJson } from "./callJson.ts";
import type { Json } from "./json.ts";
import { kratosApi } from "./kratosApi.ts";
import { stateOf } from "./stateMethods.ts";

type JsonObject = { readonly [key: string]: Json };

const SPEC = new URL("../../../../../shared/spec/kratos-core.md", import.meta.url);
const noHash = "00".repeat(32);

test("the table has the methods of the specification, no more and no fewer (13.3)", {
  skip: !existsSync(SPEC) && "the specification is not here",
}, () => {
  const text = readFileSync(SPEC, "utf8");
  const table = text.slice(text.indexOf("### 13.3 Methods"), text.indexOf("The eight wallet methods"));
  const named = [...table.matchAll(/^\| ([a-z]+_[^|]*)\|/gm)].flatMap(([, cell]) => cell!.match(/[a-z]+_[A-Za-z]+/g)!);
  assert.deepEqual(Object.keys(kratosApi).sort(), named.sort());
});

/** The fields of each answer that is an object, in the words of kratos-core 13.3, 4.1, 7.6, 10.1, 10.5 and 11.3. */
const fields: Readonly<Record<string, string>> = {
  chain_getInfo: `chainName height bestHash genesisHash chainIdentity currentEpoch currentSlot finalizedHeight
    finalizedHash isSynced syncGap`,
  chain_getHeader: "number hash parentHash timestamp author epoch slot txCount stateRoot transactionsRoot",
  chain_getLatestBlock: `number hash parentHash timestamp author epoch slot txCount stateRoot transactionsRoot
    transactions`,
  "chain_getTransaction hash": "hash from nonce txType details timestamp fee status receipt blockNumber blockHash",
  "state_getAccount account": "address free reserved total freeRaw reservedRaw totalRaw nonce",
  "state_getTransactionHistory account": "address transactions count total fromBlock toBlock",
  system_info: "name version chain network pendingTxs",
  system_health: "healthy isSynced hasPeers blockHeight peerCount",
  system_peers: "count peers",
  system_syncState: "syncing currentBlock highestBlock blocksBehind state",
  mempool_status: "pendingCount totalFees stats",
  "clock_getValidatorRecord account": `status good_streak bad_streak since_epoch clock_sync_failures last_exclusion_epoch
    total_excluded_slots vc_penalty`,
  "validator_getInfo account": `id stake status reputation blocks_produced blocks_missed slash_count total_slashed
    registered_at cooldown_until offline_streak is_bootstrap ejected total_vc vc required_stake shortfall weight clock_status`,
  validator_getSet: "active_count validators",
  validator_getEarlyVotingStatus: `is_bootstrap_era current_block bootstrap_end_block blocks_until_end votes_required
    validator_count max_validators pending_candidates can_add_validators`,
  validator_getPendingCandidates: "candidates count",
  "validator_getCandidateVotes account": `candidate proposer status vote_count votes_required has_quorum created_at
    approved_at voters`,
  "validator_canVote account": "account can_vote is_validator is_bootstrap_era reason",
  finality_getStatus: `enabled last_finalized_block last_finalized_hash current_round current_epoch chain_height
    finality_lag total_validators threshold`,
  finality_getLastFinalized: "block_number block_hash epoch",
  finality_getRoundInfo:
    "active round epoch state prevote_count precommit_count target_block total_validators votes_needed",
  network_getSecurityState: `state entered_at epochs_in_state current_validators validators_needed
    consecutive_epochs_above_safe epochs_below_min epochs_without_finality emergency_state_root bootstrap_started_at
    bootstrap_completed_at history metrics alert_level`,
  economics_getState:
    "total_supply minted burned rate_ppb emission_per_block burn_allowance treasury reserve fee_multiplier",
};

test("every answer has exactly the fields of the specification (13.3)", () => {
  const node = new TestNode();
  const { account } = node.chain.people[0]!;
  const signed = node.chain.sign(4, Transfer.of({ to: account, amount: krat12(KRAT) }));
  node.next([signed]);
  const { transactions: listed } = node.call("chain_getLatestBlock") as unknown as {
    readonly transactions: readonly JsonObject[];
  };
  const hash = listed[0]!.hash!;
  const round = { round: 1, set: 0, state: "Prevoting", prevotes: 2, precommits: 0, target: undefined } as const;
  const backend = { ...node.backend, round: () => round };
  for (const [row, names] of Object.entries(fields)) {
    const [name = "", param] = row.split(" ");
    const answer = kratosApi[name]!.handle(backend, param === undefined ? [] : [param === "hash" ? hash : account]);
    assert.ok(answer.ok, name);
    assert.deepEqual(Object.keys(answer.value as JsonObject).sort(), names.split(/\s+/).sort(), name);
  }
  const { transactions } = node.call("state_getTransactionHistory", account) as unknown as {
    transactions: readonly JsonObject[];
  };
  const line = "hash from to amount amountFormatted type direction nonce timestamp blockNumber blockHash success";
  assert.deepEqual(Object.keys(transactions[0]!).sort(), line.split(" ").sort());
  const { network } = node.call("system_info") as unknown as { network: JsonObject };
  const facts = "localPeerId listeningAddresses peerCount networkBestHeight averagePeerScore";
  assert.deepEqual(Object.keys(network).sort(), facts.split(" ").sort());
  const { stats } = node.call("mempool_status") as unknown as { stats: JsonObject };
  const counts = "totalAdded totalRemoved totalEvicted totalRejected totalReplaced";
  assert.deepEqual(Object.keys(stats).sort(), counts.split(" ").sort());
});

test("a transaction is pending, included, finalized; histories, receipts and events tell of it", () => {
  const node = new TestNode();
  const [from, to] = [node.chain.people[4]!.account, node.chain.people[5]!.account];
  const call = withTip({ tip: krat12(5n), call: Transfer.of({ to, amount: krat12(3n * KRAT) }) });
  const signed = node.chain.sign(4, call);
  const { hash } = node.call("author_submitTransaction", signedTransactionJson(signed)) as { hash: string };
  const status = () => (node.call("chain_getTransaction", hash) as { status: string }).status;
  assert.equal(status(), "pending");
  assert.equal((node.call("author_pendingTransactions") as Json[]).length, 1);
  assert.equal((node.call("mempool_status") as JsonObject).totalFees, "1000005");
  const again = node.call("author_submitTransaction", signedTransactionJson(signed)) as JsonObject;
  assert.deepEqual([again.code, again.data], [-32_010, { reason: "DuplicateTransaction" }]);
  node.next([signed]);
  assert.equal(status(), "included");
  assert.equal((node.call("mempool_content") as Json[]).length, 0);
  const before = node.call("state_getTransactionHistory", to);
  node.tree.finalize(node.tree.head.hash);
  assert.equal(status(), "finalized");
  assert.deepEqual(node.call("state_getTransactionHistory", to), before);
  const { transactions } = before as unknown as { transactions: readonly JsonObject[] };
  const [line] = transactions;
  assert.deepEqual(
    [line!.hash, line!.from, line!.direction, line!.amountFormatted, line!.type, line!.success],
    [hash, `0x${from}`, "received", "3 KRAT", "transfer", true],
  );
  const { receipt } = node.call("chain_getTransaction", hash) as { receipt: Json };
  assert.deepEqual(receipt, { success: true, feePaid: "1000005", errorCode: null, index: 0 });
  const events = node.call("chain_getEvents", 1) as readonly JsonObject[];
  assert.ok(events.some(({ Transferred: event }) => (event as JsonObject | undefined)?.amount === "3000000000000"));
  assert.equal((node.call("state_getAccount", to) as JsonObject).free, "1000003 KRAT");
  assert.equal(node.call("state_getNonce", from), 1);
  assert.equal((node.call("chain_getTransaction", noHash) as JsonObject).code, -32_002);
});

test("a history is newest first, honours limit and offset, and is the same from the index and from the tree", () => {
  const node = new TestNode();
  const to = node.chain.people[5]!.account;
  for (let i = 0; i < 6; i++) {
    node.next([node.chain.sign(4, Transfer.of({ to, amount: krat12(KRAT + BigInt(i)) }))]);
    if (i === 3) node.tree.finalize(node.tree.head.hash);
  }
  const page = (limit: number, offset: number) => {
    const answer = node.call("state_getTransactionHistory", to, limit, offset) as JsonObject;
    const amounts = (answer.transactions as readonly JsonObject[]).map(({ amount }) =>
      Number(BigInt(amount as string) - KRAT),
    );
    return [amounts, answer.total];
  };
  assert.deepEqual(page(50, 0), [[5, 4, 3, 2, 1, 0], 6]);
  assert.deepEqual(page(2, 1), [[4, 3], 6]);
  assert.deepEqual(page(2, 3), [[2, 1], 6]);
  assert.deepEqual(page(2, 6), [[], 6]);
  assert.equal((node.call("state_getTransactionHistory", to, 201) as JsonObject).code, -32_602);
});

test("blocks are found by number, hash and name, and missing ones are said to be missing", () => {
  const node = new TestNode();
  for (let i = 0; i < 3; i++) node.next();
  node.tree.finalize(digest((node.call("chain_getBlockHash", 2) as string).slice(2)));
  for (const number of [0, 1, 2, 3]) {
    const block = node.call("chain_getBlockByNumber", number) as JsonObject;
    assert.equal(block.number, number);
    assert.equal(node.call("chain_getBlockHash", number), block.hash);
    assert.deepEqual(node.call("chain_getBlock", block.hash), block);
    assert.deepEqual(node.call("chain_getBlock", number), block);
    const { transactions: _, ...header } = block;
    assert.deepEqual(node.call("chain_getHeader", number), header);
  }
  assert.deepEqual(node.call("chain_getBlock", "latest"), node.call("chain_getLatestBlock"));
  for (const [name, param] of [
    ["chain_getBlockByNumber", 4],
    ["chain_getBlockByHash", noHash],
    ["chain_getBlockHash", 4],
    ["chain_getHeader", 4],
    ["chain_getEvents", 4],
  ] as const) {
    assert.equal((node.call(name, param) as JsonObject).code, -32_001, name);
  }
  const info = node.call("chain_getInfo") as JsonObject;
  assert.deepEqual([info.height, info.finalizedHeight, info.isSynced, info.syncGap], [3, 2, true, 0]);
  node.bestHeight = 2_000;
  assert.equal((node.call("system_syncState") as JsonObject).state, "far_behind");
  assert.equal((node.call("system_health") as JsonObject).healthy, false);
});

test("a proof of an entry, present or absent, holds against the header's root (3.3)", () => {
  const node = new TestNode();
  node.next([node.chain.sign(4, Transfer.of({ to: node.chain.people[5]!.account, amount: krat12(KRAT) }))]);
  node.next();
  const keys = [
    concatBytes(asciiBytes("account:"), Uint8Array.fromHex(node.chain.people[5]!.account)),
    concatBytes(asciiBytes("account:"), new Uint8Array(32)),
    asciiBytes("epoch"),
  ];
  for (const finalize of [false, true]) {
    if (finalize) node.tree.finalize(node.tree.head.hash);
    for (const key of keys) {
      const answer = node.call("state_getProof", key.toHex()) as {
        value: string | null;
        proof: { siblings: string[]; terminal: { k: string; v: string } | null };
        header: { stateRoot: string };
      };
      const { siblings, terminal } = answer.proof;
      const proof = {
        siblings: siblings.map((hash) => digest(hash.slice(2))),
        terminal:
          terminal === null ? undefined : { key: digest(terminal.k.slice(2)), value: digest(terminal.v.slice(2)) },
      };
      const verified = verifySparseProof(digest(answer.header.stateRoot.slice(2)), digestOf(blake3(key)), proof);
      const value = answer.value === null ? undefined : digestOf(blake3(Uint8Array.fromHex(answer.value.slice(2))));
      assert.deepEqual(verified, { ok: true, value });
    }
  }
  assert.equal((node.call("state_getProof", "00", 0) as JsonObject).code, -32_001);
});

test("candidates for early validators are shown with their votes", () => {
  const node = new TestNode();
  const candidate = node.chain.people[5]!.account;
  node.next([node.chain.sign(4, Transfer.of({ to: node.chain.people[0]!.account, amount: krat12(KRAT) }))]);
  assert.equal((node.call("validator_getCandidateVotes", candidate) as JsonObject).status, "not_found");
  node.next([node.chain.sign(0, ProposeEarlyValidator.of({ candidate }))]);
  const shown = node.call("validator_getPendingCandidates") as { candidates: JsonObject[]; count: number };
  assert.equal(shown.count, 1);
  assert.deepEqual([shown.candidates[0]!.candidate, shown.candidates[0]!.vote_count], [`0x${candidate}`, 1]);
  node.tree.finalize(node.tree.head.hash);
  assert.deepEqual(node.call("validator_getPendingCandidates"), shown);
  const status = node.call("validator_getEarlyVotingStatus") as JsonObject;
  assert.deepEqual(
    [status.is_bootstrap_era, status.votes_required, status.validator_count, status.pending_candidates],
    [true, 3, 4, 1],
  );
  assert.deepEqual(
    [0, 4].map((who) => (node.call("validator_canVote", node.chain.people[who]!.account) as JsonObject).reason),
    [null, "NotValidator"],
  );
  assert.equal((node.call("validator_getInfo", node.chain.people[0]!.account) as JsonObject).total_vc, 100);
  assert.equal((node.call("validator_getInfo", candidate) as JsonObject).code, -32_003);
  assert.equal((node.call("validator_getSet") as JsonObject).active_count, 4);
});

test("the network tells its state, its supply and its finality", () => {
  const node = new TestNode();
  for (let i = 0; i < 12; i++) node.next();
  node.tree.finalize(node.tree.head.hash);
  const security = node.call("network_getSecurityState") as {
    state: string;
    metrics: JsonObject;
    alert_level: string;
  };
  assert.deepEqual([security.state, security.metrics.validator_count, security.alert_level], ["Bootstrap", 4, "None"]);
  const economics = node.call("economics_getState") as JsonObject;
  assert.equal(economics.rate_ppb, 65_000_000);
  assert.equal(BigInt(economics.total_supply as string), 10n ** 21n + BigInt(economics.minted as string));
  const finality = node.call("finality_getStatus") as JsonObject;
  assert.deepEqual([finality.enabled, finality.finality_lag, finality.threshold], [true, 0, 3]);
  assert.deepEqual(node.call("finality_getRoundInfo"), { active: false });
  assert.equal(node.call("finality_getJustification", 3), null);
});

test("unsafe methods are unknown until they are switched on", () => {
  const node = new TestNode();
  assert.equal((node.call("author_removeTransaction", noHash) as JsonObject).code, -32_601);
  node.unsafe = true;
  assert.equal(node.call("author_removeTransaction", noHash), false);
});

const bad: readonly unknown[] = [
  true,
  1.5,
  -1,
  {},
  [[]],
  "0x1",
  "zz",
  `0x${"00".repeat(31)}`,
  [256],
  2n ** 70n,
  "",
  "0X00",
];

/** Any bytes may be the key of an entry. */
function isKey(value: unknown): boolean {
  return typeof value === "string" && /^(0x)?([0-9a-f]{2})*$/.test(value);
}

test("every method names the parameter that is malformed, and none throws (I48)", () => {
  const node = new TestNode();
  const jsonValue = fc.oneof(
    fc.jsonValue(),
    fc.bigInt(),
    fc.constantFrom(...bad),
    fc.uint8Array().map((a) => [...a]),
  );
  for (const [name, { params }] of Object.entries(kratosApi)) {
    for (const [i, param] of params.entries()) {
      const good = params.slice(0, i).map(({ optional }) => (optional === true ? null : noHash));
      const wrong = bad.filter((value) => param.name !== "key" || !isKey(value));
      for (const value of wrong) {
        const answer = node.call(name, ...good, value) as JsonObject;
        assert.equal(answer.code, -32_602, `${name} ${param.name} ${String(value)}`);
        assert.match(answer.message as string, new RegExp(`invalid parameter ${param.name}`));
      }
      if (param.optional !== true) assert.equal((node.call(name, ...good) as JsonObject).code, -32_602, name);
    }
    assert.equal((node.call(name, ...params.map(() => null), 1) as JsonObject).code, -32_602, name);
    fc.assert(
      fc.property(fc.array(jsonValue, { maxLength: 3 }), (args) => {
        assert.notEqual(node.call(name, ...args), undefined);
      }),
      { numRuns: 20 },
    );
  }
});

test("hex with and without prefix, in either case, and byte arrays mean the same (I48)", () => {
  const node = new TestNode();
  node.next();
  const hash = node.tree.head.hash;
  const forms = [hash, `0x${hash}`, hash.toUpperCase(), `0x${hash.toUpperCase()}`, [...Uint8Array.fromHex(hash)]];
  const answers = forms.map((form) => JSON.stringify(node.call("chain_getBlockByHash", form)));
  assert.equal(new Set(answers).size, 1);
  assert.match(answers[0]!, /"number":1/);
});

test("an account with endless lines costs a bounded number of reads, and tells as many as it counts", async () => {
  const node = new TestNode();
  const account = digest("07".repeat(32));
  const { store } = node.tree;
  const rows = Array.from({ length: MAX_HISTORY_LINES + 50 }, (_, i) => ({
    table: chainTables.history,
    key: historyKey(account, height(1), i),
    value: encodeKce(kcePlace, { number: height(1), index: i }),
  }));
  await store.commit(rows);
  let reads = 0;
  function* range(...args: Parameters<typeof store.range>) {
    for (const row of store.range(...args)) {
      reads++;
      yield row;
    }
  }
  const { head, final } = node.tree;
  const reader = new ChainReader({ head, final, store: { range } } as unknown as typeof node.tree);
  const { places, total } = reader.history(account, 9_990, 200);
  assert.deepEqual([total, reads, places.length], [MAX_HISTORY_LINES, MAX_HISTORY_LINES, 10]);
  assert.equal(places[0]!.index, MAX_HISTORY_LINES + 50 - 1 - 9_990, "newest first");
  const tooDeep = node.call("state_getTransactionHistory", account, 1, MAX_HISTORY_LINES + 1) as JsonObject;
  assert.equal(tooDeep.code, -32_602);
});

test("the credits of a validator that left are shown as they have faded since, before anybody settles them (5.4)", () => {
  const node = new TestNode();
  const { account } = node.chain.people[3]!;
  node.next([node.chain.sign(4, Transfer.of({ to: account, amount: krat12(KRAT) }))]);
  node.next([node.chain.sign(3, UnregisterValidator.of({}))]);
  const shown = () => (node.call("validator_getInfo", account) as JsonObject).total_vc as number;
  const before = shown();
  const skips = Array.from({ length: 40 }, (_, skip) => skip);
  while (node.tree.head.header.epoch <= 2 * QUARTER) {
    // Slots that are still drawn for the one who left stay empty.
    const from = node.tree.head.header.slot + 1;
    node.produce(skips.find((skip) => node.chain.leaderAt(slot(from + skip)).account !== account));
  }
  assert.ok(node.tree.head.header.epoch > 2 * QUARTER, "two quarters have ended");
  const stored = totalCredits(stateOf(node.backend).get(credits.of(account)));
  assert.equal(stored, before, "nothing has settled the record");
  assert.ok(shown() < before, `${shown()} of ${before}`);
});
