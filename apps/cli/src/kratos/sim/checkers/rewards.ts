import { accounts, economics, security, systemAccounts } from "@polis/kratos";
import { type BlockView, eventsNamed, type Invariant } from "./invariant.ts";

const BLOCKS_PER_YEAR = 5_256_000n;
const EPOCHS_PER_YEAR = 8_760n;
/** Rounding of a rate to an amount per block: a millionth. */
const TOLERANCE = 1_000_000n;

/** The fields of the event that the checks need. */
interface BlockReward {
  readonly emission: bigint;
  readonly fees: bigint;
  readonly burned: bigint;
  readonly treasury: bigint;
}

/** Emission and fees. */
export const rewardInvariants: readonly Invariant[] = [
  { id: "I18", check: feeSplit },
  { id: "I19", check: emissionSplit },
  { id: "I20", check: inflation },
  { id: "I21", check: burning },
];

/** What a block's emission is made of, in base units. */
export function shares(view: BlockView) {
  const { emissionPerBlock: emission } = view.after.get(economics);
  const isRecovery = view.after.get(security).state === "BootstrapRecovery";
  const validators = isRecovery ? emission : (emission * 70n) / 100n;
  const treasury = isRecovery ? 0n : (emission * 20n) / 100n;
  return { emission, validators, treasury, reserve: emission - validators - treasury };
}

function feeSplit(view: BlockView): string | undefined {
  const [reward, ...more] = eventsNamed<BlockReward>(view, "BlockRewarded");
  if (reward === undefined || more.length > 0) return "a block is rewarded once";
  const fees = view.receipts.reduce((sum, { fee }) => sum + fee, 0n);
  const allowance = view.after.get(economics).burnAllowance + reward.burned;
  const wanted = (fees * 30n) / 100n;
  if (reward.fees !== (fees * 60n) / 100n) return `${reward.fees} of ${fees} for the producer`;
  if (reward.burned !== (wanted < allowance ? wanted : allowance)) return `${reward.burned} of ${fees} burned`;
  const sum = reward.fees + reward.burned + reward.treasury - shares(view).treasury;
  return sum === fees ? undefined : `the parts of ${fees} sum to ${sum}`;
}

/** The pool is emptied and the Reserve filled at boundaries, so that both are only compared between them. */
function emissionSplit(view: BlockView): string | undefined {
  const { emission, validators, reserve } = shares(view);
  const [was, is] = [view.before.get(economics), view.after.get(economics)];
  if (is.minted - was.minted !== emission) return `${is.minted - was.minted} minted instead of ${emission}`;
  if (view.crossed > 0) return undefined;
  const [reward] = eventsNamed<BlockReward>(view, "BlockRewarded");
  const pooled = is.poolBalance - was.poolBalance;
  if (reward!.emission + pooled !== validators) return `validators get ${reward!.emission + pooled} of ${validators}`;
  const kept = accounts.of(systemAccounts.reserve);
  const gained = view.after.get(kept).free - view.before.get(kept).free;
  return gained === reserve ? undefined : `the Reserve gets ${gained} of ${reserve}`;
}

function inflation({ after, crossed }: BlockView): string | undefined {
  if (crossed === 0) return undefined;
  const { emissionPerBlock, totalSupply } = after.get(economics);
  const yearly = emissionPerBlock * BLOCKS_PER_YEAR * 1_000n;
  const slack = (totalSupply * 1_000n) / TOLERANCE;
  if (yearly < totalSupply * 5n - slack || yearly > totalSupply * 100n + slack)
    return `inflation of ${yearly / totalSupply} ‰`;
  const { state } = after.get(security);
  const isFixed = state === "Bootstrap" || state === "BootstrapRecovery";
  const off = yearly - totalSupply * 65n;
  return isFixed && (off > slack || off < -slack) ? `not 6.5 % in ${state}` : undefined;
}

function burning(view: BlockView): string | undefined {
  const [was, is] = [view.before.get(economics), view.after.get(economics)];
  if (view.crossed === 0) {
    const burned = eventsNamed<BlockReward>(view, "BlockRewarded")[0]!.burned;
    return was.burnAllowance - is.burnAllowance === burned ? undefined : "the allowance moved by another amount";
  }
  const limit = (is.totalSupply * 35n) / 1_000n;
  return is.burnAllowance * EPOCHS_PER_YEAR > limit + EPOCHS_PER_YEAR
    ? `${is.burnAllowance} may burn in an epoch`
    : undefined;
}
