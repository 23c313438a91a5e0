import { type Digest, digestOf, epoch, height, krat12, slot } from "@polis/codec";
import { epochRandomness, genesisAccumulator } from "@polis/slots";
import { emptySparse, noEntries, type SparseNode } from "@polis/state";
import { eventsEntry } from "../block/eventsEntry.ts";
import { blockHash, type Header } from "../block/header.ts";
import { burnCurve } from "../economics/curves.ts";
import { BOOTSTRAP_RATE } from "../economics/inflation.ts";
import { burnAllowance, emissionPerBlock } from "../economics/rewards.ts";
import { systemAccounts } from "../identifiers.ts";
import { accounts, credit } from "../modules/accounts/account.ts";
import { credits, newCredits } from "../modules/credits/creditRecord.ts";
import { countBonded, economics } from "../modules/economics/economicsState.ts";
import { epochData } from "../modules/epoch/epochData.ts";
import { openSet } from "../modules/finality/finalityModule.ts";
import { candidatesNow } from "../modules/leaders/leaders.ts";
import { meta } from "../modules/meta/meta.ts";
import { effectsOf } from "../modules/security/effects.ts";
import { security } from "../modules/security/securityState.ts";
import { changeValidator } from "../modules/validators/activeSet.ts";
import { admitBootstrap } from "../modules/validators/admitBootstrap.ts";
import { newValidator } from "../modules/validators/newValidator.ts";
import { type ChainParams, INITIAL_SUPPLY } from "../params/chainParams.ts";
import type { BlockContext } from "../runtime/context.ts";
import { commitState } from "../state/commitState.ts";
import { noEntriesBelow, State } from "../state/state.ts";
import { GenesisError, type GenesisRecord, paramsOf } from "./genesisRecord.ts";

/** A chain at its beginning. */
export interface Genesis {
  readonly record: GenesisRecord;
  readonly params: ChainParams;
  readonly header: Header;
  readonly hash: Digest;
  readonly state: State;
  readonly tree: SparseNode;
}

/**
 * The genesis block of a record: two nodes with the same record compute the same hash (kratos-core 3.9).
 * @throws GenesisError when the record gives away more than there is, or names an account twice
 */
export function buildGenesis(record: GenesisRecord): Genesis {
  const params = paramsOf(record);
  const state = new State(noEntriesBelow);
  fill(state, record, params);
  const tree = commitState(emptySparse, state.changes(), () => {
    throw new Error("nothing is stored before genesis");
  });
  const header: Header = {
    number: height(0),
    parentHash: noEntries,
    transactionsRoot: noEntries,
    stateRoot: tree.hash,
    timestamp: record.timestamp,
    epoch: epoch(0),
    slot: slot(0),
    author: noEntries,
    vrfProof: new Uint8Array(80),
    signature: new Uint8Array(64),
  };
  return { record, params, header, hash: blockHash(header), state, tree };
}

function fill(state: State, record: GenesisRecord, params: ChainParams): void {
  const context = genesisContext(state, record, params);
  const named = new Set(record.balances.map(({ account }) => account));
  if (named.size < record.balances.length) throw new GenesisError("an account has two balances", "name it once");
  for (const { account, amount } of record.balances) credit(state, account, amount);
  for (const { account, stake, isBootstrap } of record.validators) {
    if (isBootstrap !== (stake === 0n)) {
      throw new GenesisError(
        `validator ${account}: ${stake} base units`,
        "a bootstrap validator has stake 0, another has some",
      );
    }
    if (!isBootstrap && stake < effectsOf("Bootstrap").stakeFloor)
      throw new GenesisError(`validator ${account}: ${stake} base units`, "a stake is 50,000 KRAT or more");
    if (state.get(credits.of(account)) !== undefined)
      throw new GenesisError(`${account} is a validator twice`, "name it once");
    state.update(accounts.of(account), (before) => ({ ...before, bonded: stake }));
    countBonded(state, stake);
    if (isBootstrap) admitBootstrap(context, account);
    else {
      state.set(credits.of(account), newCredits(1, epoch(0)));
      changeValidator(context, undefined, newValidator(account, stake, height(0)));
    }
  }
  const given = record.balances.reduce((sum, { amount }) => sum + amount, 0n);
  const rest = INITIAL_SUPPLY - given - state.get(economics).totalBonded;
  if (rest < 0n) throw new GenesisError("balances and stakes exceed the supply", "1,000,000,000 KRAT are there");
  credit(state, systemAccounts.reserve, krat12(rest));
  const accumulator = genesisAccumulator(record.randomnessSeed);
  const first = { epoch: epoch(0), value: epochRandomness(epoch(0), accumulator) };
  state.set(meta, { ...state.get(meta), genesisTimestamp: record.timestamp, lastTimestamp: record.timestamp });
  state.set(security, security.missing);
  state.set(eventsEntry, eventsEntry.missing);
  state.update(economics, (before) => ({
    ...before,
    emissionPerBlock: emissionPerBlock(INITIAL_SUPPLY, BOOTSTRAP_RATE),
    burnAllowance: burnAllowance(INITIAL_SUPPLY, burnCurve(epoch(0))),
  }));
  state.update(epochData, (data) => ({ ...data, accumulator, randomness: [first], periods: [first] }));
  openSet(context);
  const { candidates } = candidatesNow(context);
  state.update(epochData, (data) => ({ ...data, schedule: candidates, nextSchedule: candidates }));
}

function genesisContext(state: State, { timestamp }: GenesisRecord, params: ChainParams): BlockContext {
  const block = {
    ...{ number: height(0), slot: slot(0), epoch: epoch(0), timestamp, author: digestOf(new Uint8Array(32)) },
    ...{ params, chainIdentity: new Uint8Array(32) },
  };
  return { block, state, emit: () => undefined };
}
