import { digest, epoch, height, krat12 } from "@polis/codec";
import {
  accounts,
  type BlockContext,
  CandidateApproved,
  candidacies,
  clocks,
  credits,
  EvidenceAccepted,
  economics,
  epochData,
  KRAT,
  type Module,
  PenaltyApplied,
  punish,
  punished,
  roles,
  security,
  systemAccounts,
  unbondings,
  validators,
} from "@polis/kratos";

/** A mistake that somebody could make in the runtime, and the invariant that must notice it. */
export interface PlantedBug {
  readonly name: string;
  readonly finds: string;
  readonly module: Module;
}

const inBlock = (name: string, finds: string, change: (context: BlockContext) => void): PlantedBug => ({
  ...{ name, finds },
  module: { name: `bug: ${name}`, afterTransactions: change },
});
const atBoundary = (name: string, finds: string, change: (context: BlockContext) => void): PlantedBug => ({
  ...{ name, finds },
  module: { name: `bug: ${name}`, epoch: { finalitySet: change } },
});

/** What no runtime may have: a memory beside the state. */
let calls = 0n;

/** Each changes the state behind the correct modules as a wrong rule would. */
export const plantedBugs: readonly PlantedBug[] = [
  inBlock("a reward that nobody minted", "I1", ({ state, block }) =>
    state.update(accounts.of(block.author), (was) => ({ ...was, free: krat12(was.free + 1n) })),
  ),
  inBlock("the treasury pays without a proposal", "I22", ({ state, block }) => {
    if (block.number % 5 !== 0) return;
    const { free } = state.get(accounts.of(systemAccounts.treasury));
    state.update(accounts.of(systemAccounts.treasury), (was) => ({ ...was, free: krat12(0n) }));
    state.update(accounts.of(block.author), (was) => ({ ...was, free: krat12(was.free + free) }));
  }),
  inBlock("randomness that a block changes at once", "I8", ({ state }) =>
    state.update(epochData, (was) => ({
      ...was,
      randomness: was.randomness.map(({ epoch: of, value }) => ({ epoch: of, value: value.toReversed() })),
    })),
  ),
  inBlock("weights that follow credits inside an epoch", "I13", ({ state }) =>
    state.update(epochData, (was) => ({
      ...was,
      nextSchedule: was.nextSchedule.map(({ account, weight }) => ({ account, weight: weight + 1n })),
    })),
  ),
  inBlock("a nonce that does not rise", "I15", ({ state }) => {
    for (const account of state.get(epochData).active) {
      state.update(accounts.of(account), (was) => ({ ...was, nonce: Math.max(0, was.nonce - 1) }));
    }
  }),
  inBlock("emission on top of the epoch's", "I19", ({ state }) =>
    state.update(economics, (was) => ({ ...was, minted: krat12(was.minted + KRAT) })),
  ),
  atBoundary("a rate of twenty percent", "I20", ({ state }) =>
    state.update(economics, (was) => ({ ...was, emissionPerBlock: krat12(was.emissionPerBlock * 3n) })),
  ),
  atBoundary("burning without a ceiling", "I21", ({ state }) =>
    state.update(economics, (was) => ({ ...was, burnAllowance: was.totalSupply })),
  ),
  inBlock("a role that forgets its stake", "I23", ({ state, block }) =>
    state.delete(roles.of(state.get(epochData).active.find((id) => id !== block.author)!)),
  ),
  inBlock("a reward that depends on the node", "I2", ({ state, block }) => {
    calls++;
    state.update(accounts.of(block.author), (was) => ({ ...was, free: krat12(was.free + (calls % 2n)) }));
  }),
  inBlock("an Active validator outside of the list", "I24", ({ state, block }) =>
    state.update(epochData, (was) => ({ ...was, active: was.active.filter((other) => other !== block.author) })),
  ),
  inBlock("credits that wear off", "I28", ({ state, block }) =>
    state.update(credits.of(block.author), (was) => ({ ...was!, uptime: Math.max(0, was!.uptime - 1) })),
  ),
  inBlock("stake that leaves below what credits require", "I25", ({ state, block }) => {
    const amount = 5_000n * KRAT;
    const staked = state.get(epochData).active.find((id) => state.get(validators.of(id))!.stake >= amount);
    if (staked === undefined || block.number % 7 !== 0) return;
    state.update(accounts.of(staked), (was) => ({
      ...was,
      bonded: krat12(was.bonded - amount),
      free: krat12(was.free + amount),
    }));
    const before = state.get(validators.of(staked))!;
    state.set(validators.of(staked), { ...before, stake: krat12(before.stake - amount) });
  }),
  atBoundary("a third credit for an epoch", "I29", ({ state }) => {
    const [first] = state.get(epochData).active;
    state.update(credits.of(first!), (was) => ({ ...was!, uptime: was!.uptime + 1 }));
  }),
  inBlock("a penalty beside the table", "I33", ({ block, emit }) => {
    const unpunished = { offender: block.author, offenceId: digest("00".repeat(32)), rulesBlock: block.number };
    emit(PenaltyApplied.of({ ...unpunished, severity: "Critical", stake: krat12(0n), credits: 1 }));
  }),
  inBlock("an offence that is punished again", "I34", ({ state, block, emit }) => {
    const offence = digest("11".repeat(32));
    emit(EvidenceAccepted.of({ submitter: block.author, offence }));
    punish({ state, block, emit }, block.author, { severity: "Low", offenceId: offence, rulesBlock: block.number });
    state.set(punished.of(offence), block.number);
  }),
  atBoundary("bootstrap that ends by itself", "I35", ({ state, block }) => {
    if (block.epoch === 3) state.update(security, (was) => ({ ...was, state: "Normal" as const }));
  }),
  atBoundary("a change that nobody logs", "I40", ({ state, block }) => {
    if (block.epoch === 3) state.update(security, (was) => ({ ...was, state: "Emergency" as const }));
  }),
  inBlock("everybody excluded at once", "I41", (context) => {
    const { state, block } = context;
    if (block.number !== 9) return;
    for (const account of state.get(epochData).active) {
      state.update(clocks.of(account), (was) => ({
        ...was,
        status: "Excluded" as const,
        sinceEpoch: epoch(block.epoch),
      }));
    }
  }),
  atBoundary("weights that count twice", "I10", ({ state }) =>
    state.update(epochData, (was) => ({
      ...was,
      nextSchedule: was.nextSchedule.map(({ account, weight }) => ({ account, weight: weight * 2n })),
    })),
  ),
  inBlock("an output that does not reach the randomness", "6.6", ({ state }) =>
    state.update(epochData, (was) => ({ ...was, accumulator: new Uint8Array(32) })),
  ),
  {
    ...{ name: "a pool that gives somebody more than the others", finds: "9.4" },
    module: {
      name: "bug: pool",
      epoch: {
        validatorPool: ({ state }) => {
          const [first] = state.get(epochData).active;
          const reserve = accounts.of(systemAccounts.reserve);
          state.update(reserve, (was) => ({ ...was, free: krat12(was.free - KRAT) }));
          state.update(accounts.of(first!), (was) => ({ ...was, free: krat12(was.free + KRAT) }));
        },
      },
    },
  },
  atBoundary("users that are forgotten", "9.2", ({ state }) =>
    state.update(economics, (was) => ({ ...was, activeUsers: [] })),
  ),
  inBlock("stake that is free in the next block", "4.4", ({ state, block }) => {
    const staked = state.get(epochData).active.find((id) => state.get(validators.of(id))!.stake > KRAT);
    if (staked === undefined) return;
    const entry = { amount: krat12(1n), startedAt: block.number, releaseAt: height(block.number + 1) };
    state.update(unbondings.of(staked), (was) => [...was, entry]);
  }),
  inBlock("an empty slot that nobody left empty", "4.5", ({ state, block }) => {
    const other = state.get(epochData).active.find((id) => id !== block.author)!;
    const before = state.get(validators.of(other))!;
    state.set(validators.of(other), { ...before, blocksMissed: before.blocksMissed + 1 });
  }),
  inBlock("a bootstrap validator that need not stake", "4.2", ({ state, block }) => {
    const other = state.get(epochData).active.find((id) => id !== block.author)!;
    const before = state.get(validators.of(other))!;
    state.set(validators.of(other), { ...before, isBootstrap: false });
  }),
  inBlock("an approval without votes", "I26", ({ state, block, emit }) => {
    if (block.number !== 9) return;
    const candidate = digest("22".repeat(32));
    const made = { candidate, proposer: block.author, voters: [block.author], createdAt: block.number };
    state.set(candidacies.of(candidate), { ...made, status: "Approved", approvedAt: block.number });
    emit(CandidateApproved.of({ candidate }));
  }),
];
